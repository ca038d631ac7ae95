/// Weighted double Q-learning: between Q-learning, which overrates, and Double Q-learning, which underrates.
///
///     a* = argmaxₐ A(s′, a),  a₋ = argminₐ A(s′, a),  d = |B(s′, a*) − B(s′, a₋)|,  β = d / (c + d)
///     A(s, a) ← A(s, a) + α [r + γᵏ (β A(s′, a*) + (1 − β) B(s′, a*)) − A(s, a)]
///
/// or the same with A and B exchanged, by the coin of the lane and the step. Actions are chosen by (A + B) / 2. Of several best
/// or worst actions the lowest is taken. With c = 0 each table learns from itself alone; a large c makes it Double Q-learning.
///
/// Source: Zhang, Pan and Kochenderfer 2017.
struct WeightedDoubleQLearning: LearningRule {
    let name = "weighted-double-q-learning"
    let code: UInt32 = 6
    let summary = "two tables, toward a mean of what both say of the best action"
    var learnsOffPolicy: Bool { true }
    var constant: Float = 1
    var planeCount: Int { 2 }

    var options: [RuleOption] {
        [RuleOption("C", "0 is Q-learning, much is Double Q", absence: 1, within: 0...1e30)]
    }
    var numbers: [Float] { [constant] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(constant: numbers[0]) }

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
        var rest = allowed
        let first = allowed.trailingZeroBitCount
        var (best, bestAction, worst, worstAction) = (-Float.infinity, first, Float.infinity, first)
        while rest != 0 {
            let action = rest.trailingZeroBitCount
            rest &= rest &- 1
            let value = row(note.coin, action)
            if value > best { (best, bestAction) = (value, action) }
            if value < worst { (worst, worstAction) = (value, action) }
        }
        let other = row(1 - note.coin, bestAction)
        let distance = abs(other - row(1 - note.coin, worstAction))
        guard distance > 0 else { return constant == 0 ? best : other }
        let weight = distance / (constant + distance)
        return weight * best + (1 - weight) * other
    }
}
