/// Q-learning: what follows is worth what its best action is.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ maxₐ′ Q(s′, a′) − Q(s, a)]
///
/// Source: Watkins 1989; Sutton & Barto 2018, §6.5.
struct QLearning: LearningRule {
    let name = "q-learning"
    let code: UInt32 = 0
    let summary = "toward the best next action"
    var learnsOffPolicy: Bool { true }
    var asksWithNotes: Bool { false }
}
