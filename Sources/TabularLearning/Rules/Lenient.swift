/// Lenient Q-learning: a value rises as in Q-learning, and falls the more rarely the less has been tried of it.
///
///     δ = r + γᵏ maxₐ′ Q(s′, a′) − Q(s, a);  n = 0, 1, …: the updates of (s, a) before this one
///     Q(s, a) ← Q(s, a) + α δ  where δ > 0 or x ≥ 1 − exp(−K × DECAYⁿ);  otherwise it stays
///
/// For learners that act together without knowing of each other: the mistakes of the others are forgiven while they learn, and
/// noise is not taken for luck in the end. x, uniform in 0...1, is a hash of the value, the target, the column and n, so that an
/// owner needs nothing that another would not have. With K = 0 it is Q-learning, bit for bit.
///
/// Source: Panait, Sullivan and Luke 2006; Wei and Luke 2016, with the temperature of each state and action.
struct Lenient: LearningRule {
    let name = "lenient"
    let code: UInt32 = 23
    let summary = "as q-learning, and at first rarely down"
    var leniency: Float = 10
    var decay: Float = 0.9995
    var asksWithNotes: Bool { false }
    var hasOwnMove: Bool { true }

    var options: [RuleOption] {
        [
            RuleOption("K", "how lenient it begins", absence: 10, within: 0...1e6),
            RuleOption("DECAY", "what each update leaves of that", absence: 0.9995, within: 1e-6...1),
        ]
    }
    var numbers: [Float] { [leniency, decay] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(leniency: numbers[0], decay: numbers[1]) }

    @inline(__always)
    func move(
        _ cells: inout MutableSpan<ActionValueTable.Cell>,
        _ place: CellPlace,
        toward target: Float,
        by stepSize: StepSize
    ) {
        let cell = cells[place.cell]
        let error = target - cell.value
        let isTaken = error > 0 || !forgives(cell, place.column, target)
        cells[place.cell] = cell.moved(by: isTaken ? stepSize(cell.visitCount) * error : 0)
    }

    /// Whether a fall is forgiven.
    private func forgives(_ cell: ActionValueTable.Cell, _ column: Int, _ target: Float) -> Bool {
        let cooled = naturalLogarithm(Double(decay)) * Double(cell.visitCount)
        let temperature = cooled > -745 ? exponential(cooled) : 0
        let exponent = Double(leniency) * temperature
        let chance = 1 - (exponent < 745 ? exponential(-exponent) : 0)
        let bits = UInt64(cell.value.bitPattern) << 32 | UInt64(target.bitPattern)
        let random = SplitMix64.mix(bits ^ SplitMix64.mix(UInt64(cell.visitCount) << 8 | UInt64(column)))
        return Double(random &>> 11) * 0x1p-53 < chance
    }
}
