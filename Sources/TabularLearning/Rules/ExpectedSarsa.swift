/// Expected SARSA: what follows is worth what the ε-greedy policy gets there on average.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ ((1 − ε) maxₐ′ Q(s′, a′) + ε meanₐ′ Q(s′, a′)) − Q(s, a)]
///
/// The mean is over the allowed actions, added from the lowest up.
///
/// Source: van Seijen, van Hasselt, Whiteson and Wiering 2009; Sutton & Barto 2018, §6.6.
struct ExpectedSarsa: LearningRule {
    let name = "expected-sarsa"
    let code: UInt32 = 3
    let summary = "toward what the policy gets on average"
    var averagesOverEpsilon: Bool { true }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, sum) = (allowed, Float(0))
        while rest != 0 {
            sum += row(0, rest.trailingZeroBitCount)
            rest &= rest &- 1
        }
        return (1 - epsilon) * greatest + epsilon * (sum / Float(allowed.nonzeroBitCount))
    }
}
