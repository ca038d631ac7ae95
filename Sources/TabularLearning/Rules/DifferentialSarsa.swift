/// Differential SARSA: what the policy earns above its average, without a discount.
///
///     δ = r − k ρ + Q(s′, a′) − Q(s, a);  Q(s, a) ← Q(s, a) + α δ;  ρ ← ρ + rate × δ
///
/// with k the time steps of the transition. ρ is each cohort's own, begins at 0 and moves in the order of its transitions; its δ
/// is that of the values which were acted on.
///
/// Source: Sutton & Barto 2018, §10.3.
struct DifferentialSarsa: LearningRule {
    let name = "differential-sarsa"
    let code: UInt32 = 19
    let summary = "toward what is earned above the average of all actions"
    var rate: Float = 0.01
    var average: AverageForm? { AverageForm(rate: rate, followsGreedyOnly: false) }

    var options: [RuleOption] { AverageForm.options }
    var numbers: [Float] { [rate] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(rate: numbers[0]) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { note.taken(row, greatest) }
}
