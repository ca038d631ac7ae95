package import ArgumentParser
package import RabbitMQMessaging

/// How a node that was started by hand finds its run.
package struct ConnectionOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp(
            "amqp://HOST:PORT/VHOST or amqps://…, without a password; several by commas (default: SHARDQ_BROKER).",
            valueName: "url"
        )
    )
    package var broker: [String] = []

    @Option(help: ArgumentHelp("The run's name, the same for master and workers.", valueName: "name"))
    package var run: String

    @Option(help: ArgumentHelp("Seconds to wait for the others.", valueName: "s"))
    package var wait: Int = 300

    package func validate() throws {
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait \(wait): 1 to 86400 seconds") }
        try RunName.check(run)
    }

    /// The brokers as one argument; `nil` where none is given.
    package var joinedBrokers: String? { broker.isEmpty ? nil : broker.joined(separator: ",") }

    /// The brokers' addresses with the credentials that the environment or the user's file holds.
    package func addresses() throws -> [BrokerAddress] { try BrokerAddress.list(argument: joinedBrokers) }
}
