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

    /// Whether nothing travels at all.
    var isNone: Bool { kind == "none" }

    var defaultValueDescription: String { kind }
}
