internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import Suggestions
internal import TabularLearning

extension EvaluateCommand {
    /// Compares signal controllers.
    struct Traffic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "traffic",
            abstract: "Compare signal controllers: delay, queues, throughput, gridlocks, violations of the envelope."
        )

        @OptionGroup var common: EvaluationOptions

        @Option(
            help: ArgumentHelp(
                "Classical controllers, with commas between them, or all (default: all but random): "
                    + "\(SignalControllers.names.joined(separator: ", ")).",
                valueName: "names"
            )
        )
        var controllers: String?

        @Option(help: "Simulated seconds of a run (default: the scenario's episode).")
        var seconds: Int?

        @Flag(
            help: "Compare with the exact optimum of the two-movement junction instead; the same as evaluate junction."
        )
        var certificate = false

        @OptionGroup(title: "Detectors") var detectors: DetectorOptions
        @OptionGroup(title: "A server") var asking: AskOptions
        @OptionGroup(title: "Scenario (without --policy)") var options: TrafficOptions

        func validate() throws {
            if let seconds, !(60...31_622_400).contains(seconds) {
                throw ValidationError("--seconds \(seconds): 60 seconds to a year")
            }
        }

        func run() async throws {
            if certificate { return try await certify() }
            let job = EvaluationJob(common)
            let learned = try job.policies(of: .traffic, given: options.embedded)
            try refuseIgnored()
            let choice = SimulatorChoice(options: options, policy: learned?.configuration)
            if let scenario = try choice.sumoScenario() {
                let contest = try SUMOContest(
                    scenario: scenario,
                    names: try SUMOContest.names(controllers),
                    policies: learned?.evaluated ?? [],
                    embedded: choice.learnedEmbedded,
                    detectors: detectors,
                    server: try asking.server(),
                    seedCount: common.seeds,
                    seconds: seconds
                )
                try common.checkRequirements(against: contest.outline)
                try job.checkOutput()
                return try job.deliver(await contest.outcome(isQuiet: common.quiet, withCharts: common.output != nil))
            }
            let contest = try TrafficContest(
                scenario: try scenario(of: learned?.configuration),
                names: try TrafficContest.names(controllers),
                policies: learned?.evaluated ?? [],
                detectors: detectors,
                server: try asking.server(),
                seedCount: common.seeds,
                seconds: seconds
            )
            try common.checkRequirements(against: contest.outline)
            try job.checkOutput()
            try job.deliver(await contest.outcome(isQuiet: common.quiet, withCharts: common.output != nil))
        }

        /// Refuses what would change nothing: how to learn where nobody does, and a length that another replaces.
        private func refuseIgnored() throws {
            let learning = (options.separatesTables ? ["--separate-tables"] : []) + options.signals.forLearnersOnly
            if common.policies.isEmpty, let option = learning.first {
                throw CommandFailure(.usage, "\(option) is for learning, and without --policy nobody has")
            }
            let lengths = ["--episode", "--end"]
            guard let seconds, let option = options.sumo.given.first(where: lengths.contains) else { return }
            throw CommandFailure(.usage, "\(option) with --seconds \(seconds): one of them")
        }

        private func certify() async throws {
            let own = [("--controllers", controllers != nil), ("--seconds", seconds != nil)].filter(\.1).map(\.0)
            if let option = (own + detectors.given + asking.given + options.given).first {
                throw CommandFailure(.usage, "\(option) has no place beside --certificate: its junction is fixed")
            }
            try await JunctionContest(common, JunctionOptions.parse([])).run()
        }

        private func scenario(of learned: ScenarioConfiguration?) throws -> TrafficScenario {
            if let scenario = learned?.scenario as? TrafficScenario { return scenario }
            let scenario = try options.scenario(discount: nil)
            do {
                try scenario.check()
            } catch {
                throw CommandFailure(.usage, error.description)
            }
            return scenario
        }
    }
}

/// Signal controllers against each other: who takes part, what is measured, which pictures are drawn.
struct TrafficContest {
    private var evaluation: TrafficEvaluation
    private let contenders: [any SignalController]
    private let policies: [EvaluatedPolicy]
    private let server: AskedServer?

    /// The controllers that a training run's result is compared with.
    static let trainingBaselines = ["fixed", "max-pressure", "greedy"]

    /// Brings the contenders together, the learned one first.
    init(
        scenario: TrafficScenario,
        names: [String],
        policies: [EvaluatedPolicy],
        detectors: DetectorOptions? = nil,
        server: AskedServer? = nil,
        seedCount: Int,
        seconds: Int? = nil
    ) throws {
        self.server = server
        evaluation = try TrafficEvaluation(
            scenario: scenario,
            seeds: TrafficEvaluation.seeds(seedCount),
            seconds: seconds
        )
        let classical = SignalControllers(scenario: scenario, network: evaluation.network)
        var contenders: [any SignalController] = []
        for (index, policy) in policies.enumerated() {
            let name = policies.count == 1 ? "learned" : "learned-\(index + 1)"
            contenders.append(LearnedController(table: policy.table, scenario: scenario, name: name))
        }
        if let server {
            let controller = server.controller(
                of: scenario,
                intersections: evaluation.network.intersections.map(\.name),
                phases: scenario.makeEncoder().space.actions,
                plan: evaluation.fixedTime()
            )
            contenders.append(controller)
        }
        for name in names { contenders.append(try classical.named(name)) }
        self.contenders = contenders
        self.policies = policies
        evaluation.detectors = try detectors?.settings(evaluation.fixedTime())
        if policies.isEmpty, server == nil { try detectors?.refuseUnseen(by: names) }
    }

    /// Reads a list of controllers.
    ///
    /// - Parameter list: Names with commas between them, or `all`; `nil` for all but `random`.
    /// - Returns: Known names, each once.
    /// - Throws: `CommandFailure` that names the mistake.
    static func names(_ list: String?) throws -> [String] {
        guard let list else { return SignalControllers.names.filter { $0 != "random" } }
        if list == "all" { return SignalControllers.names }
        let names = list.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        for (index, name) in names.enumerated() {
            if name == "learned" {
                throw CommandFailure(
                    .usage,
                    "--controllers \(list): learned is what --policy brings, so leave it out here"
                )
            }
            guard SignalControllers.names.contains(name) else {
                throw CommandFailure(
                    .usage,
                    "--controllers \(list): \(Spelling.unknown("controller", name, among: SignalControllers.names))"
                )
            }
            if names[..<index].contains(name) { throw CommandFailure(.usage, "--controllers \(list): \(name) twice") }
        }
        return names
    }

    /// The contenders and metrics of the comparison that is to come.
    var outline: Comparison {
        pooled(
            Comparison(
                title: evaluation.subject,
                seeds: [0],
                contenders: contenders.map {
                    TrafficMetrics.outline($0.name, and: evaluation.moreFigures)
                }
            )
        )
    }

    /// Several policies are one method, `learned`, beside what each of them does.
    private func pooled(_ comparison: Comparison) -> Comparison {
        policies.count > 1 ? comparison.pooling(learnedNames, as: "learned") : comparison
    }

    private var learnedNames: [String] { contenders.prefix(policies.count).map(\.name) }

    /// Runs everything.
    func outcome(isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome {
        let progress = EvaluationProgress(total: contenders.count * evaluation.seeds.count, isQuiet: isQuiet)
        let results = try await evaluation.results(of: contenders, followsVehicles: withCharts) { progress.show($0) }
        let comparison = pooled(results.comparison)
        let questions = try server.map { [try $0.table()] } ?? []
        return EvaluationOutcome(
            scenario: .traffic,
            comparison: comparison,
            reference: comparison.contenders.first?.name,
            policies: policies,
            tables: (policies.count > 1 ? [("Policies", comparison.policyTable(origins))] : [])
                + StarvationTables.all(results.starvations, seeds: evaluation.seeds)
                + DetectorTable.all(results.tallies) + questions,
            details: withCharts ? details(results) : [],
            alarms: StarvationTables.alarms(results.starvations, seeds: evaluation.seeds),
            parts: policies.count > 1 ? learnedNames + ["learned-worst"] : [],
            charts: withCharts ? charts(results, comparison) : []
        )
    }

    private var origins: [(contender: String, origin: String)] {
        zip(learnedNames, policies).map { ($0, "seed \($1.facts.trainingSeed)") }
    }

    private func charts(_ results: TrafficEvaluation.Results, _ comparison: Comparison) -> [Chart] {
        let maker = TrafficCharts(evaluation)
        var charts = [
            ComparisonCharts.bars(comparison, highlighting: policies.isEmpty ? nil : "learned"),
            maker.queue(results), maker.delays(results),
        ]
        .compactMap(\.self)
        let seed = evaluation.seeds[0]
        let runs = shown.compactMap { controller in
            evaluation.measure(controller, seed: seed, isRecorded: true).trace.map { (controller.name, $0) }
        }
        charts += runs.compactMap { maker.timeSpace($1, controller: $0, seed: seed) }
        return charts + maker.maps(runs, seed: seed)
    }

    /// Those whose run is drawn second by second: the first, and beside it the fixed plan, else who comes next.
    private var shown: [any SignalController] {
        let others = contenders.dropFirst()
        return [contenders[0]] + [others.first { $0.name == "fixed" } ?? others.first].compactMap(\.self)
    }

    /// What is too long for a terminal.
    private func details(_ results: TrafficEvaluation.Results) -> [(heading: String, table: TextTable)] {
        let junctions = TrafficCharts(evaluation).junctionTable(results)
        let tables = [
            ("Delays of single vehicles, in seconds, all seeds", TrafficCharts.delayTable(results)),
            ("Waiting vehicles by junction, mean over time and seeds", junctions),
        ]
        return tables.compactMap { heading, table in table.map { (heading, $0) } }
    }
}
