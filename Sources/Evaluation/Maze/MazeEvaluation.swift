public import Scenarios
public import TabularLearning

/// Compares a learned table with the exact optimum of its maze; nothing is sampled.
public struct MazeEvaluation: Sendable {
    private let scenario: MazeScenario
    private let discount: Double

    /// Creates an evaluation with the discount that the table was learned with.
    public init(scenario: MazeScenario, discount: Double) {
        self.scenario = scenario
        self.discount = discount
    }

    /// Returns the greedy policy's exact value at the start and the table's error beside the optimum's.
    ///
    /// - Parameter table: One row per cell of the maze.
    /// - Returns: The contenders `learned` and `optimal`.
    public func compare(_ table: ActionValueTable) -> Comparison {
        let exact = ValueIteration(scenario, discount: discount)
        let learned = exact.stateValues(ofPolicy: ValueIteration.greedyPolicy(of: table))[scenario.layout.start]
        return Comparison(
            title: "maze, exact values from the start, γ \(decimal(discount, places: 2))",
            seeds: [0],
            contenders: [
                contender("learned", value: learned, error: exact.meanSquaredError(of: table).squareRoot()),
                contender("optimal", value: exact.stateValue(of: scenario.layout.start), error: 0),
            ]
        )
    }

    private func contender(_ name: String, value: Double, error: Double) -> Comparison.Contender {
        Comparison.Contender(
            name: name,
            metrics: [
                MetricSummary(name: "discounted return", unit: "", preference: .higher, values: [value]),
                MetricSummary(name: "RMSE of Q", unit: "", preference: .lower, values: [error]),
            ]
        )
    }
}
