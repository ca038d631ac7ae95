import Messaging
import Synchronization
import Testing

@Suite struct `Patience with a broker` {
    /// Fails as often as there are errors, then connects.
    private final class Broker: Sendable {
        private let errors: Mutex<[MessagingError.Code]>
        let words = Mutex<[String]>([])

        init(_ errors: [MessagingError.Code]) { self.errors = Mutex(errors) }

        func connect() throws(MessagingError) -> any Endpoint {
            if let code = errors.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                throw MessagingError(code, "broken")
            }
            return MemoryTransport().connect(as: "node")
        }

        func wait(_ limit: Duration, after loss: MessagingError? = nil, stop: StopFlag = StopFlag())
            throws(MessagingError) -> (any Endpoint)?
        {
            let patience = ConnectionPatience(limit, stop: stop) { word in self.words.withLock { $0.append(word) } }
            return try patience.endpoint(after: loss) { () throws(MessagingError) in try connect() }
        }
    }

    private static let loss = MessagingError(.connectionLost, "lost")

    @Test func `waits for one that is not there yet, and says so once`() throws {
        let broker = Broker([.unreachable, .connectionLost, .unreachable])
        #expect(try broker.wait(.seconds(60)) != nil)
        #expect(broker.words.withLock { $0 } == ["broken; waiting for it: 0 of 60 s"])
    }

    @Test(arguments: [
        MessagingError.Code.accessRefused, .configuration, .handshakeFailed, .limitReached, .mailboxTaken,
    ])
    func `ends at once before the first connection where waiting would not help`(code: MessagingError.Code) {
        let broker = Broker([code])
        let error = #expect(throws: MessagingError.self) { try broker.wait(.seconds(60)) }
        #expect(error?.code == code)
        #expect(broker.words.withLock { $0 }.isEmpty)
    }

    @Test func `waits after a loss for what a broker says on its way down and up`() throws {
        let broker = Broker([.handshakeFailed, .unreachable, .mailboxTaken, .limitReached])
        #expect(try broker.wait(.seconds(60), after: Self.loss) != nil)
        for code in [MessagingError.Code.accessRefused, .configuration] {
            #expect(throws: MessagingError.self) { try Broker([code]).wait(.seconds(60), after: Self.loss) }
        }
    }

    @Test func `ends with what stands in the way, or without an error when it is to stop`() throws {
        let error = #expect(throws: MessagingError.self) { try Broker([.unreachable]).wait(.zero) }
        #expect(error?.code == .unreachable)
        let stop = StopFlag()
        stop.raise()
        #expect(try Broker([]).wait(.seconds(60), stop: stop) == nil)
    }
}
