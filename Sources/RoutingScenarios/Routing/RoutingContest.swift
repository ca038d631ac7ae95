internal import CommandBasics
internal import Evaluation
internal import LinearProgramming
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios

/// Routers against each other: who takes part, what is measured, which pictures are drawn.
struct RoutingContest {
    private let scenario: RoutingScenario
    private let contenders: [RoutingContender]
    private let policy: EvaluatedPolicy?
    private let seedCount: Int
    private let warmUp: Int
    private let ticks: Int

    /// The controllers that a policy is compared with unless others are named.
    static let baselines = ["shortest-path"]

    /// Brings the contenders together.
    init(
        _ scenario: RoutingScenario,
        _ contenders: [RoutingContender],
        policy: EvaluatedPolicy?,
        seedCount: Int,
        warmUp: Int? = nil,
        ticks: Int = 10_000
    ) {
        self.scenario = scenario
        self.contenders = contenders
        self.policy = policy
        self.seedCount = seedCount
        self.ticks = ticks
        let learns = contenders.contains { contender in contender.learnsFromItsBeginning }
        self.warmUp = warmUp ?? (learns ? 20_000 : 10_000)
    }

    /// Reads a list of controllers; a policy comes first, learning on and frozen.
    ///
    /// - Parameters:
    ///   - list: Names with commas between them, or `all`; `nil` for the usual ones.
    ///   - policy: A learned table, if there is one.
    ///   - ownRule: The rule that options describe, if they do; it takes part as `own`.
    /// - Returns: The contenders, each once.
    /// - Throws: `CommandFailure` that names the mistake.
    static func contenders(
        _ list: String?,
        policy: EvaluatedPolicy?,
        ownRule: RoutingRule? = nil
    ) throws -> [RoutingContender] {
        let usual = policy == nil ? RoutingContender.names : baselines
        let own = ownRule.map { _ in [ownName] } ?? []
        let names =
            switch list {
            case nil: usual + own
            case "all": RoutingContender.names + own
            case .some(let list): list.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
            }
        try checkOwnRule(ownRule, isNamed: names.contains(ownName), list ?? "")
        var contenders = policy.map { [.learned($0.table, $0.parameters), .frozen($0.table)] } ?? [RoutingContender]()
        for name in names {
            do {
                let own = name == ownName ? ownRule.map { RoutingContender.own($0) } : nil
                let contender = try own ?? RoutingContender(named: name)
                guard !contenders.contains(where: { $0.name == name }) else {
                    throw CommandFailure(.usage, "--controllers \(list ?? ""): \(name) twice")
                }
                contenders.append(contender)
            } catch let error as ScenarioError {
                throw CommandFailure(.usage, "--controllers \(list ?? ""): \(error)")
            }
        }
        return contenders
    }

    /// The name under which a rule that options describe takes part.
    private static let ownName = "own"

    /// Refuses options of a rule that no contender follows, and a contender without them.
    private static func checkOwnRule(_ rule: RoutingRule?, isNamed: Bool, _ list: String) throws {
        if let rule, !isNamed {
            throw CommandFailure(
                .usage,
                "--controllers \(list): none of them follows the rule of the options (\(rule)); the rules with a name have "
                    + "settings of their own, so add own, or leave --rule, --start and the like out"
            )
        }
        if rule == nil, isNamed {
            throw CommandFailure(
                .usage,
                "--controllers \(list): own is the rule of --rule, --start and the like, and none of them is given"
            )
        }
    }

    private func evaluation(_ scenario: RoutingScenario) -> RoutingEvaluation {
        RoutingEvaluation(scenario: scenario, seedCount: seedCount, warmUp: warmUp, ticks: ticks)
    }

    /// The ticks of a run.
    var runLength: Int { warmUp + ticks }

    /// The contenders and metrics of the comparison that is to come.
    var outline: Comparison { evaluation(scenario).outline(of: contenders) }

    /// Runs everything at the scenario's load.
    func outcome(isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome {
        let progress = EvaluationProgress(total: contenders.count * seedCount, isQuiet: isQuiet)
        let results = try await evaluation(scenario).results(of: contenders) { progress.show($0) }
        return EvaluationOutcome(
            scenario: .routing,
            comparison: results.comparison,
            reference: contenders.first?.name,
            policies: policy.map { [$0] } ?? [],
            tables: scenario.model == .node ? [("busiest routers", busiestRouters(results))] : [],
            details: [("busiest links, packets per tick", RoutingCharts.busiestLinks(results, scenario))],
            charts: withCharts ? charts(results) : []
        )
    }

    /// The routers that send most, by contender: in the node model they are what saturates.
    private func busiestRouters(_ results: RoutingEvaluation.Results) -> TextTable {
        let topology = scenario.topology
        return TextTable(
            header: ["controller", "packets/tick of the busiest routers"],
            rows: zip(contenders, results.runs).map { contender, runs in
                var loads = Array(repeating: 0.0, count: topology.routerCount)
                for run in runs {
                    for (router, load) in run.routerLoads(topology).enumerated() {
                        loads[router] += load / Double(runs.count)
                    }
                }
                let busiest = loads.indices.sorted { loads[$0] > loads[$1] || loads[$0] == loads[$1] && $0 < $1 }
                let words = busiest.prefix(5).map { "\(topology.names[$0]) \(decimal(loads[$0], places: 3))" }
                return [contender.name, words.joined(separator: ", ")]
            }
        )
    }

    private func charts(_ results: RoutingEvaluation.Results) -> [Chart] {
        let highlighted = policy == nil ? nil : contenders.first?.name
        let bars = ComparisonCharts.bars(results.comparison, highlighting: highlighted)
        let course = scenario.events.isEmpty ? nil : RoutingCharts.course(results, scenario)
        let times = RoutingCharts.deliveryTimes(results)
        return [bars, course, times].compactMap(\.self) + RoutingCharts.maps(results, scenario)
    }

    /// Loads that were asked for.
    struct AskedLoads {
        let loads: [Double]
        let labels: [String]
        /// The best routing's, where the loads are per cents of it: it is not looked for twice, for that takes up to a minute.
        fileprivate let best: LoadBounds?
    }

    /// Runs everything at several loads.
    func sweep(_ asked: AskedLoads, isQuiet: Bool) async throws -> EvaluationOutcome {
        let loads = asked.loads
        let sweep = LoadSweep(
            scenario,
            loads: loads,
            labels: asked.labels,
            seedCount: seedCount,
            warmUp: warmUp,
            ticks: ticks
        )
        let perLoad = contenders.count * seedCount
        let progress = EvaluationProgress(total: loads.count * perLoad, isQuiet: isQuiet)
        var comparisons: [Comparison] = []
        for (index, evaluation) in sweep.evaluations.enumerated() {
            comparisons.append(
                try await evaluation.results(of: contenders) { progress.show(index * perLoad + $0) }.comparison
            )
        }
        let bounds = RoutingCharts.Bounds(
            shortestPaths: sustainable.ofShortestPaths,
            bestRouting: try (asked.best ?? best()).atMost
        )
        return EvaluationOutcome(
            scenario: .routing,
            comparison: sweep.byLoad(comparisons, "delivery time"),
            reference: nil,
            policies: policy.map { [$0] } ?? [],
            tables: tables(sweep, comparisons, bounds),
            charts: ["delivery time", "p99"].map { RoutingCharts.curve(sweep, comparisons, metric: $0, bounds: bounds) }
        )
    }

    /// Reads a list of loads; per cents are of what the best routing sustains.
    ///
    /// - Returns: `nil` where they lead beyond what can be simulated.
    func loads(_ text: String) throws -> AskedLoads? {
        let best = text.hasSuffix("%") ? try best() : nil
        return LoadSweep.loads(text, bound: best?.atLeast ?? 1).map {
            AskedLoads(loads: $0, labels: LoadSweep.labels(text, of: $0), best: best)
        }
    }

    private var sustainable: SustainableLoad {
        SustainableLoad(scenario.topology, scenario.trafficMatrix, model: scenario.model, rules: scenario.rules)
    }

    private func tables(
        _ sweep: LoadSweep,
        _ comparisons: [Comparison],
        _ bounds: RoutingCharts.Bounds
    ) -> [(heading: String, table: TextTable)] {
        let figures = [
            "delivery time", "p50", "p99", "delivered", "refused", "dropped", "hops", "busiest router", "busiest link",
        ].filter { name in comparisons.first?.contenders.first?.metric(name) != nil }
        let capacity = TextTable(
            header: ["bound", "packets/tick"],
            rows: [
                ["shortest paths saturate", decimal(bounds.shortestPaths, places: 4)],
                ["no routing beyond", bounds.bestRouting.map { decimal($0, places: 4) } ?? "glpsol is not there"],
            ]
        )
        return figures.map { ("\($0) by load", sweep.table(comparisons, $0)) } + [("bounds on the load", capacity)]
    }

    /// The bounds on the best routing's load; a note says where they are not one figure.
    private func best() throws -> LoadBounds {
        let bounds = try BestRoutingSearch().bounds(of: sustainable)
        if bounds.gap > 0 {
            Console.note(
                "the best routing sustains \(decimal(bounds.atLeast, places: 4)) to \(decimal(bounds.atMost, places: 4)) "
                    + "packets per tick; per cents are of the lower figure, charts show the upper one"
            )
        }
        return bounds
    }
}
