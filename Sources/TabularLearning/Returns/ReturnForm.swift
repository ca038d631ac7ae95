/// How the return of a rule goes over several steps of a lane.
///
///     G⁽ⁿ⁾ = r₁ + γ r₂ + … + γⁿ⁻¹ rₙ + γⁿ vₙ;  G^λ = (1 − λ) Σₙ λⁿ⁻¹ G⁽ⁿ⁾, all that is left of λ on the last
///
/// Forward views: an update waits until its return is known, and there is one for each transition as ever. A return ends where
/// its episode ends, is cut off, or goes on elsewhere than with a decision of the same lane.
///
/// Source: Sutton & Barto 2018, §7.1 and §12.1.
public struct ReturnForm: Sendable, Hashable {
    /// The most transitions of a return, 1...255.
    public let steps: Int
    /// λ; 1 for the return of exactly so many steps.
    public let decay: Float
    /// Whether a return ends at the first action that was not greedy, as the value of the greedy policy must.
    public let isCut: Bool

    /// The options of a rule that has one: of all λ's rules `LAMBDA:STEPS`.
    static let options = [
        RuleOption("LAMBDA", "the weight of what follows", absence: 0.9, within: 0...1),
        RuleOption("STEPS", "the most steps of a return", absence: 20, within: 1...255, isWhole: true),
    ]

    /// The transitions after which a return is known: with λ = 0 the first says all.
    var length: Int { decay == 0 ? 1 : steps }
}

/// How the rule subtracts what is earned on average anyway.
///
///     δ = r − k ρ + v′ − v;  ρ ← ρ + rate × δ
///
/// with v and v′ what the rule says that the action taken and what follows are worth, and k the time steps of the transition.
public struct AverageForm: Sendable, Hashable {
    /// How fast ρ follows.
    public let rate: Float
    /// Whether ρ moves after greedy actions only.
    public let followsGreedyOnly: Bool
    /// The state whose value ρ is instead, if it is one's.
    public var reference: UInt64?

    /// The option of a rule that has one.
    static let options = [RuleOption("RATE", "how fast the average follows", absence: 0.01, within: 0...1)]
}
