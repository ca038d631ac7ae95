internal import ClassicWorlds
internal import DecisionProcesses
internal import Evaluation
internal import NeuralRuns
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Policies, the rules of a field and chance in one mechanical system, all from the same first states.
struct ControlContest<System: ControlScenario>: Sendable {
    /// Somebody who takes part.
    private struct Entrant: Sendable {
        let name: String
        let way: Way

        enum Way {
            /// By numbers and chance.
            case rule(@Sendable (_ numbers: SIMD4<Double>, _ random: inout SplitMix64) -> Int)
            /// A network, which plays all its episodes side by side.
            case network(NetworkFolder)
        }
    }

    private let problem = System.Problem()
    private let coder: ControlCoder
    private let policies: [EvaluatedPolicy]
    private let names: [String]
    private let networks: [NetworkFolder]

    /// Episodes of a seed.
    static var episodes: Int { 100 }

    init(_ coder: ControlCoder, _ policies: [EvaluatedPolicy], networks: [NetworkFolder] = []) {
        (self.coder, self.policies, self.networks) = (coder, policies, networks)
        names = policies.indices.map { policies.count == 1 ? "learned" : "learned-\($0 + 1)" }
    }

    private var networkNames: [String] {
        networks.indices.map { networks.count == 1 ? "network" : "network-\($0 + 1)" }
    }

    private var rules: [Entrant] {
        let count = problem.actions.count
        return System.rules.map { rule in Entrant(name: rule.name, way: .rule { numbers, _ in rule.action(numbers) }) }
            + [Entrant(name: "random", way: .rule { _, random in random.nextIndex(below: count) })]
    }

    private func entrant(_ name: String, _ table: ActionValueTable) -> Entrant {
        let (policy, coder) = (greedy(table), coder)
        return Entrant(name: name, way: .rule { numbers, _ in policy(coder.state(of: numbers)) })
    }

    /// The best action of a state, the lowest of equal ones.
    private func greedy(_ table: ActionValueTable) -> @Sendable (_ state: UInt64) -> Int {
        if let tiles = coder.tileCoding(of: problem) { return { Self.best(tiles.values(of: $0, in: table)) } }
        let policy = (0..<table.rowCount).map { state in
            UInt8(Self.best((0..<table.actionCount).map { table.cells[Int(state) * table.actionCount + $0].value }))
        }
        return { Int(policy[Int($0)]) }
    }

    private static func best(_ row: [Float]) -> Int { row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0 }

    /// The mean return of the episodes of one seed.
    private func play(_ entrant: Entrant, seed: UInt64) -> Double {
        switch entrant.way {
        case .rule(let action): play(action, seed: seed)
        case .network(let network):
            System.meanReturn(of: network, seed: seed, episodes: Self.episodes, from: Self.firstLane)
        }
    }

    /// Not the numbers of any training.
    private static var firstLane: UInt64 { 1 << 40 }

    private func play(
        _ action: @Sendable (_ numbers: SIMD4<Double>, _ random: inout SplitMix64) -> Int,
        seed: UInt64
    ) -> Double {
        let starts = CounterBasedRandom(seed: seed, stream: .start)
        let choices = CounterBasedRandom(seed: seed, stream: .controller)
        var total = 0.0
        for episode in 0..<Self.episodes {
            let lane = UInt64(episode) + Self.firstLane
            var (start, own) = (SplitMix64(state: starts.laneKey(lane)), SplitMix64(state: choices.laneKey(lane)))
            var system = problem.start(&start)
            for _ in 0..<problem.stepLimit {
                let (reward, isTerminal) = problem.step(&system, action(system, &own))
                total += reward
                if isTerminal { break }
            }
        }
        return total / Double(Self.episodes)
    }

    /// Lets everybody play on every seed, on all cores.
    func outcome(seedCount: Int, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome {
        let entrants =
            zip(names, policies).map { entrant($0, $1.table) }
            + zip(networkNames, networks).map { Entrant(name: $0, way: .network($1)) } + rules
        let seeds = (0..<seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: entrants.count * seeds.count, isQuiet: isQuiet)
        let flat = try await ParallelRuns.map(entrants.count * seeds.count, onFinish: { progress.show($0) }) {
            [self] index in play(entrants[index / seeds.count], seed: seeds[index % seeds.count])
        }
        let all = Comparison(
            title: "\(System.name), return of an episode; \(seeds.count) seeds of \(Self.episodes) episodes",
            seeds: seeds,
            contenders: entrants.indices.map { index in
                Self.contender(
                    entrants[index].name,
                    Array(flat[(index * seeds.count)..<((index + 1) * seeds.count)])
                )
            }
        )
        let tables = policies.count > 1 ? all.pooling(names, as: "learned") : all
        return outcome(networks.count > 1 ? tables.pooling(networkNames, as: "network") : tables, withCharts)
    }

    /// What the first policy comes to on each seed.
    func figure(seedCount: Int) async throws -> MetricSummary? {
        guard let policy = policies.first else { return nil }
        let player = entrant(names[0], policy.table)
        let returns = try await ParallelRuns.map(seedCount) { [self] in play(player, seed: UInt64($0) + 1) }
        return Self.contender(player.name, returns).metrics.first
    }

    /// Trains a table a seed with the scenario's defaults, and lets each play.
    func outcomeOfFreshTables(seedCount: Int, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome {
        let seeds = (0..<seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: seeds.count, isQuiet: isQuiet)
        let scenario = System(coder: coder)
        let learned = try await ParallelRuns.map(seeds.count, onFinish: { progress.show($0) }) { [self] index in
            play(entrant("learned", try freshTable(of: scenario, seed: seeds[index])), seed: seeds[index])
        }
        let comparison = Comparison(
            title:
                "\(System.name), return of an episode; \(seeds.count) training seeds, \(scenario.defaults.steps) steps "
                + "each, then \(Self.episodes) episodes without exploration",
            seeds: seeds,
            contenders: [Self.contender("learned", learned)]
                + rules.map { rule in Self.contender(rule.name, seeds.map { play(rule, seed: $0) }) }
        )
        return outcome(comparison, withCharts, System.solvedReturn.map { [Self.solved($0, learned)] } ?? [])
    }

    private static func solved(_ least: Double, _ returns: [Double]) -> (String, TextTable) {
        let count = returns.count { $0 >= least }
        return (
            "Solved",
            TextTable(
                header: ["return at least", "tables", "of"],
                rows: [[decimal(least), "\(count)", "\(returns.count)"]]
            )
        )
    }

    private static func contender(_ name: String, _ values: [Double]) -> Comparison.Contender {
        Comparison.Contender(
            name: name,
            metrics: [MetricSummary(name: "return", unit: "", preference: .higher, values: values)]
        )
    }

    private func outcome(
        _ comparison: Comparison,
        _ withCharts: Bool,
        _ tables: [(String, TextTable)] = []
    ) -> EvaluationOutcome {
        let reference = policies.isEmpty ? (networks.isEmpty ? nil : "network") : "learned"
        let parts =
            (policies.count > 1 ? names + ["learned-worst"] : [])
            + (networks.count > 1 ? networkNames + ["network-worst"] : [])
        return EvaluationOutcome(
            scenario: ScenarioName(of: System.self),
            comparison: comparison,
            reference: reference,
            policies: policies,
            tables: tables,
            parts: parts,
            charts: withCharts
                ? [ComparisonCharts.bars(comparison, highlighting: reference ?? "learned")].compactMap(\.self) : []
        )
    }
}
