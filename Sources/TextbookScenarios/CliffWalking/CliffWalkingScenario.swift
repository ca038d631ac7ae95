internal import Scenarios
internal import TabularLearning

/// A walk along a cliff: from the start to the goal of a grid of 4 × 12 cells, at −1 a step.
///
/// Between start and goal lies the cliff: who steps into it gets −100 and stands at the start again, and the episode goes
/// on. The shortest way, −13, leads along the edge, where an ε-greedy walker falls now and then.
///
/// Source: Sutton & Barto 2018, example 6.6.
struct CliffWalkingScenario: RestorableScenario, Hashable {
    static let name = "cliff-walking"

    static let rowCount = 4
    static let columnCount = 12
    /// Bottom left.
    static let start: UInt64 = 36
    /// Bottom right.
    static let goal: UInt64 = 47

    /// There is nothing to set.
    func check() throws(ScenarioError) {}

    var space: StateSpace {
        StateSpace(
            factors: [.init("row", count: Self.rowCount), .init("column", count: Self.columnCount)],
            actions: ["up", "right", "down", "left"]
        )
    }

    var lanesPerReplica: Int { 1 }

    var affinityFactor: Int? { nil }

    /// The book's numbers, one walker, and every update before the next choice: what figure 6.4 shows.
    ///
    /// Ties are drawn: with a table of zeros the lowest of equal actions walks against the wall for long.
    var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .constant(0.5),
                epsilon: .constant(0.1),
                staleness: .fresh,
                ties: .random
            ),
            lanes: 1,
            cohorts: 1,
            steps: 20_000
        )
    }

    func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        CliffWalkingEnvironment(laneCount: replicas.count)
    }

    /// Where a move leads, and what it costs.
    ///
    /// - Parameters:
    ///   - action: 0 up, 1 right, 2 down, 3 left; the border stops a move.
    ///   - state: A cell, row-major, neither cliff nor goal.
    /// - Returns: The next cell, and the cost, 1 or 100.
    static func move(_ action: UInt8, from state: UInt64) -> (next: UInt64, cost: UInt64) {
        var (row, column) = (Int(state) / columnCount, Int(state) % columnCount)
        switch action {
        case 0: row = max(0, row - 1)
        case 1: column = min(columnCount - 1, column + 1)
        case 2: row = min(rowCount - 1, row + 1)
        default: column = max(0, column - 1)
        }
        let isCliff = row == rowCount - 1 && (1..<(columnCount - 1)).contains(column)
        return isCliff ? (start, 100) : (UInt64(row * columnCount + column), 1)
    }
}
