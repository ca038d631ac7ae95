/// SARSA: what follows is worth what the action that is taken there is.
///
///     Q(s, a) ← Q(s, a) + α [r + γᵏ Q(s′, a′) − Q(s, a)]
///
/// A lane that explores names its action in the question; one that does not takes a greedy action, whose value is the
/// largest. In a state that nothing is decided in, behind a truncated episode, a′ is what the lane would do by its number.
///
/// Source: Rummery and Niranjan 1994; Sutton & Barto 2018, §6.4.
struct Sarsa: LearningRule {
    let name = "sarsa"
    let code: UInt32 = 1
    let summary = "toward the next action that is taken"

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { note.taken(row, greatest) }
}
