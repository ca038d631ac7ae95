/// What travels between nodes: a typed body of 32-bit words.
public struct Message: Sendable, Hashable {
    /// The kind of message in a few ASCII letters; AMQP's `type` property.
    public let type: String

    /// Which request this answers or which round it belongs to; AMQP's `correlation_id` property, in decimal.
    public let correlation: UInt64

    /// The content: at most `maximumWordCount` words, each little-endian on a wire.
    public let body: [UInt32]

    /// Creates a message.
    public init(type: String, correlation: UInt64, body: [UInt32]) {
        self.type = type
        self.correlation = correlation
        self.body = body
    }

    /// The largest body in words: 16 MiB, RabbitMQ 4's default limit of a message.
    public static let maximumWordCount = 4 << 20
}
