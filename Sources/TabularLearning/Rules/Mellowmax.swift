/// Mellowmax: a maximum without a corner, so that the rule contracts as Q-learning does.
///
///     mm(s′) = ln(meanₐ′ exp(ω Q(s′, a′))) ÷ ω;  Q(s, a) ← Q(s, a) + α [r + γᵏ mm(s′) − Q(s, a)]
///
/// Over the allowed actions, added from the lowest up in double precision, by an exponential and a logarithm of fixed
/// operations. Between their mean (ω near 0) and their maximum (ω large).
///
/// Source: Asadi and Littman 2017.
struct Mellowmax: LearningRule {
    let name = "mellowmax"
    let code: UInt32 = 9
    let summary = "toward a soft maximum of the next actions"
    var learnsOffPolicy: Bool { true }
    var sharpness: Float = 10

    var options: [RuleOption] {
        [RuleOption("OMEGA", "sharpness, per unit of values", absence: 10, within: 1e-6...1e6)]
    }
    var numbers: [Float] { [sharpness] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(sharpness: numbers[0]) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, sum) = (allowed, 0.0)
        while rest != 0 {
            sum += boltzmannWeight(of: row(0, rest.trailingZeroBitCount), below: greatest, temperature: 1 / sharpness)
            rest &= rest &- 1
        }
        return Float(Double(greatest) + naturalLogarithm(sum / Double(allowed.nonzeroBitCount)) / Double(sharpness))
    }
}
