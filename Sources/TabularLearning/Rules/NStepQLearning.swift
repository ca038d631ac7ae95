/// n-step Q-learning: toward what up to n steps bring, as long as they are greedy, and the best action then.
///
///     G = r₁ + γ r₂ + … + γᵐ⁻¹ rₘ + γᵐ maxₐ Q(sₘ, a);  Q(s, a) ← Q(s, a) + α [G − Q(s, a)]
///
/// with m = n, or less where the action in sₘ was not greedy: what comes of it says nothing of the greedy policy. This is tree
/// backup for that policy. With n = 1 it is Q-learning.
///
/// Source: Watkins 1989; Sutton & Barto 2018, §7.5.
struct NStepQLearning: LearningRule {
    let name = "n-step-q-learning"
    let code: UInt32 = 14
    let summary = "as q-learning, after several steps that are greedy"
    var steps = 4
    var asksWithNotes: Bool { false }
    var returns: ReturnForm? { ReturnForm(steps: steps, decay: 1, isCut: true) }

    var options: [RuleOption] {
        [RuleOption("STEPS", "the most of them", absence: 4, within: 1...255, isWhole: true)]
    }
    var numbers: [Float] { [Float(steps)] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(steps: Int(numbers[0])) }
}
