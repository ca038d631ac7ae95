import TabularLearning

/// Q-learning with caution: what follows is worth a little of the worst that could be done there.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ ((1 − β) maxₐ′ Q(s′, a′) + β minₐ′ Q(s′, a′)) − Q(s, a)]
///
/// Source: Gaskett 2003, β-pessimistic Q-learning.
struct CautiousQLearning: LearningRule {
    let name = "cautious"
    /// Unlike that of any rule of the box; only workers that have this rule could serve it.
    let code: UInt32 = 1_000
    let summary = "toward the best next action, and a little toward the worst"
    var caution: Float = 0.1

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, least) = (allowed, Float.infinity)
        while rest != 0 {
            least = min(least, row(0, rest.trailingZeroBitCount))
            rest &= rest &- 1
        }
        return (1 - caution) * greatest + caution * least
    }
}
