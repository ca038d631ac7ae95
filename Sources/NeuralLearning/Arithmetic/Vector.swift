internal import TabularLearning

/// Sixteen neighbouring outputs of a layer: what kernels add, multiply and store at once.
///
/// Lanes lie over the outputs of a layer and never over the samples of a batch, so that a sample's bits are its own. Nothing is
/// contracted: a product is rounded before it is added, on every machine.
public typealias Vector = SIMD16<Float>

extension SIMD16<Float> {
    /// The sum of the lanes, in halves: lane i and lane i + 8, then i and i + 4, and so on.
    @inline(__always)
    var sumInHalves: Float {
        let eight = lowHalf + highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}

/// Computes tanh x by the core's exponential, whose operations have a fixed order.
///
/// - Parameter x: Any number; beyond ±20 the answer is ±1.
/// - Returns: tanh x, within 10⁻⁷.
func hyperbolicTangent(_ x: Float) -> Float {
    guard x.magnitude < 20 else { return x.isNaN ? x : (x < 0 ? -1 : 1) }
    return Float(1 - 2 / (exponential(2 * Double(x)) + 1))
}

/// Computes xᵖ by the core's exponential and logarithm.
///
/// - Parameters:
///   - base: Above 0.
///   - exponent: Any number.
/// - Returns: The power.
func power(_ base: Double, _ exponent: Double) -> Double { exponential(exponent * naturalLogarithm(base)) }
