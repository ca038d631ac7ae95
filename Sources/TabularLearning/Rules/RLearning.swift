/// R-learning: as much as possible a step, for ever, without a discount.
///
///     Q(s, a) ← Q(s, a) + α [r − k ρ + maxₐ′ Q(s′, a′) − Q(s, a)]
///     after a greedy action:  ρ ← ρ + rate × [r − k ρ + maxₐ′ Q(s′, a′) − maxᵦ Q(s, b)]
///
/// with k the time steps of the transition. ρ is each cohort's own, begins at 0 and moves in the order of its transitions; the
/// maximum of s is the one that was acted on.
///
/// Source: Schwartz 1993; Singh 1994.
struct RLearning: LearningRule {
    let name = "r-learning"
    let code: UInt32 = 18
    let summary = "toward what is earned above the average of greedy actions"
    var rate: Float = 0.01
    var asksWithNotes: Bool { false }
    var average: AverageForm? { AverageForm(rate: rate, followsGreedyOnly: true) }

    var options: [RuleOption] { AverageForm.options }
    var numbers: [Float] { [rate] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(rate: numbers[0]) }
}
