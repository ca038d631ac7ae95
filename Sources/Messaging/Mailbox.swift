/// Where a message of a run goes: the routing key of the run's exchange and, with the run's name, the queue behind it.
public struct Mailbox: Sendable, Hashable, CustomStringConvertible {
    /// The routing key.
    public let name: String

    private init(_ name: String) {
        self.name = name
    }

    /// The mailbox behind a routing key that a broker names.
    package init(routingKey: String) {
        self.init(routingKey)
    }

    /// Where workers announce themselves to the master.
    public static let control = Self("control")
    /// Where shards answer the master.
    public static let replies = Self("replies")

    /// Where the master writes to a worker that owns no shard yet.
    public static func worker(_ id: String) -> Self { Self("worker.\(id)") }

    /// Where the rounds of a shard arrive.
    public static func shard(_ index: Int) -> Self { Self("shard.\(index)") }

    /// Whether rounds arrive here.
    public var isOfShard: Bool { name.hasPrefix("shard.") }

    /// The shard whose rounds arrive here, if they do.
    public var shard: Int? { isOfShard ? Int(name.dropFirst("shard.".count)) : nil }

    /// The routing key.
    public var description: String { name }
}
