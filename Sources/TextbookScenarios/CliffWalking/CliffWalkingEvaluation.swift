internal import ArgumentParser
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// What a policy's walk from the start is worth; nothing is drawn, so it is exact.
struct CliffWalkingEvaluation {
    private let policy: EvaluatedPolicy

    /// A walk that has not come to the goal by then goes round for ever.
    private static let stepLimit = 1_000

    init(_ policy: EvaluatedPolicy) { self.policy = policy }

    /// The return of the greedy walk, the lowest of equal actions taken; `nil` where it never ends.
    static func greedyReturn(of table: ActionValueTable) -> Double? {
        var (state, total) = (CliffWalkingScenario.start, 0.0)
        for _ in 0..<stepLimit {
            let start = Int(state) * table.actionCount
            let row = table.cells[start..<(start + table.actionCount)].map(\.value)
            let best = row.indices.max { (row[$0], $1) < (row[$1], $0) } ?? 0
            let (next, cost) = CliffWalkingScenario.move(UInt8(best), from: state)
            total -= Double(cost)
            if next == CliffWalkingScenario.goal { return total }
            state = next
        }
        return nil
    }

    /// The learned policy beside the shortest way, the one a row further up, and the safest.
    func outcome(withCharts: Bool) -> EvaluationOutcome {
        let learned = Self.greedyReturn(of: policy.table)
        let contenders = [
            ("learned", learned ?? -Double(Self.stepLimit)), ("optimal", -13.0), ("a row from the edge", -15.0),
            ("along the far border", -17.0),
        ]
        let comparison = Comparison(
            title: "cliff walking, return of the greedy walk from the start"
                + (learned == nil ? "; the learned one does not come to the goal" : ""),
            seeds: [0],
            contenders: contenders.map { name, value in
                Comparison.Contender(
                    name: name,
                    metrics: [MetricSummary(name: "return", unit: "", preference: .higher, values: [value])]
                )
            }
        )
        return EvaluationOutcome(
            scenario: ScenarioName(of: CliffWalkingScenario.self),
            comparison: comparison,
            reference: "learned",
            policies: [policy],
            charts: withCharts ? [ComparisonCharts.bars(comparison, highlighting: "learned")].compactMap(\.self) : []
        )
    }
}

extension EvaluateCommand {
    /// Compares a cliff walker's policy with the shortest way.
    struct CliffWalking: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: CliffWalkingScenario.name,
            abstract: "Compare a cliff walker's greedy policy with the shortest way; nothing is sampled."
        )

        @OptionGroup var common: EvaluationOptions

        func run() async throws {
            let job = EvaluationJob(common)
            try common.refuseSeeds()
            let policy = try job.policy(of: ScenarioName(of: CliffWalkingScenario.self))
            try job.checkOutput()
            try job.deliver(CliffWalkingEvaluation(policy.evaluated).outcome(withCharts: common.output != nil))
        }
    }
}
