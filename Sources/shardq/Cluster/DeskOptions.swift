internal import ArgumentParser
internal import CommandBasics
internal import Logging
internal import Messaging
internal import NodeLaunching
internal import RabbitMQMessaging

/// How to find the master of a run, and how long to wait for what it is asked for.
struct DeskOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "amqp://HOST:PORT/VHOST or amqps://…, without a password; several by commas (default: SHARDQ_BROKER).",
            valueName: "url"
        )
    )
    var broker: [String] = []

    @Option(help: ArgumentHelp("Under which name to ask; no worker's (default: made up).", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Seconds to wait until it is done (default: 60).", valueName: "s"))
    var within = 60

    @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

    func validate() throws {
        guard (1...86_400).contains(within) else { throw ValidationError("--within \(within): 1 to 86400 seconds") }
        if let name, !(1...100).contains(name.utf8.count) {
            throw ValidationError("--name \(name): 1 to 100 bytes")
        }
    }

    /// Speaks with the master of a run.
    func speak(of run: String, _ body: @escaping @Sendable (inout MasterDesk) throws -> Void) async throws {
        let addresses = try BrokerAddress.list(argument: broker.isEmpty ? nil : broker.joined(separator: ","))
        let asker = name ?? "operator-" + String(UInt32.random(in: 0...(.max)), radix: 36)
        let within = within
        try await DedicatedThread.run(named: "operator") {
            let logger = Logger.console(verbose: false)
            let transport = RunTransport.make(to: addresses, of: run, logger: logger, monitor: nil)
            var desk = try MasterDesk(transport, run: run, asker: asker, limit: .seconds(within))
            defer { desk.close() }
            try body(&desk)
        }
    }
}
