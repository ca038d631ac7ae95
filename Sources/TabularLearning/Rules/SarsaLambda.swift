/// SARSA(λ) in its forward view: a mean of SARSA's returns of 1, 2, 3, … steps.
///
///     Q(s, a) ← Q(s, a) + α [G^λ − Q(s, a)]
///
/// Truncated after a number of steps; with λ = 0 it is SARSA, with λ = 1 n-step SARSA.
///
/// Source: Sutton & Barto 2018, §12.1 and §12.3.
struct SarsaLambda: LearningRule {
    let name = "sarsa-lambda"
    let code: UInt32 = 15
    let summary = "toward a mean of sarsa's returns of all lengths"
    var decay: Float = 0.9
    var steps = 20
    var returns: ReturnForm? { ReturnForm(steps: steps, decay: decay, isCut: false) }

    var options: [RuleOption] { ReturnForm.options }
    var numbers: [Float] { [decay, Float(steps)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(decay: numbers[0], steps: Int(numbers[1])) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { note.taken(row, greatest) }
}
