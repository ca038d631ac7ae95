internal import CRabbitMQ
internal import Messaging

/// One node's connection to a run's exchange.
///
/// One connection publishes and consumes: see decision 0003. Must call `receive` at least every half heartbeat.
final class RabbitMQEndpoint: SocketEndpoint {
    private struct OpenMailbox {
        let mailbox: Mailbox
        let queue: AMQPName
        let tag: AMQPName
    }

    private let connection: AMQPConnection
    private let exchange: AMQPName

    /// The mailboxes this endpoint reads, by a number that is never used twice on this connection; their consumers' tags
    /// end in it.
    private var openMailboxes: [UInt64: OpenMailbox] = [:]
    private var numbers: [Mailbox: UInt64] = [:]
    private var openCount: UInt64 = 0
    private var lastCheck = WaitingTime.now
    /// The numbers in the order of their checks, closed ones among them, and the place of the last one.
    private var checkOrder: [UInt64] = []
    private var lastChecked = -1
    private var isBlocked = false

    /// The routing keys of mailboxes that this endpoint has published to.
    private var keys: [Mailbox: AMQPName] = [:]

    init(connection: AMQPConnection, run: String) {
        self.connection = connection
        exchange = AMQPName("shardq.\(run)")
    }

    deinit {
        disconnect()
    }

    /// Declares the run's exchange and ties it to this connection.
    ///
    /// The exchange disappears with its last binding. A queue that nobody reads or writes keeps it there as long as this
    /// endpoint is: a message to a mailbox that is gone then comes back instead of ending the channel.
    func join() throws(MessagingError) {
        let anchor = AMQPName("\(exchange.text).node.\(String(UInt64.random(in: 0...UInt64.max), radix: 36))")
        try expect(connection.declareQueue(anchor), to: "declare queue \(anchor.text)")
        // Between declaration and binding the last other node may leave and take the exchange along.
        for _ in 0..<10 {
            try expect(connection.declareExchange(exchange), to: "declare exchange \(exchange.text)")
            let reply = try connection.bind(anchor, to: exchange, key: anchor)
            if case .refused(AMQPReplyCode.notFound, _, _) = reply { continue }
            return try expect(reply, to: "bind queue \(anchor.text)")
        }
        throw MessagingError(.connectionLost, "exchange \(exchange.text) disappears as often as it is declared")
    }

    func open(_ mailbox: Mailbox) throws(MessagingError) {
        _ = try unsafe connection.live()
        if numbers[mailbox] != nil { return }
        let queue = AMQPName("\(exchange.text).\(mailbox.name)")
        let reply = try connection.declareQueue(queue)
        if case .refused(AMQPReplyCode.resourceLocked, _, _) = reply { throw .taken(mailbox) }
        try expect(reply, to: "declare queue \(queue.text)")
        let bound = try connection.bind(queue, to: exchange, key: routingKey(of: mailbox))
        if case .refused(AMQPReplyCode.notFound, _, _) = bound { throw forgotten(queue) }
        try expect(bound, to: "bind queue \(queue.text)")
        // What is still on the way for a closed mailbox finds no reader.
        openCount += 1
        let tag = AMQPName("\(mailbox.name)#\(openCount)")
        try connection.consume(queue, tag: tag)
        openMailboxes[openCount] = OpenMailbox(mailbox: mailbox, queue: queue, tag: tag)
        numbers[mailbox] = openCount
        checkOrder.append(openCount)
    }

    func close(_ mailbox: Mailbox) throws(MessagingError) {
        _ = try unsafe connection.live()
        guard let number = numbers.removeValue(forKey: mailbox), let closed = openMailboxes.removeValue(forKey: number)
        else { return }
        let queue = closed.queue
        try connection.cancel(tag: closed.tag)
        let reply = try connection.deleteQueue(queue)
        // The queue went with its consumer, and somebody who waited for the mailbox has opened it already.
        if case .refused(AMQPReplyCode.resourceLocked, _, _) = reply { return }
        try expect(reply, to: "delete queue \(queue.text)")
    }

    func publish(_ message: Message, to mailbox: Mailbox) throws(MessagingError) {
        try message.checkSize()
        try connection.publish(message, to: exchange, key: routingKey(of: mailbox))
    }

    func receive(within limit: Duration) throws(MessagingError) -> MessagingEvent? {
        let start = WaitingTime.now
        let limit = WaitingTime(limit)
        var now = start
        while true {
            if now - lastCheck >= Self.checkInterval { try checkMailboxes(at: now) }
            let slice = min(limit, now - start + Self.checkInterval)
            if let incoming = try connection.receive(within: slice, since: start) {
                if let event = try interpret(incoming) { return event }
            } else if slice == limit {
                return nil
            }
            now = WaitingTime.now
        }
    }

    /// What came, as the node hears it; `nil` when it concerns this endpoint only.
    private func interpret(_ incoming: Incoming) throws(MessagingError) -> MessagingEvent? {
        switch incoming {
        case .delivery(let content, let reader):
            // For a consumer that has been cancelled.
            guard let mailbox = openMailboxes[reader]?.mailbox else { return nil }
            if let defect = content.defect { return .malformed(reason: defect, in: mailbox) }
            if content.type == Self.checkType { return nil }
            if content.type == RouteQuestion.type { return try answer(content, in: mailbox) }
            let message = Message(type: content.type, correlation: content.correlation, body: content.body)
            return .delivery(message, in: mailbox)
        case .returned(let content, _) where content.type == Self.checkType:
            // A mailbox that was closed behind the check is another matter.
            guard let lost = openMailboxes[content.correlation] else { return nil }
            throw forgotten(lost.queue)
        // Whoever asked is gone.
        case .returned(let content, _) where content.type == RouteQuestion.answerType: return nil
        case .returned(let content, let key):
            let mailbox = Mailbox(routingKey: key)
            return .returned(type: content.type, correlation: content.correlation, from: mailbox)
        case .cancelled(let reader):
            guard let queue = openMailboxes[reader]?.queue.text else { return nil }
            throw connection.fail(
                MessagingError(.connectionLost, "the broker deleted queue \(queue) of this node; join the run again")
            )
        case .notice(let event):
            isBlocked = if case .blocked = event { true } else { false }
            return event
        }
    }

    /// Answers a node with several brokers, whether this one has several or knows this broker alone.
    private func answer(_ content: Content, in mailbox: Mailbox) throws(MessagingError) -> MessagingEvent? {
        let message = Message(type: content.type, correlation: content.correlation, body: content.body)
        guard let question = RouteQuestion(message) else {
            return .malformed(reason: "its question for a route names no mailbox", in: mailbox)
        }
        try publish(question.answer, to: question.asker)
        return nil
    }

    private static let checkType = "CHECK"
    private static let checkInterval = WaitingTime.seconds(1)
    /// Whoever has more mailboxes takes turns with them: checks are not to crowd out what they are for.
    private static let mostChecks = 1024

    /// Sends a message to each of one's own mailboxes; `receive` takes it, and fails if it comes back instead.
    ///
    /// When a node of a cluster dies, the others delete its queues by name, and with them those of the same names that
    /// the clients of the dead node have just declared anew: the reader stays, and nothing reaches it.
    private func checkMailboxes(at time: WaitingTime) throws(MessagingError) {
        lastCheck = time
        // Nobody would read them: they would fill the socket.
        guard !isBlocked else { return }
        if checkOrder.count > 2 * openMailboxes.count { checkOrder.removeAll { openMailboxes[$0] == nil } }
        for _ in 0..<min(checkOrder.count, Self.mostChecks) {
            lastChecked = (lastChecked + 1) % checkOrder.count
            let number = checkOrder[lastChecked]
            guard let open = openMailboxes[number] else { continue }
            try publish(Message(type: Self.checkType, correlation: number, body: []), to: open.mailbox)
        }
    }

    /// The connection ends, because a queue is declared and yet not there.
    private func forgotten(_ queue: AMQPName) -> MessagingError {
        connection.fail(
            MessagingError(.connectionLost, "the broker has forgotten queue \(queue.text) of this node; joining again")
        )
    }

    func disconnect() {
        connection.close()
    }

    var socket: CInt? { connection.socket }

    /// More mailboxes than a run has; whoever offers workers under ever new names must not fill the master's memory.
    private static let mostKeys = 1 << 17

    /// The routing key of a mailbox, made once.
    private func routingKey(of mailbox: Mailbox) -> AMQPName {
        if let key = keys[mailbox] { return key }
        if keys.count == Self.mostKeys { keys.removeAll() }
        let key = AMQPName(mailbox.name)
        keys[mailbox] = key
        return key
    }

    private func expect(_ reply: AMQPReply, to action: String) throws(MessagingError) {
        let address = connection.address
        try reply.check { $0.refusalError(at: address, to: action) }
    }
}
