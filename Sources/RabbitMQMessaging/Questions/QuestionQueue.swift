internal import CRabbitMQ
public import Messaging

/// A queue through which everybody asks who may publish to its exchange, and is answered where the question says (AMQP's `reply_to`).
///
/// Exchange and queue are both `shardq.decide.<name>`; the queue is this connection's alone, so that a question finds nobody as soon
/// as this process is gone, and comes back to who has wanted that (`mandatory`). Questions of MQTT's clients come over `amq.topic`.
/// Belongs to one thread, which has to call `next` at least every half heartbeat.
public final class QuestionQueue {
    private let connection: AMQPConnection
    private let names: QuestionNames
    private let topics = AMQPName(QuestionNames.topicExchange)
    private let nowhere = AMQPName("")
    private let contentType = AMQPName("application/json")

    /// More than a question has.
    private static let mostBytes = 1 << 20

    /// Connects and opens the queue.
    ///
    /// - Parameters:
    ///   - address: The broker.
    ///   - names: Under which names questions come.
    ///   - application: Who connects, for the broker's displays.
    ///   - heartbeat: Seconds, 1 or more.
    /// - Throws: `MessagingError`; `mailboxTaken` where somebody else answers under this name.
    public init(
        address: BrokerAddress,
        names: QuestionNames,
        application: String,
        heartbeat: Int = 10
    ) throws(MessagingError) {
        self.names = names
        connection = try AMQPConnection.open(address, as: application, heartbeat: heartbeat)
        try open()
    }

    deinit {
        connection.close()
    }

    /// Where to ask: the broker, without a password, and the names there.
    public var place: String { "\(connection.address.endpoint), \(names)" }

    private func open() throws(MessagingError) {
        let (queue, address) = (AMQPName(names.queue), connection.address)
        func expect(_ reply: AMQPReply, to action: String) throws(MessagingError) {
            try reply.check { $0.refusalError(at: address, to: action) }
        }
        let declared = try connection.declareQueue(queue)
        if case .refused(AMQPReplyCode.resourceLocked, _, _) = declared {
            throw MessagingError(
                .mailboxTaken,
                "somebody else answers at queue \(queue.text) of \(address.endpoint); end it, or take another --name"
            )
        }
        try expect(declared, to: "declare queue \(queue.text)")
        try expect(connection.declareExchange(queue), to: "declare exchange \(queue.text)")
        try expect(connection.bind(queue, to: queue, key: nowhere), to: "bind queue \(queue.text)")
        for key in names.topicKeys {
            let reply = try connection.bind(queue, to: topics, key: AMQPName(key))
            try expect(reply, to: "bind queue \(queue.text) to exchange \(topics.text)")
        }
        try connection.consume(queue, tag: AMQPName("questions#1"))
    }

    /// Waits for the next question.
    ///
    /// - Parameters:
    ///   - limit: How long, at most half a heartbeat.
    ///   - unanswerable: Told of what tells no way back.
    /// - Returns: `nil` when none came in time.
    /// - Throws: `MessagingError` when the connection or the queue is gone.
    public func next(
        within limit: Duration,
        unanswerable: () -> Void
    ) throws(MessagingError) -> QueuedQuestion? {
        let start = WaitingTime.now
        let limit = WaitingTime(limit)
        var rest = limit
        while true {
            unsafe amqp_maybe_release_buffers(try connection.live())
            if try connection.readFrame(within: rest) {
                if let question = try question(unanswerable) { return question }
            } else if rest == .zero {
                return nil
            }
            rest = max(limit - (WaitingTime.now - start), .zero)
        }
    }

    /// What the frame that was read last begins; `nil` when that is no question.
    private func question(_ unanswerable: () -> Void) throws(MessagingError) -> QueuedQuestion? {
        guard unsafe connection.frame.pointee.frame_type == UInt8(AMQP_FRAME_METHOD) else { return nil }
        let method = unsafe connection.frame.pointee.payload.method
        switch (unsafe method.id, unsafe method.decoded) {
        case (AMQPMethod.basicDeliver, let decoded?):
            let deliver = unsafe decoded.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee
            let (exchange, key) = unsafe (deliver.exchange.text, deliver.routing_key.validText)
            let content = try connection.readQuestion(limit: Self.mostBytes)
            if exchange == topics.text {
                guard let (type, answer) = key.flatMap(names.topic) else {
                    unanswerable()
                    return nil
                }
                return QueuedQuestion(type: type, body: content.body, way: .topic(answer))
            }
            guard let queue = content.replyTo, QuestionNames.isAskers(queue) else {
                unanswerable()
                return nil
            }
            return QueuedQuestion(
                type: content.type,
                body: content.body,
                way: .queue(queue, correlation: content.correlation)
            )
        case (AMQPMethod.basicCancel, _):
            throw connection.fail(
                MessagingError(.connectionLost, "the broker deleted queue \(names.queue) of this server")
            )
        default:
            try unsafe connection.note(method)
            // That the broker takes nothing for now shows in how long an answer takes.
            connection.notices.removeAll()
            return nil
        }
    }

    /// Sends an answer; where the asker is gone, the broker drops it.
    ///
    /// - Parameters:
    ///   - question: What is answered.
    ///   - body: JSON.
    ///   - type: AMQP's property `type` of the answer.
    /// - Throws: `MessagingError` when the connection is gone.
    public func answer(_ question: QueuedQuestion, with body: [UInt8], type: String) throws(MessagingError) {
        let (exchange, key, correlation) =
            switch question.way {
            case .queue(let queue, let correlation): (nowhere, AMQPName(queue), correlation)
            case .topic(let key): (topics, AMQPName(key), [])
            }
        try connection.publish(
            body,
            contentType: contentType,
            type: connection.typeName(type),
            correlation: correlation,
            to: exchange,
            key: key
        )
    }
}
