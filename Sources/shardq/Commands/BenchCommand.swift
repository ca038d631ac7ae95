internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import Logging
internal import Messaging
internal import NodeLaunching
internal import RunOptions
internal import ScenarioCatalogue
internal import Scenarios
internal import Synchronization
internal import TabularLearning
internal import TrainingRuns
internal import TurnOrders

/// Measures the throughput of one layout.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the throughput of one layout: transitions/s, CPU per transition, round trips.",
        usage: "shardq bench [<scenario>] [<options>]",
        discussion: """
            'shardq bench <scenario> --help' shows the options of a scenario with its defaults.

            Examples:
              shardq bench --broker local --workers 2 --lanes 4096 --cohorts 4
              shardq bench --broker none --states 100000007 --json
              shardq bench --broker none --threads 2 --lanes 4096 --cohorts 4
            """,
        subcommands: Catalogue.entries.map { $0.bench },
        defaultSubcommand: Catalogue.workload.bench
    )

    /// Measures with one scenario.
    struct OfScenario<Entry: ScenarioEntry>: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Entry.name,
                abstract: Entry.summary,
                usage: "shardq bench \(Entry.name) [<options>]",
                discussion: "Example: shardq bench \(Entry.name) --broker local --workers 2"
                    + (Entry.hasGoal ? "\nExample: shardq bench \(Entry.name) --until 0.95" : "")
            )
        }

        @OptionGroup(title: "Broker and result") var messages: MessageOptions
        @OptionGroup(title: "Broker and result") var result: BenchResultOptions

        private var broker: BrokerArgument { messages.brokerArgument }

        @OptionGroup(title: "Measurement") var measurement: MeasurementOptions
        @OptionGroup(title: "Measurement") var goal: GoalOption<Entry>
        @OptionGroup(title: Entry.title) var scenario: Entry.Options
        @OptionGroup(title: "Learning") var learning: LearningOptions<Entry>
        @OptionGroup(title: "Learning") var order: OrderOption
        @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<Entry>
        @OptionGroup(title: "Log") var log: LogOptions

        func validate() throws {
            try refuseBrokerProcess()
            guard let until = goal.until else { return }
            guard until > 0, until <= 1 else { throw ValidationError("--until \(until): above 0, at most 1") }
            if let option = measurement.given.first {
                throw ValidationError("\(option) with --until, which times one run to its goal: one of them")
            }
            if let order = order.order, !order.isStrict {
                throw ValidationError(
                    "--until with --order \(order.argument): it times the bits of the serial reference, which that does not have"
                )
            }
            guard Entry.hasGoal else {
                let able = Catalogue.entries.filter { $0.hasGoal }.map { "bench \($0.name)" }
                throw ValidationError("--until needs an exact optimum: \(able.joined(separator: ", "))")
            }
            if let discount = learning.discount, discount >= 1 {
                throw ValidationError("--until needs a --discount below 1")
            }
        }

        /// Refuses a process whose time nobody would count, or that is not there.
        private func refuseBrokerProcess() throws {
            guard let process = measurement.brokerProcess.first else { return }
            guard broker.kind == "amqp" else {
                let reason = broker.kind == "local" ? "its process is known" : "it has no process of its own"
                throw ValidationError("--broker-process \(process) with --broker \(broker.kind): \(reason)")
            }
            for process in measurement.brokerProcess where !FileManager.default.fileExists(atPath: "/proc/\(process)") {
                throw ValidationError("--broker-process \(process): there is no such process on this machine")
            }
        }

        mutating func run() async throws {
            let signals = SignalWatch()
            let configuration = try Entry.configuration(scenario, discount: learning.discount)
            if let until = goal.until {
                try await timeLearning(of: configuration, until: until, signals)
            } else {
                try await measureThroughput(of: configuration, signals)
            }
        }

        private func makeRun(
            _ configuration: ScenarioConfiguration,
            isEndless: Bool,
            _ signals: SignalWatch
        ) throws -> TrainingRun {
            var run = try TrainingRun(
                scenario: configuration.scenario,
                learning: learning,
                layout: layout,
                usesShards: !broker.isNone,
                isEndless: isEndless,
                stop: signals.stop
            )
            if run.actors > 0 { run.runDescription = encodeJSON(run.description(configuration, steps: run.steps)) }
            try run.choose(order.order, .none, of: configuration, usesShards: !broker.isNone)
            return run
        }

        /// Runs until the last repetition is over, or for `--steps` if there are any.
        private func measureThroughput(of configuration: ScenarioConfiguration, _ signals: SignalWatch) async throws {
            var run = try makeRun(configuration, isEndless: learning.steps == nil, signals)
            let environments = EnvironmentMeter()
            run.environmentMeter = environments
            let roundTrips = DurationMeter()
            let rawRoundTrips = Mutex<DurationMeter?>(nil)
            let roles = ProcessRoles(broker: broker)
            let sampler = BenchSampler(
                warmUp: measurement.warmUp,
                window: measurement.seconds,
                repetitions: measurement.repetitions,
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
                processes: { [brokerProcess = measurement.brokerProcess] in
                    roles.note(workers: $0, actors: $1, brokers: $2.isEmpty ? brokerProcess : $2)
                },
                afterwards: { transport in
                    let meter = try await RawRoundTrip.measure(over: transport)
                    rawRoundTrips.withLock { $0 = meter }
                }
            )
            let outcome = try await runner.run()
            let result = BenchResult(
                run,
                scenario: Entry.name,
                broker: broker.kind,
                windows: sampler.windows,
                steps: environments.steps,
                roundTrips: roundTrips,
                rawRoundTrips: rawRoundTrips.withLock { $0 },
                turns: outcome.turns,
                digest: outcome.table.map { TableDigest(of: $0).description }
            )
            try Console.result(self.result.json ? encodeJSON(result) : result.text)
            let count = sampler.windows.count
            if count < measurement.repetitions, !signals.hasReceived {
                Console.note(
                    "the run ended after \(count) of \(measurement.repetitions) repetitions: for more figures give more --steps, "
                        + "or fewer and shorter repetitions"
                )
            }
        }

        /// Finds out how many steps the goal takes, and times the layout for as many.
        private func timeLearning(
            of configuration: ScenarioConfiguration,
            until: Double,
            _ signals: SignalWatch
        ) async throws {
            let run = try makeRun(configuration, isEndless: false, signals)
            guard run.parameters.discount < 1 else {
                throw CommandFailure(
                    .usage,
                    "--until needs a --discount below 1, and \(run.parameters.update.rawValue) has none"
                )
            }
            guard let goal = configuration.scenario.goal(share: until, discount: Double(run.parameters.discount)) else {
                throw CommandFailure(.internalError, "\(Entry.name) promises a goal and has none")
            }
            let found = try await DedicatedThread.run(named: "reference") { try GoalSearch(run, goal: goal) }
            var reached: GoalResult.Reached?
            if let found { reached = try await time(run.ended(after: found.steps), to: found, signals) }
            if signals.hasReceived { throw CommandFailure(signals.exitCode, "interrupted before the goal was reached") }
            let result = GoalResult(run, scenario: Entry.name, broker: broker.kind, until: until, reached: reached)
            try Console.result(self.result.json ? encodeJSON(result) : result.text)
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
}

extension ScenarioEntry {
    /// The command that measures with it.
    static var bench: any AsyncParsableCommand.Type { BenchCommand.OfScenario<Self>.self }
}

/// Nobody looks.
private struct Unobserved: ProgressObserver {
    func show(_ progress: TrainingRuns.Progress) {}
}
