internal import CommandBasics
package import Evaluation
internal import Reports
package import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// Policies, the rules of a field and the optimum in one decision process: simulated on common random numbers, and exactly.
package struct ProcessContest {
    /// How it is carried out.
    package struct Run {
        package var seedCount: Int
        package var isQuiet: Bool
        package var withCharts: Bool

        /// Takes all of it.
        package init(seedCount: Int, isQuiet: Bool, withCharts: Bool) {
            self.seedCount = seedCount
            self.isQuiet = isQuiet
            self.withCharts = withCharts
        }
    }

    /// Somebody who takes part, and what that is worth from the start, exactly.
    package struct Entrant {
        package let controller: Controller
        package let value: Double
    }

    package let solution: ExactSolution
    package let worth: ProcessWorth
    package let contenders: [Entrant]
    /// The names of the policies.
    package let learned: [String]
    private let scenario: any ProcessScenario
    private let policies: [EvaluatedPolicy]

    /// Episodes of a run, and the most steps of one that never ends by itself.
    private static let episodes = 200
    private static let longestEpisode = 10_000
    /// The steps of an episode where what counts is the reward of a step.
    private static let longRun = 2_000

    /// Solves the process and brings the contenders together.
    ///
    /// - Throws: `CommandFailure` for a discount that leaves nothing to compare by.
    package init(_ scenario: any ProcessScenario, _ policies: [EvaluatedPolicy]) throws {
        // 0.95 as it is meant, not as the nearest single-precision number.
        let learned = Double((policies.first?.parameters ?? scenario.defaults.parameters).discount.description) ?? 0
        let discount = scenario.comparedDiscount ?? learned
        solution = try Self.solution(of: scenario, discount: discount)
        self.scenario = scenario
        self.policies = policies
        self.learned = policies.indices.map { policies.count == 1 ? "learned" : "learned-\($0 + 1)" }
        let (solution, worth) = (solution, ProcessWorth(scenario, solution))
        self.worth = worth
        func entrant(_ controller: Controller) -> Entrant {
            Entrant(controller: controller, value: worth.value(of: controller))
        }
        contenders =
            zip(self.learned, policies).map {
                entrant(Controller($0, in: solution.process, policy: solution.policy(of: $1.table)))
            }
            + worth.entrants.map { Entrant(controller: $0.controller, value: $0.value) }
            + scenario.rules(solution).map(entrant)
    }

    /// Solves a scenario's process.
    ///
    /// - Throws: `CommandFailure` where sums without a discount have no end.
    package static func solution(of scenario: any ProcessScenario, discount: Double) throws -> ExactSolution {
        let process = scenario.process
        guard process.canAlwaysEnd || discount <= ExactSolution.longestHorizon else {
            throw CommandFailure(
                .usage,
                "a discount of \(discount): \(type(of: scenario).name) "
                    + (process.isContinuing ? "never ends" : "has states from which no way leads to an end")
                    + ", and its returns are compared with a discount of at most \(ExactSolution.longestHorizon)"
            )
        }
        return ExactSolution(process, discount: discount)
    }

    /// Runs everybody on every seed, on all cores.
    package func outcome(_ run: Run) async throws -> EvaluationOutcome {
        let seeds = (0..<run.seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: contenders.count * seeds.count, isQuiet: run.isQuiet)
        let flat = try await ParallelRuns.map(contenders.count * seeds.count, onFinish: { progress.show($0) }) {
            [self] index in
            simulate(contenders[index / seeds.count].controller, seed: seeds[index % seeds.count])
        }
        let all = Comparison(
            title: "\(scenario.subject), \(yardstick); \(seeds.count) seeds of \(Self.episodes) episodes",
            seeds: seeds,
            contenders: contenders.indices.map { index in
                contender(
                    contenders[index],
                    runs: Array(flat[(index * seeds.count)..<((index + 1) * seeds.count)])
                )
            }
        )
        return try outcome(policies.count > 1 ? all.pooling(learned, as: "learned") : all, withCharts: run.withCharts)
    }

    private func outcome(_ comparison: Comparison, withCharts: Bool) throws -> EvaluationOutcome {
        let reference = policies.isEmpty ? "optimum" : "learned"
        return EvaluationOutcome(
            scenario: ScenarioName(of: type(of: scenario)),
            comparison: comparison,
            reference: reference,
            policies: policies,
            tables: [("Exact values from the start", try exactTable())],
            parts: policies.count > 1 ? learned + ["learned-worst"] : [],
            charts: withCharts
                ? [ComparisonCharts.bars(comparison, highlighting: reference)].compactMap(\.self)
                    + scenario.charts(solution, learned: policies.first?.table) : []
        )
    }

    /// What each is worth, computed, behind what nobody can do better than.
    ///
    /// - Throws: `LinearProgrammingError`.
    package func exactTable() throws -> TextTable {
        let bounds = try scenario.bounds().map { bound in
            guard let value = bound.value else { return [bound.name, "–", bound.missing] }
            return row(bound.name, value)
        }
        return TextTable(
            header: ["controller", scenario.yardstick == .gain ? "exact gain" : "exact return", "gap [%]"],
            rows: bounds + contenders.map { row($0.controller.name, $0.value) }
        )
    }

    private func row(_ name: String, _ value: Double) -> [String] {
        [name, decimal(value, places: 6), decimal(100 * gap(of: value), places: 3)]
    }

    /// How far a value is below the optimum, as a share of it.
    package func gap(of value: Double) -> Double { worth.gap(of: value) }

    /// What is compared, in words.
    package var yardstick: String {
        switch scenario.yardstick {
        case .discounted: "γ \(solution.discount)"
        case .episodes(let steps): "undiscounted returns of episodes of at most \(steps) steps"
        case .gain: "reward of a step in the long run"
        }
    }

    private func contender(_ entrant: Entrant, runs: [[Double]]) -> Comparison.Contender {
        Comparison.Contender(
            name: entrant.controller.name,
            metrics: [
                MetricSummary(
                    name: scenario.yardstick == .gain ? "gain" : "return",
                    unit: "",
                    preference: .higher,
                    values: runs.map { $0[0] }
                ),
                MetricSummary(
                    name: "gap",
                    unit: "%",
                    preference: .lower,
                    values: Array(repeating: 100 * gap(of: entrant.value), count: runs.count)
                ),
            ]
                + scenario.figures.enumerated().map { index, figure in
                    MetricSummary(
                        name: figure.name,
                        unit: figure.unit,
                        preference: figure.preference,
                        values: runs.map { $0[1 + index] }
                    )
                }
        )
    }
}

extension ProcessContest {
    /// The steps of an episode: to its end, or until what follows hardly counts any more.
    private var horizon: Int {
        switch scenario.yardstick {
        case .discounted: break
        case .episodes(let steps): return steps
        case .gain: return Self.longRun
        }
        guard solution.process.isContinuing else { return Self.longestEpisode }
        var (steps, weight) = (0, 1.0)
        while weight > 1e-4, steps < Self.longestEpisode { (steps, weight) = (steps + 1, weight * solution.discount) }
        return max(steps, 200)
    }

    /// The mean discounted return of the episodes of one seed, then the figures.
    package func simulate(_ controller: Controller, seed: UInt64) -> [Double] {
        let (process, figures, horizon, starts) = (solution.process, scenario.figures, horizon, scenario.starts)
        let discount = scenario.yardstick == .discounted ? solution.discount : 1
        let dynamics = CounterBasedRandom(seed: seed, stream: .dynamics)
        let choices = CounterBasedRandom(seed: seed, stream: .controller)
        var (total, steps) = (0.0, 0)
        var sums = Array(repeating: 0.0, count: figures.count)
        for episode in 0..<Self.episodes {
            // Not the numbers of any training.
            let lane = UInt64(episode) + 1 << 40
            var world = SplitMix64(state: dynamics.laneKey(lane))
            var own = SplitMix64(state: choices.laneKey(lane))
            let start = starts.count == 1 ? starts[0] : starts[world.nextIndex(below: starts.count)]
            var (state, memory, weight) = (Optional(start), controller.firstMemory, 1.0)
            for _ in 0..<horizon {
                guard let now = state else { break }
                let action = controller.action(in: now, memory, unit: own.nextUnit())
                let outcome = process.outcomes[process.draw(action, in: now, unit: world.nextUnit())]
                total += weight * outcome.reward
                weight *= discount
                steps += 1
                for index in figures.indices { sums[index] += figures[index].value(now, action, outcome) }
                memory = controller.remember(memory, now, action, outcome)
                state = outcome.next
            }
        }
        let means = zip(figures, sums).map { $1 / Double($0.isMean ? max(1, steps) : Self.episodes) }
        let shares = Self.episodes * (scenario.yardstick == .gain ? horizon : 1)
        return [total / Double(shares)] + means
    }
}
