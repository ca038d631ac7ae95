internal import Checkpoints
internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// A learned table with where it comes from: out of a folder, or fresh from training.
struct EvaluatedPolicy {
    let table: ActionValueTable
    let parameters: LearningParameters
    /// How it was learned, if that is known.
    let learning: LearningHistory?
    let facts: EvaluationOutcome.PolicyFacts

    init(_ policy: Policy, folder: String) {
        table = policy.table
        parameters = policy.description.parameters
        learning = LearningFiles.read(from: folder)
        facts = .init(
            folder: folder,
            tableDigest: policy.digest.description,
            trainingSeed: policy.description.seed,
            trainingSteps: policy.description.steps
        )
    }

    init(
        _ table: ActionValueTable,
        parameters: LearningParameters,
        learning: LearningHistory,
        facts: EvaluationOutcome.PolicyFacts
    ) {
        self.table = table
        self.parameters = parameters
        self.learning = learning
        self.facts = facts
    }
}

extension ScenarioConfiguration {
    /// Compares a table with the scenario's usual baselines over ten seeds, as training does at its end.
    ///
    /// - Returns: `nil` for a scenario that has nothing to evaluate.
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        switch self {
        case .traffic(let scenario):
            try await TrafficContest(
                scenario: scenario,
                names: TrafficContest.trainingBaselines,
                policies: [policy],
                seedCount: 10
            )
            .outcome(isQuiet: isQuiet, withCharts: withCharts)
        case .junction(let scenario): try JunctionContest.outcome(scenario, [policy], withCharts: withCharts)
        case .routing(let scenario):
            try await RoutingContest(
                scenario,
                RoutingContest.contenders(nil, policy: policy),
                policy: policy,
                seedCount: 10
            )
            .outcome(isQuiet: isQuiet, withCharts: withCharts)
        case .sumo(let scenario):
            try await SUMOContest(
                scenario: scenario,
                names: SUMOContest.trainingBaselines,
                policy: policy,
                seedCount: 10
            )
            .outcome(isQuiet: isQuiet, withCharts: withCharts)
        case .maze(let scenario): MazeContest(scenario, policy).outcome(withCharts: withCharts)
        case .synthetic: nil
        }
    }
}
