internal import CRabbitMQ
public import Messaging

/// Copies of what goes to the mailboxes of a run, for somebody who is no node of it.
///
/// A mailbox is listened to only as long as a node reads it: a message to one that is gone has to come back to its sender, who
/// learns from nothing else that it is. Copies wait in a queue of this connection; of more than so many the oldest are dropped, so
/// that a slow listener harms nobody. Belongs to one thread, which has to call `receive` at least every half heartbeat.
public final class RunListener {
    /// A message that has passed.
    public struct Copy: Sendable {
        /// Where it went.
        public let mailbox: Mailbox
        /// AMQP's property `type`.
        public let type: String
        /// Its words; none where there is a defect.
        public let body: [UInt32]
        /// Why it is no message of a run; `nil` when it is one.
        public let defect: String?
    }

    private let connection: AMQPConnection
    private let exchange: AMQPName
    private let queue: AMQPName
    private var heard: Set<Mailbox> = []

    /// Connects; hears nothing yet.
    ///
    /// - Parameters:
    ///   - address: The broker.
    ///   - run: The run's name.
    ///   - mostWaiting: How many copies wait at most.
    ///   - heartbeat: Seconds, 1 or more.
    /// - Throws: `MessagingError` with `unreachable`, `accessRefused` or `configuration`.
    public init(
        address: BrokerAddress,
        run: String,
        mostWaiting: Int32 = 10_000,
        heartbeat: Int = 10
    ) throws(MessagingError) {
        exchange = AMQPName("shardq.\(run)")
        queue = AMQPName("shardq.\(run).watch.\(String(UInt64.random(in: 0...UInt64.max), radix: 36))")
        connection = try AMQPConnection.open(address, as: "shardq \(run) watch", heartbeat: heartbeat)
        try expect(connection.declareQueue(queue, mostMessages: mostWaiting), to: "declare queue \(queue.text)")
        try connection.consume(queue, tag: AMQPName("copies#1"))
    }

    deinit {
        connection.close()
    }

    /// Looks whether a node reads a mailbox, and listens to it as long as one does.
    ///
    /// - Throws: `MessagingError` when the connection is gone, or this user may not look.
    @discardableResult
    public func look(at mailbox: Mailbox) throws(MessagingError) -> Bool {
        let isRead = try isRead(mailbox)
        guard isRead != heard.contains(mailbox) else { return isRead }
        let key = AMQPName(mailbox.name)
        let reply =
            isRead
            ? try connection.bind(queue, to: exchange, key: key)
            : try connection.unbind(queue, from: exchange, key: key)
        // The exchange has gone with its last node, and the binding with it.
        if case .refused(AMQPReplyCode.notFound, _, _) = reply {
            heard.remove(mailbox)
            return false
        }
        try expect(reply, to: "listen to \(mailbox.name)")
        if isRead { heard.insert(mailbox) } else { heard.remove(mailbox) }
        return isRead
    }

    /// Whether copies from a mailbox come.
    public func hears(_ mailbox: Mailbox) -> Bool { heard.contains(mailbox) }

    /// Asks for the mailbox's queue: that of another connection is locked, one that is gone is not found.
    private func isRead(_ mailbox: Mailbox) throws(MessagingError) -> Bool {
        let name = AMQPName("\(exchange.text).\(mailbox.name)")
        let reply = try connection.findQueue(name)
        switch reply {
        case .refused(AMQPReplyCode.resourceLocked, _, _): return true
        case .refused(AMQPReplyCode.notFound, _, _): return false
        default:
            try expect(reply, to: "look for queue \(name.text)")
            return true
        }
    }

    /// Waits for the next copy.
    ///
    /// - Parameter limit: How long, at most half a heartbeat.
    /// - Returns: `nil` when none came in time.
    /// - Throws: `MessagingError` when the connection or the queue is gone.
    public func receive(within limit: Duration) throws(MessagingError) -> Copy? {
        let start = WaitingTime.now
        let limit = WaitingTime(limit)
        var rest = limit
        while true {
            unsafe amqp_maybe_release_buffers(try connection.live())
            if try connection.readFrame(within: rest) {
                if let copy = try copy() { return copy }
            } else if rest == .zero {
                return nil
            }
            rest = max(limit - (WaitingTime.now - start), .zero)
        }
    }

    /// What the frame that was read last begins; `nil` when that is no copy.
    private func copy() throws(MessagingError) -> Copy? {
        guard unsafe connection.frame.pointee.frame_type == UInt8(AMQP_FRAME_METHOD) else { return nil }
        let method = unsafe connection.frame.pointee.payload.method
        switch (unsafe method.id, unsafe method.decoded) {
        case (AMQPMethod.basicDeliver, let decoded?):
            let key = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee.routing_key.text
            let content = try connection.readContent(isWanted: true)
            return Copy(
                mailbox: Mailbox(routingKey: key),
                type: content.type,
                body: content.body,
                defect: content.defect
            )
        case (AMQPMethod.basicCancel, _):
            throw connection.fail(
                MessagingError(.connectionLost, "the broker deleted queue \(queue.text) of this listener")
            )
        default:
            try unsafe connection.note(method)
            // Who publishes nothing is not concerned by what the broker does not take.
            connection.notices.removeAll()
            return nil
        }
    }

    private func expect(_ reply: AMQPReply, to action: String) throws(MessagingError) {
        let address = connection.address
        try reply.check { $0.refusalError(at: address, to: action) }
    }
}
