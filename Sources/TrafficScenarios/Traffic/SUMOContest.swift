internal import CommandBasics
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import SUMOSimulation
internal import Scenarios
internal import TabularLearning

/// Which simulator an evaluation runs in: what the options say, else the policy's own.
struct SimulatorChoice {
    let options: TrafficOptions
    let policy: ScenarioConfiguration?

    /// The embedded problem that a policy was learned on, if it was.
    var learnedEmbedded: TrafficScenario? { policy?.scenario as? TrafficScenario }

    /// The problem in SUMO; `nil` when the embedded simulator is meant.
    ///
    /// - Throws: `CommandFailure` when the policy's table has another shape than the network needs.
    func sumoScenario() throws -> SUMOScenario? {
        let given = options.sumo
        switch policy?.scenario {
        case let learned as SUMOScenario:
            guard given.simulator != .embedded else {
                throw CommandFailure(.usage, "the policy was learned in SUMO: it is evaluated there")
            }
            try Self.refuse(Self.policysOwn, of: given)
            guard given.net != nil else {
                try Self.refuse(["--routes", "--additional", "--lights", "--leave-out"], of: given)
                var scenario = learned
                if let binary = given.binary { scenario.input.program = binary }
                if let begin = given.begin {
                    scenario.input.begin = begin
                    scenario.network.begin = Double(begin)
                }
                scenario.noteLeftAlone()
                return scenario
            }
            var scenario = try given.scenario(learned.settings, isLearned: true, program: learned.input.program)
            scenario.clearsJunctions = learned.clearsJunctions
            scenario.holdsChanges = learned.holdsChanges
            try Self.compare(learned.space, scenario.space)
            return scenario
        case let learned as TrafficScenario:
            guard given.isChosen else {
                try given.check()
                return nil
            }
            try Self.refuse(Self.policysOwn, of: given)
            let scenario = try given.scenario(learned, isLearned: true)
            try Self.compare(learned.space, scenario.space)
            return scenario
        default:
            guard given.isChosen, let scenario = try options.configuration(discount: nil).scenario as? SUMOScenario
            else {
                try given.check()
                return nil
            }
            return scenario
        }
    }

    private static let policysOwn = [
        "--minimum-green", "--maximum-green", "--maximum-red", "--yellow", "--unguarded", "--episode", "--end",
    ]

    /// Refuses options whose values are the policy's.
    private static func refuse(_ names: [String], of given: SUMOOptions) throws {
        if let option = given.given.first(where: { names.contains($0) }) {
            throw CommandFailure(
                .usage,
                "\(option) comes from the policy's folder: leave it out, or leave --policy out"
            )
        }
    }

    private static func compare(_ learned: StateSpace, _ needed: StateSpace) throws {
        guard learned.stateCount == needed.stateCount, learned.actionCount == needed.actionCount else {
            throw CommandFailure(
                .usage,
                "the policy's table has \(learned.stateCount) states of \(learned.actionCount) actions, this network needs "
                    + "\(needed.stateCount) of \(needed.actionCount); a shared table fits every network whose lights have as many phases"
            )
        }
    }
}

/// Signal controllers against each other in SUMO.
struct SUMOContest {
    private var evaluation: SUMOEvaluation
    private let names: [String]
    private let policies: [EvaluatedPolicy]
    private let server: AskedServer?
    /// The embedded problem that the policy was learned on.
    private let embedded: TrafficScenario?

    /// The controllers that a training run's result is compared with.
    static let trainingBaselines = ["stock", "max-pressure", "greedy"]

    /// Prepares a contest; the learned controllers come first.
    init(
        scenario: SUMOScenario,
        names: [String],
        policies: [EvaluatedPolicy],
        embedded: TrafficScenario? = nil,
        detectors: DetectorOptions? = nil,
        server: AskedServer? = nil,
        seedCount: Int,
        seconds: Int? = nil
    ) throws {
        evaluation = try SUMOEvaluation(
            scenario: scenario,
            seeds: TrafficEvaluation.seeds(seedCount),
            seconds: seconds,
            // What a table has learned it has learned with phases that are called; without a policy this is --unguarded.
            allowsUncalledPhases: policies.isEmpty && !scenario.clearsJunctions
        )
        self.names = names
        self.policies = policies
        self.embedded = embedded
        self.server = server
        let greens = scenario.network.signals.map { $0.phases.map(\.seconds) }
        evaluation.detectors = try detectors?.settings(FixedTimeController(greens: greens))
        if policies.isEmpty, server == nil { try detectors?.refuseUnseen(by: names) }
    }

    /// Reads a list of controllers; beside those of the embedded simulator there is `stock`, the network's own program.
    ///
    /// - Parameter list: Names with commas between them, or `all`; `nil` for all but `random`.
    /// - Returns: The names in the order of the list.
    /// - Throws: `CommandFailure` that names the mistake.
    static func names(_ list: String?) throws -> [String] {
        guard let list, list != "all" else { return ["stock"] + (try TrafficContest.names(list)) }
        let parts = list.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        let others = parts.filter { $0 != "stock" }
        guard parts.count - others.count == 1 else { return try TrafficContest.names(list) }
        if !others.isEmpty { _ = try TrafficContest.names(others.joined(separator: ",")) }
        return parts
    }

    private var learnedNames: [String] {
        policies.count == 1 ? ["learned"] : policies.indices.map { "learned-\($0 + 1)" }
    }

    /// Several policies are one method, `learned`, beside what each of them does.
    private func pooled(_ comparison: Comparison) -> Comparison {
        policies.count > 1 ? comparison.pooling(learnedNames, as: "learned") : comparison
    }

    /// The contenders and metrics of the comparison that is to come.
    var outline: Comparison {
        pooled(
            Comparison(
                title: evaluation.subject,
                seeds: [0],
                contenders: (learnedNames + (server == nil ? [] : ["served"]) + names).map { evaluation.outline($0) }
            )
        )
    }

    /// Runs everything.
    func outcome(isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome {
        let contenders = try contenders()
        let progress = EvaluationProgress(total: contenders.count * evaluation.seeds.count, isQuiet: isQuiet)
        let results = try await evaluation.results(of: contenders) { progress.show($0) }
        let comparison = pooled(results.comparison)
        let highlighted = policies.isEmpty ? nil : "learned"
        var tables: [(heading: String, table: TextTable)] = []
        if let gap = try gap(comparison) {
            tables.append(("The same table in both simulators, delay in s/vehicle", gap))
        }
        if policies.count > 1 {
            let origins = zip(learnedNames, policies).map { ($0, "seed \($1.facts.trainingSeed)") }
            tables.append(("Policies", comparison.policyTable(origins)))
        }
        let questions = try server.map { [try $0.table()] } ?? []
        return EvaluationOutcome(
            scenario: .traffic,
            comparison: comparison,
            reference: comparison.contenders.first?.name,
            policies: policies,
            tables: StarvationTables.all(results.starvations, seeds: evaluation.seeds) + tables
                + DetectorTable.all(results.tallies) + questions + leftAlone,
            alarms: StarvationTables.alarms(results.starvations, seeds: evaluation.seeds),
            parts: policies.count > 1 ? learnedNames + ["learned-worst"] : [],
            charts: withCharts ? [ComparisonCharts.bars(comparison, highlighting: highlighted)].compactMap(\.self) : []
        )
    }

    /// The lights that no contender controls.
    private var leftAlone: [(heading: String, table: TextTable)] {
        let lights = evaluation.scenario.network.leftAlone ?? []
        guard !lights.isEmpty else { return [] }
        let table = TextTable(header: ["light", "reason"], rows: lights.map { [$0.name, $0.reason] })
        return [("Lights left to their own programs", table)]
    }

    private func contenders() throws -> [SUMOEvaluation.Contender] {
        let greens = names.contains("webster") ? try evaluation.websterGreens() : []
        let classical = evaluation.classical(websterGreens: greens)
        var contenders: [SUMOEvaluation.Contender] = []
        for (name, policy) in zip(learnedNames, policies) {
            let learned = LearnedController(
                table: policy.table,
                encoder: evaluation.scenario.makeEncoder(),
                decisionInterval: evaluation.scenario.settings.decisionInterval,
                name: name
            )
            contenders.append(.controller(learned))
        }
        if let server {
            let signals = evaluation.scenario.network.signals
            let controller = server.controller(
                of: evaluation.scenario.settings,
                intersections: signals.map(\.name),
                phases: evaluation.scenario.makeEncoder().space.actions,
                plan: FixedTimeController(greens: signals.map { $0.phases.map(\.seconds) })
            )
            contenders.append(.controller(controller))
        }
        for name in names { contenders.append(name == "stock" ? .stock : .controller(try classical.named(name))) }
        return contenders
    }

    /// What the embedded simulator says of the same controllers, where the policy was learned there.
    private func gap(_ comparison: Comparison) throws -> TextTable? {
        guard let embedded, policies.count == 1, let policy = policies.first else { return nil }
        var there = try TrafficEvaluation(scenario: embedded, seeds: evaluation.seeds, seconds: evaluation.seconds)
        there.detectors = evaluation.detectors.map {
            DetectorGuard.Settings(
                $0.faults,
                fallingBackTo: $0.plan == nil ? nil : there.fixedTime(),
                tolerance: $0.tolerance
            )
        }
        let classical = SignalControllers(scenario: embedded, network: there.network)
        var controllers: [any SignalController] = [LearnedController(table: policy.table, scenario: embedded)]
        for name in names where name != "stock" { controllers.append(try classical.named(name)) }
        let results = there.compare(controllers)
        func delay(_ comparison: Comparison, _ name: String) -> Double? {
            comparison.contender(name)?.metric("delay")?.interval.mean
        }
        guard let base = delay(results, "learned"), let sumoBase = delay(comparison, "learned") else { return nil }
        let rows = controllers.map(\.name).map { name -> [String] in
            let (here, sumo) = (delay(results, name) ?? 0, delay(comparison, name) ?? 0)
            return [name, decimal(here), decimal(sumo), decimal(here / base), decimal(sumo / sumoBase)]
        }
        return TextTable(
            header: ["controller", "embedded", "SUMO", "of learned, embedded", "of learned, SUMO"],
            rows: rows
        )
    }
}
