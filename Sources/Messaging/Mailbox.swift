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
    /// Where workers answer the master.
    public static let replies = Self("replies")

    /// Where the master writes to a worker: what it asks of it, and the rounds of all of its shards.
    public static func worker(_ id: String) -> Self { Self("worker.\(id)") }

    /// Where an actor process is given cohorts, and where the answers to its rounds go.
    public static func actorProcess(_ id: String) -> Self { Self("actor.\(id)") }

    /// Whether a worker reads it.
    public var isOfWorker: Bool { name.hasPrefix("worker.") }

    /// The routing key.
    public var description: String { name }
}
