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
              shardq train synthetic --states 10000000 --lanes 4096 --cohorts 4
            """
    )

    @Argument(help: "What to train: traffic, routing, maze or synthetic.")
    var scenario: ScenarioName

    @Option(
        help: """
            Where messages travel: none (one table, one thread), memory (threads), local (a private RabbitMQ node), or an \
            amqp:// or amqps:// URL.
            """
    )
    var broker: BrokerArgument = .memory

    @OptionGroup(title: "Learning") var learning: LearningOptions
    @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions
    @OptionGroup(title: "Scenario") var scenarioOptions: ScenarioOptions
    @OptionGroup(title: "Result") var result: ResultOptions

    mutating func run() async throws {
        let signals = SignalWatch()
        let configuration = try scenarioOptions.configuration(of: scenario, discount: learning.discount)
        let run = try TrainingRun(
            scenario: configuration.scenario,
            learning: learning,
            layout: layout,
            usesShards: !broker.isNone,
            stop: signals.stop
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        try result.checkOutput()
        let runner = TrainingRunner(
            run: run,
            broker: broker,
            logger: .console(verbose: result.verbose),
            observer: display
        )
        let job = TrainingJob(
            run: run,
            configuration: configuration,
            broker: broker.kind,
            options: result,
            signals: signals,
            display: display
        )
        try await job.perform { try await runner.run() }
    }
}
