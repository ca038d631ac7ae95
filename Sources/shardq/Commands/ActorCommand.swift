internal import ActorNode
internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Messaging
internal import RabbitMQMessaging
internal import TabularLearning

/// Has cohorts of one run learn until its master says that the run is complete.
struct ActorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actor",
        abstract: "Step worlds of a run whose master is elsewhere.",
        discussion: """
            The master, started with --actors, gives it cohorts; it steps their worlds, chooses actions, and asks the workers \
            directly. What it needs to know of the run it hears from the master.

            SIGTERM and SIGINT end it at once; the run returns to its last checkpoint and waits for another.

            User and password come from the environment (SHARDQ_AMQP_USER, SHARDQ_AMQP_PASSWORD or \
            SHARDQ_AMQP_PASSWORD_FILE, or the URL in SHARDQ_BROKER), or from ~/.config/shardq/credentials.

            Example:
              shardq actor --broker amqp://broker.example --run grid-7
            """
    )

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "Its name, different from every other actor process's of the run (default: host and process).")
    var name: String?

    @Flag(name: .shortAndLong, help: "Log what it does.")
    var verbose = false

    @OptionGroup(title: "Log") var log: LogOptions

    mutating func run() async throws {
        let signals = SignalWatch()
        let addresses = try connection.addresses()
        let id = name ?? "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"
        let logger = Logger.console(log.format, verbose: verbose, run: connection.run, worker: id)
        let transport = RunTransport.make(to: addresses, of: connection.run, logger: logger, monitor: nil)
        let service = ActorService(
            transport: transport,
            id: id,
            // A thousandth of a second for each connection that may be lost.
            session: UInt64(max(0, Date().timeIntervalSince1970) * 1000),
            patience: .seconds(connection.wait),
            stop: signals.stop,
            logger: logger,
            make: { [stop = signals.stop] in try Self.cohorts($0, of: $1, stop) }
        )
        let statistics = try await DedicatedThread.run(named: "actor") { try service.run() }
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
    private static func cohorts(_ cohorts: Range<Int>, of text: String, _ stop: StopFlag) throws -> [CohortLearner] {
        let description: PolicyDescription
        do {
            description = try JSONDecoder.ofResults.decode(PolicyDescription.self, from: Data(text.utf8))
        } catch {
            let sentence = "the master's description of the run cannot be read"
            throw CommandFailure(.badInput, "\(sentence): run the same release of shardq on both")
        }
        if let command = description.scenario.scenario.startedCommand {
            let sentence = "the master wants '\(command)' started here"
            throw CommandFailure(.usage, "\(sentence), which only this machine's user may")
        }
        let run = try TrainingRun(playing: description, stop: stop)
        guard cohorts.upperBound <= run.cohorts else {
            throw CommandFailure(.badInput, "the run has \(run.cohorts) cohorts, and the master gives \(cohorts)")
        }
        return try run.makeLearners(cohorts)
    }
}
