internal import ArgumentParser
internal import RabbitMQMessaging

/// How a node that was started by hand finds its run.
struct ConnectionOptions: ParsableArguments {
    @Option(help: "The broker: amqp://HOST:PORT/VHOST or amqps://…, without a password (default: SHARDQ_BROKER).")
    var broker: String?

    @Option(help: "The name of the run; master and workers of a run share it.")
    var run: String

    @Option(help: "Seconds to wait for the others of the run.")
    var wait: Int = 300

    func validate() throws {
        guard (1...86_400).contains(wait) else { throw ValidationError("--wait \(wait): 1 to 86400 seconds") }
        try RunName.check(run)
    }

    /// The broker's address with the credentials that the environment or the user's file holds.
    func address() throws -> BrokerAddress { try BrokerAddress(argument: broker) }
}
