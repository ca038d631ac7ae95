/// Hysteretic Q-learning: slower to believe bad news than good news.
///
///     δ = r + γᵏ maxₐ′ Q(s′, a′) − Q(s, a);  Q(s, a) ← Q(s, a) + (α if δ ≥ 0, else ratio × α) δ
///
/// For learners that act together without knowing of each other: that a good action went wrong is often another's doing.
/// With a ratio of 1 it is Q-learning, with 0 and α = 1 distributed Q-learning.
///
/// Source: Matignon, Laurent and Le Fort-Piat 2007.
struct Hysteretic: LearningRule {
    let name = "hysteretic"
    let code: UInt32 = 4
    let summary = "as q-learning, and more slowly down than up"
    var learnsOffPolicy: Bool { true }
    var ratio: Float = 0.1
    var asksWithNotes: Bool { false }
    var hasOwnMove: Bool { true }

    var options: [RuleOption] {
        [RuleOption("RATIO", "α of a fall, as a share of that of a rise", absence: 0.1, within: 0...1)]
    }
    var numbers: [Float] { [ratio] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(ratio: numbers[0]) }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        let (error, alpha) = (target - cell.value, stepSize(cell.visitCount))
        cells[place.cell] = cell.moved(by: (error >= 0 ? alpha : ratio * alpha) * error)
    }
}
