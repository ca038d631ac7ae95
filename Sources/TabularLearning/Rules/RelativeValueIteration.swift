/// RVI Q-learning: as R-learning, and the average is a value of the table itself.
///
///     Q(s, a) ← Q(s, a) + α [r − k f + maxₐ′ Q(s′, a′) − Q(s, a)];  f = maxᵦ Q(s₀, b)
///
/// with k the time steps of the transition and s₀ a state that is come by again and again and forbids no action. Its row is asked for
/// in every round, beside those of the lanes.
///
/// Source: Abounadi, Bertsekas and Borkar 2001.
struct RelativeValueIteration: LearningRule {
    let name = "rvi-q-learning"
    let code: UInt32 = 20
    let summary = "toward what is earned above the value of a state of reference"
    var state: UInt64 = 0
    var asksWithNotes: Bool { false }
    var average: AverageForm? { AverageForm(rate: 0, followsGreedyOnly: false, reference: state) }

    var options: [RuleOption] {
        [RuleOption("STATE", "the state of reference", absence: 0, within: 0...16_777_215, isWhole: true)]
    }
    var numbers: [Float] { [Float(state)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(state: UInt64(numbers[0])) }
}
