internal import ArgumentParser
internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

extension EvaluateCommand {
    /// Compares a maze's policy with the exact optimum.
    struct Maze: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "maze",
            abstract: "Compare a maze's policy with the exact optimum; nothing is sampled."
        )

        @OptionGroup var common: EvaluationOptions

        func run() async throws {
            let job = EvaluationJob(common)
            try common.refuseSeeds()
            let policy = try job.policy(of: .maze)
            guard let scenario = policy.configuration.scenario as? MazeScenario else { return }
            try job.checkOutput()
            let contest = MazeContest(scenario, policy.evaluated)
            try job.deliver(try contest.outcome(withCharts: common.output != nil))
        }
    }
}

/// A learned policy against the optimum, both exact.
struct MazeContest {
    private let scenario: MazeScenario
    private let policy: EvaluatedPolicy

    init(_ scenario: MazeScenario, _ policy: EvaluatedPolicy) {
        self.scenario = scenario
        self.policy = policy
    }

    /// Computes everything.
    func outcome(withCharts: Bool) throws -> EvaluationOutcome {
        try scenario.requireValue(at: Double(policy.parameters.discount))
        let comparison = MazeEvaluation(scenario: scenario, discount: Double(policy.parameters.discount))
            .compare(policy.table)
        let bars = withCharts ? ComparisonCharts.bars(comparison, highlighting: "learned") : nil
        return EvaluationOutcome(
            scenario: .maze,
            comparison: comparison,
            reference: "learned",
            policies: [policy],
            charts: [bars].compactMap(\.self)
        )
    }
}
