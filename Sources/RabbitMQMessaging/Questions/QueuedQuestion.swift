/// A question that has come through a queue, with the way back.
public struct QueuedQuestion: Sendable {
    /// What is asked for: AMQP's property `type`, or the topic's word; empty where nobody says.
    public let type: String
    /// What was asked; `nil` where it was longer than anything that is answered.
    public let body: [UInt8]?
    let way: Way

    /// Where the answer goes.
    enum Way: Sendable {
        /// To the queue that the asker named, with what tells its questions apart.
        case queue(String, correlation: [UInt8])
        /// To a topic, as MQTT has it.
        case topic(String)
    }
}

/// Under which names a server is asked through a broker.
public struct QuestionNames: Sendable, Hashable, CustomStringConvertible {
    /// What is asked for over topics.
    public let types: [String]
    /// The exchange and the queue behind it; the queue is the server's alone.
    let queue: String
    private let topics: String

    /// The exchange over which RabbitMQ's plugin brings the messages of MQTT's clients.
    static let topicExchange = "amq.topic"

    /// Names a server.
    ///
    /// - Parameters:
    ///   - name: Of what is asked; at most 100 bytes.
    ///   - types: What may be asked for over topics; none where nobody asks over them.
    public init(name: String, topicTypes types: [String]) {
        queue = "shardq.decide.\(name)"
        topics = "shardq.\(name)."
        self.types = types
    }

    /// Whether a name can be a level of a topic: RabbitMQ turns MQTT's `/` into a point, and a point into `/`.
    public static func isTopicLevel(_ name: String) -> Bool { !name.contains { "./+#*".contains($0) } }

    /// Whether a queue can be that of who asks: direct reply-to, or one that the broker has named.
    ///
    /// Whoever may ask must not make the server write to any other queue, which its own rights would allow.
    static func isAskers(_ queue: String) -> Bool {
        ["amq.rabbitmq.reply-to.", "amq.gen-"].contains { queue.hasPrefix($0) }
    }

    /// AMQP's limit of a routing key in bytes.
    private static let longestKey = 255

    /// The routing keys of questions over topics: `shardq.<name>.<type>.<client>`.
    var topicKeys: [String] { types.map { "\(topics)\($0).*" } }

    /// What a question over a topic asks for, and where its answer goes, `shardq.<name>.answer.<client>`; `nil` for no
    /// question, and where the answer's key would be too long.
    func topic(_ key: String) -> (type: String, answer: String)? {
        guard key.hasPrefix(topics) else { return nil }
        let words = key.dropFirst(topics.count).split(separator: ".", omittingEmptySubsequences: false)
        guard words.count == 2, types.contains(String(words[0])) else { return nil }
        let answer = "\(topics)answer.\(words[1])"
        return answer.utf8.count <= Self.longestKey ? (String(words[0]), answer) : nil
    }

    /// Where to ask: "exchange shardq.decide.NAME, topics shardq/NAME/decide|infer|reward/CLIENT".
    public var description: String {
        let levels = topics.split(separator: ".").joined(separator: "/")
        return "exchange \(queue)" + (types.isEmpty ? "" : ", topics \(levels)/\(types.joined(separator: "|"))/CLIENT")
    }
}
