internal import ArgumentParser
package import CommandBasics

/// Where messages travel.
package enum BrokerArgument: ExpressibleByArgument {
    /// Nowhere: one table in this process.
    case none
    /// Between threads of this process.
    case memory
    /// Through private RabbitMQ nodes that this process starts and stops, and that know nothing of one another.
    case local(Int)
    /// Through existing brokers, their addresses separated by commas; `nil` stands for those in `SHARDQ_BROKER`.
    case url(String?)

    /// More private nodes than a machine has use for.
    private static let mostNodes = 16

    package init?(argument: String) {
        switch argument {
        case "none": self = .none
        case "memory": self = .memory
        case "local": self = .local(1)
        case let nodes where nodes.hasPrefix("local:"):
            guard let count = Int(nodes.dropFirst("local:".count)), 1...Self.mostNodes ~= count else { return nil }
            self = .local(count)
        case "env": self = .url(nil)
        // What may hold a credential is judged by `BrokerAddress`, whose messages leave it out.
        case let url where url.contains { "/:@?".contains($0) }: self = .url(url)
        default: return nil
        }
    }

    /// What a repeated option says; several brokers can only be addresses.
    ///
    /// - Throws: `CommandFailure` where one of several is none.
    package static func combined(_ arguments: [Self]) throws(CommandFailure) -> Self {
        guard arguments.count != 1 else { return arguments[0] }
        let addresses = arguments.compactMap { if case .url(let url?) = $0 { url } else { nil } }
        guard addresses.count == arguments.count else {
            throw CommandFailure(
                .usage,
                "--broker is given \(arguments.count) times, and not each time with addresses: several brokers are amqp://HOST:PORT "
                    + "each, or local:N for N private ones"
            )
        }
        return .url(addresses.joined(separator: ","))
    }

    /// The kind, for results; never the address, which may hold a credential.
    package var kind: String {
        switch self {
        case .none: "none"
        case .memory: "memory"
        case .local: "local"
        case .url: "amqp"
        }
    }

    /// Whether nothing travels at all.
    package var isNone: Bool { kind == "none" }

    package var defaultValueDescription: String { kind }
}
