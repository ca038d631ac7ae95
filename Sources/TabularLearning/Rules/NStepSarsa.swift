/// n-step SARSA: toward what the next n steps bring, and the value of the action that is taken then.
///
///     G = r₁ + γ r₂ + … + γⁿ⁻¹ rₙ + γⁿ Q(sₙ, aₙ);  Q(s, a) ← Q(s, a) + α [G − Q(s, a)]
///
/// With n = 1 it is SARSA. Longer transitions are discounted by γᵏ as everywhere.
///
/// Source: Sutton & Barto 2018, §7.2.
struct NStepSarsa: LearningRule {
    let name = "n-step-sarsa"
    let code: UInt32 = 13
    let summary = "as sarsa, after several steps"
    var steps = 4
    var returns: ReturnForm? { ReturnForm(steps: steps, decay: 1, isCut: false) }

    var options: [RuleOption] { [RuleOption("STEPS", "how many", absence: 4, within: 1...255, isWhole: true)] }
    var numbers: [Float] { [Float(steps)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(steps: Int(numbers[0])) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { note.taken(row, greatest) }
}
