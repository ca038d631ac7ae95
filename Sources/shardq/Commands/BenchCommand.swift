internal import ArgumentParser
internal import Checkpoints
internal import Foundation
internal import Logging
internal import Messaging
internal import Scenarios
internal import Synchronization
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
              shardq bench --broker none --threads 2 --lanes 4096 --cohorts 4
              shardq bench traffic --broker memory
              shardq bench maze --until 0.95 --broker local --lanes 256 --cohorts 4
            """
    )

    @Argument(help: "The scenario: traffic, junction, routing, maze or synthetic.")
    var scenario: ScenarioName = .synthetic

    @Option(help: "none, memory, local, an amqp:// or amqps:// URL without a password, or env (SHARDQ_BROKER).")
    var broker: BrokerArgument = .memory

    @Option(name: .customLong("seconds"), help: "Seconds of a repetition (default: 2).")
    var secondsGiven: Double?

    @Option(
        name: .customLong("repetitions"),
        help: "Repetitions; the median is reported with minimum and maximum (default: 5)."
    )
    var repetitionsGiven: Int?

    @Option(name: .customLong("warm-up"), help: "Seconds before the first repetition (default: 1).")
    var warmUpGiven: Double?

    @Option(
        name: .customLong("broker-process"),
        help:
            "Number of the broker's process on this machine, to count its processor time and memory (known for local)."
    )
    var brokerProcess: Int32?

    @Option(
        help: """
            maze: instead of repetitions, time the run to a greedy policy worth this share of the optimum, above 0 and \
            at most 1.
            """
    )
    var until: Double?

    @OptionGroup(title: "Learning") var learning: LearningOptions
    @OptionGroup(title: "Layout") var layout: LayoutOptions
    @OptionGroup var scenarioOptions: ScenarioOptions
    @OptionGroup(title: "Log") var log: LogOptions

    @Flag(help: "Print one JSON object on standard output.")
    var json = false

    private var seconds: Double { secondsGiven ?? 2 }
    private var repetitions: Int { repetitionsGiven ?? 5 }
    private var warmUp: Double { warmUpGiven ?? 1 }

    /// The options that were given and mean nothing for the time to a goal.
    private var givenForRepetitions: [String] {
        [
            ("--seconds", secondsGiven != nil), ("--repetitions", repetitionsGiven != nil),
            ("--warm-up", warmUpGiven != nil), ("--broker-process", brokerProcess != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        guard (0.1...3600).contains(seconds) else { throw ValidationError("--seconds \(seconds): 0.1 to 3600") }
        guard (1...1000).contains(repetitions) else { throw ValidationError("--repetitions \(repetitions): 1 to 1000") }
        guard (0...3600).contains(warmUp) else { throw ValidationError("--warm-up \(warmUp): 0 to 3600 seconds") }
        if let brokerProcess, brokerProcess < 1 { throw ValidationError("--broker-process: a process number") }
        if let until {
            guard until > 0, until <= 1 else { throw ValidationError("--until \(until): above 0, at most 1") }
            if let option = givenForRepetitions.first {
                throw ValidationError("\(option) with --until, which times one run to its goal: one of them")
            }
            guard scenario == .maze else { throw ValidationError("--until needs an exact optimum: bench maze") }
            if let discount = learning.discount, discount >= 1 {
                throw ValidationError("--until needs a --discount below 1")
            }
        }
    }

    mutating func run() async throws {
        let signals = SignalWatch()
        let configuration = try scenarioOptions.configuration(of: scenario, discount: learning.discount)
        if let until, let maze = configuration.scenario as? MazeScenario {
            try await timeLearning(of: maze, until: until, signals)
        } else {
            try await measureThroughput(of: configuration, signals)
        }
    }

    private func makeRun(
        _ configuration: ScenarioConfiguration,
        _ learning: LearningOptions,
        collectsTable: Bool,
        _ signals: SignalWatch
    ) throws -> TrainingRun {
        try TrainingRun(
            scenario: configuration.scenario,
            learning: learning,
            layout: layout,
            usesShards: !broker.isNone,
            collectsTable: collectsTable,
            stop: signals.stop
        )
    }

    /// Runs until the last repetition is over, or for `--steps` if there are any.
    private func measureThroughput(of configuration: ScenarioConfiguration, _ signals: SignalWatch) async throws {
        let isEndless = learning.steps == nil
        var learning = learning
        if isEndless { learning.steps = 1 << 60 }
        var run = try makeRun(configuration, learning, collectsTable: !isEndless, signals)
        let environments = EnvironmentMeter()
        run.environmentMeter = environments
        let roundTrips = DurationMeter()
        let rawRoundTrips = Mutex<DurationMeter?>(nil)
        let roles = ProcessRoles(broker: broker)
        let sampler = BenchSampler(
            warmUp: warmUp,
            window: seconds,
            repetitions: repetitions,
            stop: signals.stop,
            roundTrips: roundTrips,
            environments: environments,
            roles: roles
        )
        let runner = TrainingRunner(
            run: run,
            history: RunHistory(run),
            broker: broker,
            logger: .console(log.format, verbose: false),
            observer: sampler,
            meter: roundTrips,
            processes: { [brokerProcess] in roles.note(workers: $0, broker: $1 ?? brokerProcess) },
            afterwards: { transport in
                let meter = try await RawRoundTrip.measure(over: transport)
                rawRoundTrips.withLock { $0 = meter }
            }
        )
        let outcome = try await runner.run()
        let result = BenchResult(
            run,
            scenario: scenario.rawValue,
            broker: broker.kind,
            windows: sampler.windows,
            steps: environments.steps,
            roundTrips: roundTrips,
            rawRoundTrips: rawRoundTrips.withLock { $0 },
            digest: outcome.table.map { TableDigest(of: $0).description }
        )
        try Console.result(json ? encodeJSON(result) : result.text)
    }

    /// Finds out how many steps the goal takes, and times the layout for as many.
    private func timeLearning(of maze: MazeScenario, until: Double, _ signals: SignalWatch) async throws {
        let run = try makeRun(ScenarioConfiguration(maze), learning, collectsTable: true, signals)
        let goal = MazeGoal(share: until, scenario: maze, discount: Double(run.parameters.discount))
        let found = try await DedicatedThread.run(named: "reference") { try GoalSearch(run, goal: goal) }
        var reached: GoalResult.Reached?
        if let found { reached = try await time(run.ended(after: found.steps), to: found, signals) }
        if signals.hasReceived { throw CommandFailure(signals.exitCode, "interrupted before the goal was reached") }
        let result = GoalResult(run, broker: broker.kind, until: until, reached: reached)
        try Console.result(json ? encodeJSON(result) : result.text)
    }

    private func time(
        _ run: TrainingRun,
        to goal: GoalSearch,
        _ signals: SignalWatch
    ) async throws -> GoalResult.Reached? {
        let logger = Logger.console(log.format, verbose: false)
        let outcome = try await TrainingRunner(
            run: run,
            history: RunHistory(run),
            broker: broker,
            logger: logger,
            observer: Unobserved()
        ).run()
        guard let table = outcome.table, !signals.hasReceived else { return nil }
        let digest = TableDigest(of: table)
        guard digest == TableDigest(of: goal.table) else {
            throw CommandFailure(.internalError, "this layout did not make the table of the serial reference")
        }
        return GoalResult.Reached(
            steps: goal.steps,
            wallSeconds: outcome.wallSeconds,
            stepsPerSecond: Double(goal.steps) / max(outcome.wallSeconds, 1e-9),
            valueShare: goal.share,
            tableDigest: digest.description
        )
    }
}

/// Nobody looks.
private struct Unobserved: ProgressObserver {
    func show(_ progress: Progress) {}
}
