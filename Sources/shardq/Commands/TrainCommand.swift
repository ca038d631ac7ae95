internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Messaging
internal import Scenarios

/// Trains in one go: starts what it needs, trains, evaluates, stops what it started.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a scenario, with workers that this command starts itself.",
        discussion: """
            Examples:
              shardq train maze --steps 1000000
              shardq train traffic --broker local --workers 2 --output runs/grid
              shardq train routing --load 3 --broker memory --workers 4 --json
              shardq train traffic --broker none --threads 2
              shardq train synthetic --states 10000000 --lanes 4096 --cohorts 4
              shardq train --resume runs/grid --workers 4
            """
    )

    @Argument(help: "What to train: traffic, junction, routing, maze or synthetic.")
    var scenario: ScenarioName?

    @Option(
        help: """
            Where messages travel: none (one table in this process, see --threads), memory (threads), local (a private RabbitMQ node), an \
            amqp:// or amqps:// URL without a password, or env (the URL in SHARDQ_BROKER).
            """
    )
    var broker: BrokerArgument = .memory

    @OptionGroup(title: "Learning") var learning: LearningOptions
    @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions
    @OptionGroup var scenarioOptions: ScenarioOptions
    @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Result") var result: ResultOptions
    @OptionGroup(title: "Monitoring") var monitoring: MonitoringOptions
    @OptionGroup(title: "Log") var log: LogOptions

    mutating func run() async throws {
        let signals = SignalWatch()
        if broker.isNone, monitoring.port != nil {
            throw CommandFailure(.usage, "--metrics-port shows master and workers, and --broker none has neither")
        }
        let logger = Logger.console(log.format, verbose: result.verbose)
        try result.checkOutput()
        let setup = try TrainingSetup(
            scenario: scenario,
            learning: learning,
            layout: layout,
            scenarioOptions: scenarioOptions,
            checkpoint: checkpoint,
            output: result.output,
            usesShards: !broker.isNone,
            isMonitored: monitoring.port != nil,
            stop: signals.stop,
            logger: logger
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        var runner = TrainingRunner(
            run: setup.run,
            history: setup.history,
            broker: broker,
            logger: logger,
            observer: display
        )
        let job = TrainingJob(setup: setup, broker: broker.kind, options: result, signals: signals, display: display)
        // The result is there before the time in which the last figures are scraped.
        try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            runner.monitor = monitor
            try await job.perform {
                defer { monitor?.noteEndOfRounds() }
                return try await runner.run()
            }
        }
    }
}
