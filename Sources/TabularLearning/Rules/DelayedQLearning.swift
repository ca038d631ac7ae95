/// Delayed Q-learning: a value moves once in m updates, and only where it falls by enough.
///
///     of m targets of (s, a), each r + γᵏ maxₐ′ Q(s′, a′), the mean y:
///     Q(s, a) ← y + ε₁ where Q(s, a) − y ≥ 2 ε₁; otherwise it stays, and m more are waited for
///
/// Values have to begin high. The second value of an action is the sum of the targets since the last attempt, with their number
/// where visits stand. The original's flags, which spare attempts that cannot succeed, are left out: they rest on
/// when any value of the whole table has changed last, which no owner of a part knows.
///
/// Source: Strehl, Li, Wiewiora, Langford and Littman 2006.
struct DelayedQLearning: LearningRule {
    let name = "delayed-q-learning"
    let code: UInt32 = 11
    let summary = "down to the mean of several targets at once"
    var count = 10
    var bonus: Float = 0.01
    var planeCount: Int { 2 }
    var learnedPlaneCount: Int { 1 }
    var fixedStepSize: Float? { 1 }
    var hasOwnMove: Bool { true }

    var options: [RuleOption] {
        [
            RuleOption("M", "targets for a step", absence: 10, within: 1...10_000, isWhole: true),
            RuleOption("EPSILON1", "half of the least fall", absence: 0.01, within: 0...1e6),
        ]
    }
    var numbers: [Float] { [Float(count), bonus] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(count: Int(numbers[0]), bonus: numbers[1]) }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let (value, memory) = (place.cell, place.cell + place.actionCount)
        var (learned, waiting) = (cells[value], cells[memory])
        learned.visitCount = learned.visitedOnceMore
        waiting.value = waiting.visitCount == 0 ? target : waiting.value + target
        waiting.visitCount += 1
        if waiting.visitCount >= UInt32(count) {
            let mean = waiting.value / Float(waiting.visitCount)
            if learned.value - mean >= 2 * bonus { learned.value = mean + bonus }
            waiting.visitCount = 0
        }
        (cells[value], cells[memory]) = (learned, waiting)
    }
}
