internal import ArgumentParser
internal import Checkpoints
internal import Foundation
internal import Messaging
internal import Scenarios
internal import TabularLearning

/// Measures the throughput of one layout.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the throughput of one layout: transitions/s, CPU per transition, round trips.",
        discussion: """
            Examples:
              shardq bench --broker local --workers 2 --lanes 4096 --cohorts 4
              shardq bench --broker none --states 100000007 --json
              shardq bench traffic --broker memory
            """
    )

    @Argument(help: "The scenario: traffic, routing, maze or synthetic.")
    var scenario: ScenarioName = .synthetic

    @Option(help: "none, memory, local, or an amqp:// or amqps:// URL.")
    var broker: BrokerArgument = .memory

    @Option(help: "Seconds of a repetition.")
    var seconds: Double = 2

    @Option(help: "Repetitions; the median is reported with minimum and maximum.")
    var repetitions: Int = 5

    @Option(name: .customLong("warm-up"), help: "Seconds before the first repetition.")
    var warmUp: Double = 1

    @OptionGroup(title: "Learning") var learning: LearningOptions
    @OptionGroup(title: "Layout") var layout: LayoutOptions
    @OptionGroup(title: "Scenario") var scenarioOptions: ScenarioOptions

    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    func validate() throws {
        guard (0.1...3600).contains(seconds) else { throw ValidationError("--seconds \(seconds): 0.1 to 3600") }
        guard (1...1000).contains(repetitions) else { throw ValidationError("--repetitions \(repetitions): 1 to 1000") }
        guard (0...3600).contains(warmUp) else { throw ValidationError("--warm-up \(warmUp): 0 to 3600 seconds") }
    }

    mutating func run() async throws {
        let signals = SignalWatch()
        let configuration = try scenarioOptions.configuration(of: scenario, discount: learning.discount)
        // Without --steps the run goes on until the last repetition is over.
        let isEndless = learning.steps == nil
        if isEndless { learning.steps = 1 << 60 }
        let run = try TrainingRun(
            scenario: configuration.scenario,
            learning: learning,
            layout: layout,
            usesShards: !broker.isNone,
            collectsTable: !isEndless,
            stop: signals.stop
        )
        let meter = RoundTripMeter()
        let roles = ProcessorRoles(broker: broker)
        let sampler = BenchSampler(
            warmUp: warmUp,
            window: seconds,
            repetitions: repetitions,
            stop: signals.stop,
            meter: meter,
            processors: { roles.seconds() }
        )
        let runner = TrainingRunner(
            run: run,
            broker: broker,
            logger: .console(verbose: false),
            observer: sampler,
            meter: meter,
            processes: { roles.note(workers: $0, broker: $1) }
        )
        let outcome = try await runner.run()
        let result = BenchResult(
            run,
            scenario: scenario.rawValue,
            broker: broker.kind,
            windows: sampler.windows,
            meter: meter,
            digest: outcome.table.map { TableDigest(of: $0).description }
        )
        try Console.result(json ? encodeJSON(result) : result.text)
    }
}
