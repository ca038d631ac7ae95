internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import Logging
internal import Messaging
internal import NeuralNodes
internal import NodeLaunching
internal import ProcessLimits
internal import RabbitMQMessaging
internal import RunOptions
internal import TabularLearning
internal import WorkerNode

/// Serves one run's shards until its master says that the run is complete.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Own shards of a run whose master is elsewhere.",
        discussion: """
            In a run that learns networks it computes gradients instead.

            SIGTERM hands its shards over to the run's other workers and then ends it, with 0; a second one, or SIGINT, ends it \
            at once.

            User and password come from the environment (SHARDQ_AMQP_USER, SHARDQ_AMQP_PASSWORD or \
            SHARDQ_AMQP_PASSWORD_FILE, or the URL in SHARDQ_BROKER), or from ~/.config/shardq/credentials.

            Example:
              shardq worker --broker amqp://broker.example --run grid-7
            """
    )

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The worker's name, different from every other worker's of the run (default: host and process).")
    var name: String?

    @Option(help: ArgumentHelp("Seconds that SIGTERM leaves for handing shards over.", valueName: "s"))
    var leaveWithin = 8

    @Flag(name: .shortAndLong, help: "Log what the worker does.")
    var verbose = false

    @OptionGroup(title: "Monitoring") var monitoring: MonitoringOptions
    @OptionGroup(title: "Log") var log: LogOptions

    func validate() throws {
        guard (1...86_400).contains(leaveWithin) else {
            throw ValidationError("--leave-within \(leaveWithin): 1 to 86400 seconds")
        }
    }

    mutating func run() async throws {
        let signals = SignalWatch()
        let leaveWithin = leaveWithin
        let addresses = try connection.addresses()
        let id = name ?? "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"
        let logger = Logger.console(log.format, verbose: verbose, run: connection.run, worker: id)
        let statistics = try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            let (wasTerminated, stop) = ({ @Sendable in signals.exitCode == .terminated }, signals.stop)
            let transport = RunTransport.make(to: addresses, of: connection.run, logger: logger, monitor: monitor)
            let service = WorkerService(
                transport: transport,
                id: id,
                patience: .seconds(connection.wait),
                cellLimit: MemoryBudget.own.available / 10 * 9 / UInt64(MemoryLayout<ActionValueTable.Cell>.size),
                stop: signals.stop,
                leaving: .init(isWanted: wasTerminated, limit: .seconds(leaveWithin)),
                others: .networks(id: id, stop: stop, leaves: wasTerminated, logger: logger, monitor: monitor),
                logger: logger,
                metrics: monitor?.workerMetrics
            ) { monitor?.note($0) }
            return try await DedicatedThread.run(named: "worker") { try service.run() }
        }
        if signals.stop.isRaised, !statistics.isDismissed {
            throw CommandFailure(signals.exitCode, "worker \(id) interrupted")
        }
        if verbose {
            Console.note(
                "worker \(id): \(statistics.rounds) rounds, \(statistics.updates) updates, "
                    + "\(statistics.queries) queries, \(statistics.malformedFrames) malformed frames"
            )
        }
    }
}
