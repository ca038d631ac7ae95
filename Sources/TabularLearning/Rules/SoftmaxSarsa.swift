/// Softmax SARSA: what follows is worth what a Boltzmann policy gets there on average.
///
///     π(a) = exp(Q(s′, a) / τ) ÷ Σ_b exp(Q(s′, b) / τ);  Q(s, a) ← Q(s, a) + α [r + γᵏ Σₐ′ π(a′) Q(s′, a′) − Q(s, a)]
///
/// Over the allowed actions, added from the lowest up in double precision, by an exponential of fixed operations. It is
/// Expected SARSA where `--explore boltzmann:τ` chooses, and a softer maximum where something else does. A τ far below the
/// differences of values makes it Q-learning.
///
/// Source: van Seijen, van Hasselt, Whiteson and Wiering 2009, with the policy of Sutton & Barto 2018, §13.1.
struct SoftmaxSarsa: LearningRule {
    let name = "softmax-sarsa"
    let code: UInt32 = 8
    let summary = "toward what a Boltzmann policy gets on average"
    var temperature: Float = 0.1

    var options: [RuleOption] {
        [RuleOption("TAU", "its temperature, in units of values", absence: 0.1, within: 1e-6...1e6)]
    }
    var numbers: [Float] { [temperature] }
    func with(_ numbers: [Float]) -> any LearningRule { Self(temperature: numbers[0]) }

    @inline(__always)
    func bootstrap(
        _ row: (_ plane: Int, _ action: Int) -> Float,
        _ greatest: Float,
        _ allowed: UInt64,
        _ note: QueryNote,
        _ epsilon: Float
    ) -> Float {
        var (rest, weights, sum) = (allowed, 0.0, 0.0)
        while rest != 0 {
            let value = row(0, rest.trailingZeroBitCount)
            rest &= rest &- 1
            let weight = boltzmannWeight(of: value, below: greatest, temperature: temperature)
            weights += weight
            sum += weight * Double(value)
        }
        return Float(sum / weights)
    }
}

/// exp((value − greatest) / temperature), 1 of the greatest and 0 where that is less than any number.
@inline(__always)
func boltzmannWeight(of value: Float, below greatest: Float, temperature: Float) -> Double {
    let exponent = (Double(value) - Double(greatest)) / Double(temperature)
    return exponent > -745 ? exponential(exponent) : 0
}
