/// Watkins's Q(λ) in its forward view: a mean of Q-learning's returns of 1, 2, 3, … steps, up to the first action that was not
/// greedy.
///
///     Q(s, a) ← Q(s, a) + α [G^λ − Q(s, a)]
///
/// With λ = 0 it is Q-learning, with λ = 1 n-step Q-learning.
///
/// Source: Watkins 1989; Sutton & Barto 2018, §12.10.
struct WatkinsLambda: LearningRule {
    let name = "q-lambda"
    let code: UInt32 = 16
    let summary = "toward a mean of q-learning's returns, up to an action that was not greedy"
    var decay: Float = 0.9
    var steps = 20
    var asksWithNotes: Bool { false }
    var returns: ReturnForm? { ReturnForm(steps: steps, decay: decay, isCut: true) }

    var options: [RuleOption] { ReturnForm.options }
    var numbers: [Float] { [decay, Float(steps)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(decay: numbers[0], steps: Int(numbers[1])) }
}
