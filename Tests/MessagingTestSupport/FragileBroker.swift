public import Messaging
internal import Synchronization

/// A broker in memory that can be killed and started again, cut off from some nodes, and made to refuse messages.
public final class FragileBroker: Sendable {
    private struct State {
        /// What is there; another one after each start, since nothing outlives a broker.
        var exchange: MemoryTransport?
        var start = 0
        var unreachable: Set<String> = []
        var refusal: MessagingError?
        var isAlarmed = false
        var publishedDuringAlarm = 0
        var published = 0
    }

    private let name: String
    private let state = Mutex(State(exchange: MemoryTransport()))

    /// Starts a broker.
    public init(_ name: String) {
        self.name = name
    }

    /// The way to it.
    public var transport: any Transport { Link(broker: self) }

    /// Ends it with all that lies in it.
    public func kill() {
        state.withLock { state in
            state.exchange = nil
            state.start += 1
        }
    }

    /// Starts it again, empty.
    public func restart() {
        state.withLock { $0.exchange = MemoryTransport() }
    }

    /// Cuts nodes off, or lets them in again.
    public func cutOff(_ nodes: Set<String>) {
        state.withLock { $0.unreachable = nodes }
    }

    /// Makes it refuse whoever connects; `nil` ends that.
    public func refuse(with error: MessagingError?) {
        state.withLock { $0.refusal = error }
    }

    /// Whether it takes messages; who is connected hears of it.
    public func alarm(_ isAlarmed: Bool) {
        state.withLock { $0.isAlarmed = isAlarmed }
    }

    /// How many messages came although it takes none.
    public var publishedDuringAlarm: Int { state.withLock { $0.publishedDuringAlarm } }

    /// How many messages came.
    public var published: Int { state.withLock { $0.published } }

    private struct Link: Transport {
        let broker: FragileBroker

        func connect(as node: String) throws(MessagingError) -> any Endpoint {
            let (exchange, start, isCut, refusal) = broker.state.withLock {
                ($0.exchange, $0.start, $0.unreachable.contains(node), $0.refusal)
            }
            if let refusal { throw refusal }
            guard let exchange, !isCut else { throw MessagingError(.unreachable, "nobody answers at \(broker.name)") }
            return Connection(exchange.connect(as: node), of: node, to: broker, start: start)
        }
    }

    private final class Connection: Endpoint {
        private let base: any Endpoint
        private let node: String
        private let broker: FragileBroker
        private let start: Int
        private var isBlocked = false

        init(_ base: any Endpoint, of node: String, to broker: FragileBroker, start: Int) {
            (self.base, self.node, self.broker, self.start) = (base, node, broker, start)
        }

        private func check() throws(MessagingError) {
            let isThere = broker.state.withLock { $0.start == start && !$0.unreachable.contains(node) }
            guard isThere else { throw MessagingError(.connectionLost, "lost the connection to \(broker.name)") }
        }

        func open(_ mailbox: Mailbox) throws(MessagingError) {
            try check()
            try base.open(mailbox)
        }

        func close(_ mailbox: Mailbox) throws(MessagingError) {
            try check()
            try base.close(mailbox)
        }

        func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
            try check()
            broker.state.withLock { state in
                state.published += 1
                if state.isAlarmed, isBlocked { state.publishedDuringAlarm += 1 }
            }
            try base.publish(message, to: mailbox)
        }

        func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
            try check()
            let isAlarmed = broker.state.withLock { $0.isAlarmed }
            if isAlarmed != isBlocked {
                isBlocked = isAlarmed
                return isAlarmed ? .blocked(reason: "low on memory") : .unblocked
            }
            return try base.receive(within: limit)
        }

        func disconnect() { base.disconnect() }
    }
}
