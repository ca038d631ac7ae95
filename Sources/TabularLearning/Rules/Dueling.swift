/// Dueling values: what a state is worth, and what each action is worth more than that.
///
///     Q(s, a) = V(s) + A(s, a) − meanᵦ A(s, b);  δ = r + γᵏ maxₐ′ Q(s′, a′) − Q(s, a)
///
/// A step along the gradient moves V by δ and the advantages by δ (1{b = a} − 1/n), and so Q(s, a) by (2 − 1/n) δ and every other
/// Q(s, b) by (1 − 1/n) δ. Here both are divided by 2 − 1/n, so that α is what it is elsewhere:
///
///     Q(s, a) ← Q(s, a) + α δ;  Q(s, b) ← Q(s, b) + α (n − 1) ÷ (2n − 1) × δ for every other b
///
/// This is the same function of V and A, written in the Q that they make: V is the mean of the row and A what is above it. A
/// row has one value an action, and forbidden actions count as the others do.
///
/// Source: Wang, Schaul, Hessel, van Hasselt, Lanctot and de Freitas 2016, for a table.
struct Dueling: LearningRule {
    let name = "dueling"
    let code: UInt32 = 10
    let summary = "as q-learning; the value of the state moves with each of its actions"
    var learnsOffPolicy: Bool { true }
    var asksWithNotes: Bool { false }
    var hasOwnMove: Bool { true }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        let change = stepSize(cell.visitCount) * (target - cell.value)
        let count = Float(place.actionCount)
        let share = (count - 1) / (2 * count - 1) * change
        for other in place.start..<(place.start + place.actionCount) { cells[other].value += share }
        cells[place.cell] = cell.moved(by: change)
    }
}
