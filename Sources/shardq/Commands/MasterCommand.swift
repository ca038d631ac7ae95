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
            Waits until --workers workers have joined the run, then trains. Start them with the same --broker and --run.

            Example:
              shardq master traffic --broker amqp://broker.example --run grid-7 --workers 4 --output runs/grid-7
            """
    )

    @Argument(help: "What to train: traffic, routing, maze or synthetic.")
    var scenario: ScenarioName

    @OptionGroup var connection: ConnectionOptions
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
            usesShards: true,
            stop: signals.stop
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        try result.checkOutput()
        let runner = TrainingRunner(
            run: run,
            broker: .url(connection.broker),
            logger: .console(verbose: result.verbose),
            observer: display
        )
        let transport = RabbitMQTransport(address: try connection.address(), run: connection.run)
        let job = TrainingJob(
            run: run,
            configuration: configuration,
            broker: "amqp",
            options: result,
            signals: signals,
            display: display
        )
        let patience = Duration.seconds(connection.wait)
        try await job.perform { try await runner.runMaster(over: transport, patience: patience) }
    }
}
