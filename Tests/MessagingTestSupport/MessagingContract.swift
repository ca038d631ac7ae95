public import Messaging
public import Testing

/// One behaviour that every transport promises.
public struct MessagingContract: Sendable, CustomTestStringConvertible {
    /// The runs that a behaviour may use; they share a broker.
    public struct Runs: Sendable {
        /// The run under test.
        public let run: any Transport
        /// Another run.
        public let otherRun: any Transport

        /// Creates a pair of runs.
        public init(run: any Transport, otherRun: any Transport) {
            self.run = run
            self.otherRun = otherRun
        }
    }

    /// The behaviour in a sentence.
    public let testDescription: String

    /// Checks the behaviour; records an issue where it does not hold.
    public let check: @Sendable (Runs) async throws -> Void

    init(_ sentence: String, _ check: @escaping @Sendable (Runs) async throws -> Void) {
        testDescription = sentence
        self.check = check
    }

    /// A behaviour that one blocking thread can show.
    init(_ sentence: String, onOneThread check: @escaping @Sendable (Runs) throws -> Void) {
        self.init(sentence) { runs in
            try await DedicatedThread.run(named: "contract") { try check(runs) }
        }
    }

    /// All behaviours.
    public static let all = delivery + mailboxes + limits
}

extension Endpoint {
    /// Waits for the next event; its absence is a failure.
    public func next(sourceLocation: SourceLocation = #_sourceLocation) throws -> MessagingEvent {
        try #require(try receive(within: .seconds(60)), "no event within 60 s", sourceLocation: sourceLocation)
    }

    /// Waits for the next event, which must be a delivery.
    public func nextDelivery(
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> (message: Message, mailbox: Mailbox) {
        let event = try next(sourceLocation: sourceLocation)
        guard case .delivery(let message, let mailbox) = event else {
            Issue.record("not a delivery: \(event)", sourceLocation: sourceLocation)
            throw MessagingError(.connectionLost, "not a delivery")
        }
        return (message, mailbox)
    }

    /// Publishes to a mailbox that must be free and expects the message back.
    public func expectReturn(from mailbox: Mailbox, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try publish(Message(type: "probe", correlation: 77, body: [1, 2, 3]), to: mailbox)
        let event = try next(sourceLocation: sourceLocation)
        guard case .returned(let type, let correlation, let origin) = event else {
            Issue.record("not returned: \(event)", sourceLocation: sourceLocation)
            return
        }
        #expect(type == "probe" && correlation == 77 && origin == mailbox, sourceLocation: sourceLocation)
    }
}
