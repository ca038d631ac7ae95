internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// How good the greedy policy of a maze's table has to be: a share of the best policy's exact value.
///
/// The value is that of the cells in which episodes start, all equally likely.
struct MazeGoal: LearningGoal {
    /// The share that is asked for, 0...1.
    let share: Double

    private let exact: ValueIteration
    private let starts: [Int]
    private let optimum: Double

    init(share: Double, scenario: MazeScenario, discount: Double) {
        self.share = share
        exact = ValueIteration(scenario, discount: discount)
        let exact = exact
        starts = scenario.start == .fixed ? [scenario.layout.start] : exact.decisionCells
        optimum = starts.reduce(0) { $0 + exact.stateValue(of: $1) }
    }

    /// The share of the optimum that the greedy policy of a table is worth, exactly.
    func share(of table: ActionValueTable) -> Double {
        let values = exact.stateValues(ofPolicy: ValueIteration.greedyPolicy(of: table))
        let worth = starts.reduce(0) { $0 + values[$1] }
        // Where the best is a loss a share of it says nothing: then by how much of its size one is below it.
        return optimum > 0 ? worth / optimum : 1 - (optimum - worth) / max(optimum.magnitude, .leastNormalMagnitude)
    }
}
