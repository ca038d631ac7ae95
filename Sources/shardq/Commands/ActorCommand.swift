internal import ActorNode
internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import Logging
internal import Messaging
internal import NodeLaunching
internal import RabbitMQMessaging
internal import RunOptions
internal import ScenarioCatalogue
internal import TabularLearning
internal import TrainingRuns

/// Has cohorts of one run learn until its master says that the run is complete.
struct ActorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actor",
        abstract: "Step worlds of a run whose master is elsewhere.",
        discussion: """
            The master, started with --actors, gives it cohorts; it steps their worlds, chooses actions, and asks the workers \
            directly. What it needs to know of the run it hears from the master, but for the program that a world of your own is \
            started with: nobody elsewhere decides what is started here, so say it with --command.

            SIGTERM has a checkpoint taken, from which another one goes on with its cohorts, and then ends it, with 0; a second \
            one, or SIGINT, ends it at once, and the run returns to its last checkpoint. Either way it waits for another.

            User and password come from the environment (SHARDQ_AMQP_USER, SHARDQ_AMQP_PASSWORD or \
            SHARDQ_AMQP_PASSWORD_FILE, or the URL in SHARDQ_BROKER), or from ~/.config/shardq/credentials.

            Example:
              shardq actor --broker amqp://broker.example --run grid-7
            """
    )

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Its name, different from every other actor process's of the run (default: host and process).")
    var name: String?

    @OptionGroup(title: "Programs of worlds") var programs: NamedPrograms

    @Option(help: ArgumentHelp("Seconds that SIGTERM leaves for handing cohorts over.", valueName: "s"))
    var leaveWithin = 8

    @Flag(name: .shortAndLong, help: "Log what it does.")
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
        let addresses = try connection.addresses()
        let id = name ?? "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"
        let logger = Logger.console(log.format, verbose: verbose, run: connection.run, worker: id)
        let (run, patience, programs) = (connection.run, Duration.seconds(connection.wait), programs)
        let leaving = ActorService.Leaving(
            isWanted: { signals.exitCode == .terminated },
            limit: .seconds(leaveWithin)
        )
        let statistics = try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            let service = ActorService(
                transport: RunTransport.make(to: addresses, of: run, logger: logger, monitor: monitor),
                id: id,
                // A thousandth of a second for each connection that may be lost.
                session: UInt64(max(0, Date().timeIntervalSince1970) * 1000),
                patience: patience,
                stop: signals.stop,
                leaving: leaving,
                logger: logger,
                metrics: monitor?.actorMetrics,
                progress: { monitor?.note($0) },
                make: { [stop = signals.stop] in try Self.cohorts($0, of: $1, programs, stop) }
            )
            return try await DedicatedThread.run(named: "actor") { try service.run() }
        }
        if signals.stop.isRaised, !statistics.isDismissed {
            throw CommandFailure(signals.exitCode, "actor process \(id) interrupted")
        }
        if verbose {
            Console.note(
                "actor process \(id): \(statistics.rounds) rounds of cohorts, \(statistics.messages) messages, "
                    + "\(statistics.malformedFrames) malformed frames"
            )
        }
    }

    /// Makes cohorts of the run that a master has described.
    private static func cohorts(
        _ cohorts: Range<Int>,
        of text: String,
        _ programs: NamedPrograms,
        _ stop: StopFlag
    ) throws -> [CohortLearner] {
        var description: PolicyDescription
        do {
            description = try JSONDecoder.ofResults.decode(PolicyDescription.self, from: Data(text.utf8))
        } catch {
            let sentence = "the master's description of the run cannot be read"
            throw CommandFailure(.badInput, "\(sentence): run the same release of shardq on both")
        }
        description.scenario = ScenarioConfiguration(try description.scenario.scenario.started(by: programs))
        let run = try TrainingRun(playing: description, stop: stop)
        guard cohorts.upperBound <= run.cohorts else {
            throw CommandFailure(.badInput, "the run has \(run.cohorts) cohorts, and the master gives \(cohorts)")
        }
        return try run.makeLearners(cohorts)
    }
}
