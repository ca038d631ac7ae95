internal import Evaluation
internal import Scenarios
internal import TabularLearning

/// Compares a learned table with its scenario's baselines over several seeds.
struct PolicyEvaluation {
    private let configuration: ScenarioConfiguration
    private let parameters: LearningParameters
    private let seedCount: Int

    /// Prepares an evaluation over at least 2 seeds.
    init(_ configuration: ScenarioConfiguration, parameters: LearningParameters, seedCount: Int) {
        self.configuration = configuration
        self.parameters = parameters
        self.seedCount = seedCount
    }

    /// Runs the comparison; `nil` for a scenario that has nothing to evaluate.
    func compare(_ table: ActionValueTable) throws -> Comparison? {
        switch configuration {
        case .traffic(let scenario):
            let evaluation = try TrafficEvaluation(scenario: scenario, seeds: TrafficEvaluation.seeds(seedCount))
            return evaluation.compare([LearnedController(table: table, scenario: scenario), evaluation.fixedTime()])
        case .routing(let scenario):
            return try RoutingEvaluation(scenario: scenario, parameters: parameters, seedCount: seedCount).compare(
                table
            )
        case .maze(let scenario):
            return MazeEvaluation(scenario: scenario, discount: Double(parameters.discount)).compare(table)
        case .synthetic:
            return nil
        }
    }
}
