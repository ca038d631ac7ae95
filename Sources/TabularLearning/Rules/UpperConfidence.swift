/// Q-learning with upper confidence bounds (UCB-Hoeffding): what has been tried little is believed to be good.
///
///     n = 1, 2, …: the updates of (s, a) with this one;  b = c √(H³ / n)
///     Q(s, a) ← Q(s, a) + α [r + γᵏ min(H, maxₐ′ Q(s′, a′)) + b − Q(s, a)]
///
/// H is the most that can be earned, and where values should begin; the source's α is `--step-size visits:H`, and its logarithm
/// is part of c. The proof's c learns nothing in any time that one has. With c = 0 it is an optimistic start. Explores by
/// itself, so that ε may be 0. A square root is exact in IEEE 754, so it has the same bits everywhere.
///
/// Source: Jin, Allen-Zhu, Bubeck and Jordan 2018.
struct UpperConfidence: LearningRule {
    let name = "ucb-hoeffding"
    let code: UInt32 = 12
    let summary = "as q-learning, with a bonus for what has been tried little"
    var scale: Float = 0.01
    var horizon: Float = 1
    var hasOwnMove: Bool { true }

    var options: [RuleOption] {
        [
            RuleOption("C", "scale of the bonus", absence: 0.01, within: 0...1e6),
            RuleOption("H", "the most that can be earned", absence: 1, within: 1e-6...1e6),
        ]
    }
    var numbers: [Float] { [scale, horizon] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(scale: numbers[0], horizon: numbers[1]) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float { greatest < horizon ? greatest : horizon }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        let count = Float(cell.visitCount) + 1
        let bonus = scale * (horizon * horizon * horizon / count).squareRoot()
        cells[place.cell] = cell.moved(by: stepSize(cell.visitCount) * (target + bonus - cell.value))
    }
}
