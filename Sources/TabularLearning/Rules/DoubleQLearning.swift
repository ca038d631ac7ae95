/// Double Q-learning: two tables, of which the one says which action is best and the other what it is worth.
///
///     A(s, a) ← A(s, a) + α [r + γᵏ B(s′, argmaxₐ′ A(s′, a′)) − A(s, a)]
///
/// or the same with A and B exchanged, by a fair coin of the lane and the step. Actions are chosen by (A + B) / 2. Of
/// several best actions the lowest is taken for the bootstrap.
///
/// Source: van Hasselt 2010; Sutton & Barto 2018, §6.7.
struct DoubleQLearning: LearningRule {
    let name = "double-q-learning"
    let code: UInt32 = 2
    let summary = "two tables, each toward what the other says of its best action"
    var learnsOffPolicy: Bool { true }
    var planeCount: Int { 2 }

    func plane(_ note: QueryNote, _ random: UInt64) -> Int { note.coin }

    @inline(__always)
    func actingValue(_ row: (_ plane: Int, _ action: Int) -> Float, _ action: Int) -> Float {
        0.5 * row(0, action) + 0.5 * row(1, action)
    }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        // What the other says is carried along: which action is best is as good as random, and a number is chosen without a
        // branch, other than the place where it is.
        var rest = allowed
        var (best, worth) = (-Float.infinity, row(1 - note.coin, allowed.trailingZeroBitCount))
        while rest != 0 {
            let action = rest.trailingZeroBitCount
            rest &= rest &- 1
            let (value, other) = (row(note.coin, action), row(1 - note.coin, action))
            worth = value > best ? other : worth
            best = value > best ? value : best
        }
        return worth
    }
}
