internal import ArgumentParser

/// Where messages travel.
enum BrokerArgument: ExpressibleByArgument {
    /// Nowhere: one table in this process.
    case none
    /// Between threads of this process.
    case memory
    /// Through a private RabbitMQ node that this process starts and stops.
    case local
    /// Through an existing broker; `nil` stands for the address in `SHARDQ_BROKER`.
    case url(String?)

    init?(argument: String) {
        switch argument {
        case "none": self = .none
        case "memory": self = .memory
        case "local": self = .local
        case "env": self = .url(nil)
        // What may hold a credential is judged by `BrokerAddress`, whose messages leave it out.
        case let url where url.contains { "/:@?".contains($0) }: self = .url(url)
        default: return nil
        }
    }

    /// The kind, for results; never the address, which may hold a credential.
    var kind: String {
        switch self {
        case .none: "none"
        case .memory: "memory"
        case .local: "local"
        case .url: "amqp"
        }
    }

    /// The most queues of shards that RabbitMQ declares, and deletes, within a few minutes.
    private static let mostShards = 16_384

    /// Checks that a broker can have a queue for each shard.
    func check(shards: Int) throws(CommandFailure) {
        switch self {
        case .none, .memory: return
        case .local, .url:
            guard shards > Self.mostShards else { return }
            throw CommandFailure(
                .usage,
                "--shards \(shards): RabbitMQ has a queue for each shard, and takes minutes for more than \(Self.mostShards): "
                    + "use fewer, or --broker memory"
            )
        }
    }

    /// Whether nothing travels at all.
    var isNone: Bool { kind == "none" }

    var defaultValueDescription: String { kind }
}
