public import TabularLearning

/// When to change, by the phase and the queues: any stationary policy of the two-movement junction.
public struct JunctionPolicy: Sendable, Hashable {
    /// [2 × 41 × 41] The probability of a change, by the movement that has green, the first queue and the second.
    public let changes: [Double]
    /// Whether the safety envelope stands above it: a change after the maximum green where others wait, and none where
    /// nobody does.
    public let isGuarded: Bool

    /// Creates a policy from what it does with so many vehicles in the own queue and in the other one.
    private init(_ change: (_ own: Int, _ other: Int) -> Double) {
        let levels = TwoMovementJunction.levels
        changes = (0..<2).flatMap { phase in
            (0..<levels).flatMap { first in
                (0..<levels).map { phase == 0 ? change(first, $0) : change($0, first) }
            }
        }
        isGuarded = false
    }

    /// Stays until the own queue is empty, and then until somebody waits at the other.
    public static let exhaustive = Self { $0 == 0 && $1 > 0 ? 1 : 0 }

    /// Serves the longer queue, without hysteresis.
    public static let longestQueue = Self { $1 > $0 ? 1 : 0 }

    /// Changes with probability ½ in every slot.
    public static let random = Self { _, _ in 0.5 }

    /// Creates a policy from single decisions.
    init(changes: [Double]) {
        self.changes = changes
        isGuarded = false
    }

    /// Creates the policy that acts greedily on a learned table, under the safety envelope.
    ///
    /// Only actions that were tried are compared, the present phase is kept on ties; where none was tried the longer
    /// queue is served.
    ///
    /// - Parameter table: One row per state of `JunctionScenario`.
    public init(table: ActionValueTable) {
        let (levels, pairs) = (TwoMovementJunction.levels, TwoMovementJunction.pairs)
        precondition(table.rowCount == 2 * pairs && table.actionCount == 2, "the table is one of this junction")
        changes = (0..<table.rowCount).map { row in
            let (keep, change) = (table.cells[2 * row], table.cells[2 * row + 1])
            switch (keep.visitCount > 0, change.visitCount > 0) {
            case (true, true): return change.value > keep.value ? 1 : 0
            case (true, false): return 0
            case (false, true): return 1
            case (false, false):
                let queues = [row % pairs / levels, row % levels]
                return queues[1 - row / pairs] > queues[row / pairs] ? 1 : 0
            }
        }
        isGuarded = true
    }
}
