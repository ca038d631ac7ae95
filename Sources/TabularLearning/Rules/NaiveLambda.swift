/// Naive Q(λ) in its forward view: as Watkins's, and not cut where an action was not greedy.
///
///     Q(s, a) ← Q(s, a) + α [G^λ − Q(s, a)]
///
/// What exploring brings counts as if the greedy policy had done it: neither that policy's value nor the other's. It looks
/// further where much is explored, and is called what it is.
///
/// Source: Sutton & Barto 1998, §7.6.
struct NaiveLambda: LearningRule {
    let name = "naive-q-lambda"
    let code: UInt32 = 17
    let summary = "as q-lambda, also over actions that were not greedy: biased"
    var decay: Float = 0.9
    var steps = 20
    var asksWithNotes: Bool { false }
    var returns: ReturnForm? { ReturnForm(steps: steps, decay: decay, isCut: false) }

    var options: [RuleOption] { ReturnForm.options }
    var numbers: [Float] { [decay, Float(steps)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(decay: numbers[0], steps: Int(numbers[1])) }
}
