internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Messaging
internal import RabbitMQMessaging
internal import Scenarios

/// Trains with workers that join from elsewhere.
struct MasterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master",
        abstract: "Train a scenario with workers that are started elsewhere.",
        discussion: """
            Waits until --workers workers have joined the run, then trains. Start them with the same --broker and --run. \
            More workers than that stand by; when one is lost, another takes its place and the run goes on from its last \
            checkpoint. A master that was lost is started again with --resume.

            Examples:
              shardq master traffic --broker amqp://broker.example --run grid-7 --workers 4 --output runs/grid-7
              shardq master --resume runs/grid-7 --broker amqp://broker.example --run grid-7 --workers 4
            """
    )

    @Argument(help: "What to train: traffic, junction, routing, maze or synthetic.")
    var scenario: ScenarioName?

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup(title: "Learning") var learning: LearningOptions
    @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions
    @OptionGroup var scenarioOptions: ScenarioOptions
    @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Result") var result: ResultOptions
    @OptionGroup(title: "Monitoring") var monitoring: MonitoringOptions
    @OptionGroup(title: "Log") var log: LogOptions

    mutating func run() async throws {
        let signals = SignalWatch()
        let logger = Logger.console(log.format, verbose: result.verbose, run: connection.run)
        try result.checkOutput()
        let setup = try TrainingSetup(
            scenario: scenario,
            learning: learning,
            layout: layout,
            scenarioOptions: scenarioOptions,
            checkpoint: checkpoint,
            output: result.output,
            usesShards: true,
            isMonitored: monitoring.port != nil,
            stop: signals.stop,
            logger: logger
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        var runner = TrainingRunner(
            run: setup.run,
            history: setup.history,
            broker: .url(connection.broker),
            logger: logger,
            observer: display
        )
        let transport = RabbitMQTransport(address: try connection.address(), run: connection.run)
        let job = TrainingJob(setup: setup, broker: "amqp", options: result, signals: signals, display: display)
        let patience = Duration.seconds(connection.wait)
        // The result is there before the time in which the last figures are scraped.
        try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            runner.monitor = monitor
            try await job.perform {
                defer { monitor?.noteEndOfRounds() }
                return try await runner.runMaster(over: transport, patience: patience)
            }
        }
    }
}
