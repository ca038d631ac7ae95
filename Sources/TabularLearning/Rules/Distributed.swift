/// Distributed Q-learning: a value never falls.
///
///     Q(s, a) ← max(Q(s, a), r + γᵏ maxₐ′ Q(s′, a′))
///
/// For learners that act together without knowing of each other, where nothing is random: what an action is worth if all the
/// others do their best. Values have to begin below what they become, and noise is taken for luck.
///
/// α is 1. The larger of the two is computed as Q + (target − Q), as every update is.
///
/// Source: Lauer and Riedmiller 2000.
struct Distributed: LearningRule {
    let name = "distributed"
    let code: UInt32 = 5
    let summary = "as q-learning, and never down"
    var learnsOffPolicy: Bool { true }
    var asksWithNotes: Bool { false }
    var hasOwnMove: Bool { true }
    var fixedStepSize: Float? { 1 }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        let error = target - cell.value
        cells[place.cell] = cell.moved(by: error > 0 ? stepSize(cell.visitCount) * error : 0)
    }
}
