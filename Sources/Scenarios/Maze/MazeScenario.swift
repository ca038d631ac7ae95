public import TabularLearning

/// A maze with slippery ground: four moves, reward 1 at the goal, which ends the episode, unless its text says what else pays.
///
/// A move slips with a fixed probability, half of it to either side. An episode is cut after a number of steps, which
/// is truncation: the cut transition bootstraps.
public struct MazeScenario: RestorableScenario, Hashable {
    /// The name on the command line.
    public static let name = "maze"

    /// Where episodes start.
    public enum Start: String, Sendable, Hashable, Codable, CaseIterable {
        /// In the cell marked 'S'.
        case fixed
        /// In any open cell, all equally likely: exploring starts.
        case random
    }

    /// The cells; of a maze that changes, those that it has in the end.
    public let layout: MazeLayout

    /// What it was before, the first stage first; empty for a maze that stays as it is.
    @AddedSetting<AbsentList<MazeStage>> public internal(set) var earlier: [MazeStage]

    /// What moves pay.
    @AddedSetting<AbsentPay> public internal(set) var pay: MazePay

    /// The probability that a move goes sideways, 0...1.
    public let slip: Double

    /// Where episodes start.
    public let start: Start

    /// The number of steps after which an episode is cut, at least 1.
    public let stepLimit: Int

    /// Creates the problem.
    ///
    /// - Parameters:
    ///   - layout: The cells.
    ///   - slip: 0...1.
    ///   - start: Where episodes start.
    ///   - stepLimit: 1...2³¹ − 1.
    public init(layout: MazeLayout = .twoWalls, slip: Double = 0.1, start: Start = .random, stepLimit: Int = 100) {
        precondition((0...1).contains(slip), "a slip probability is 0...1")
        precondition((1...Int(Int32.max)).contains(stepLimit), "an episode has at least one step")
        self.layout = layout
        self.slip = slip
        self.start = start
        self.stepLimit = stepLimit
        earlier = []
        pay = MazePay()
    }

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard (0...1).contains(slip) else { throw ScenarioError("a slip probability of \(slip) is not within 0...1") }
        guard (1...Int(Int32.max)).contains(stepLimit) else {
            throw ScenarioError("an episode of \(stepLimit) steps is not within 1...2147483647")
        }
        for amount in [pay.goal, pay.hole, pay.rough, pay.step] where !MazePay.amounts.contains(amount) {
            throw ScenarioError("a reward of \(amount) is not within -1000000...1000000")
        }
        let ends = [0] + earlier.map(\.lastStep)
        guard zip(ends, ends.dropFirst()).allSatisfy(<), earlier.count <= 1000,
            earlier.allSatisfy({ $0.layout.rowCount == layout.rowCount && $0.layout.columnCount == layout.columnCount })
        else { throw ScenarioError("the stages of a maze follow one another and have its size") }
    }

    /// Row × column, walls included, so that the state is the cell's index.
    public var space: StateSpace {
        StateSpace(
            factors: [.init("row", count: layout.rowCount), .init("column", count: layout.columnCount)],
            actions: MazeLayout.Move.allCases.map { "\($0)" }
        )
    }

    /// A replica is one lane.
    public var lanesPerReplica: Int { 1 }

    /// Every cell's value depends on its neighbours'.
    public var affinityFactor: Int? { nil }

    /// Random moves from random cells at first, which visit every state and action, and the best moves more and more:
    /// off-policy, Q-learning learns the best way from both, and the ways that matter end up known best.
    ///
    /// Ties are drawn: with rewards at the goal alone the lowest of equal actions leads nowhere.
    public var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.98,
                stepSize: .visitCount(discount: 0.98),
                epsilon: .linear(initial: 1, final: 0.1, steps: 800_000),
                ties: .random
            ),
            lanes: 256,
            cohorts: 2,
            steps: 1_000_000
        )
    }

    /// Makes one maze walker a replica.
    public func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        MazeEnvironment(self, replicas: replicas, seed: seed)
    }
}

extension MazeLayout {
    /// The built-in maze: 16 × 16 cells, from the top left to the bottom right.
    ///
    /// Two walls cross it, at column 5 with gaps in rows 3 and 12, and at column 10 with a gap in row 8.
    public static let twoWalls: MazeLayout = {
        let rows = (0..<16).map { row in
            String(
                (0..<16).map { column -> Character in
                    switch (row, column) {
                    case (0, 0): "S"
                    case (15, 15): "G"
                    case (3, 5), (12, 5), (8, 10): "."
                    case (_, 5), (_, 10): "#"
                    default: "."
                    }
                }
            )
        }
        guard let layout = try? MazeLayout(parsing: rows.joined(separator: "\n")) else {
            preconditionFailure("the built-in maze is a maze")
        }
        return layout
    }()
}
