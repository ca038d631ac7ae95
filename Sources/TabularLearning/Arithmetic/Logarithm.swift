/// Computes ln x with additions, multiplications and divisions in a fixed order: the same bits on every machine.
///
/// The significand is brought near 1 and the series of artanh is summed. Relative error below 10⁻¹³ away from 1.
///
/// - Parameter x: Finite, above 0.
/// - Returns: ln x.
public func naturalLogarithm(_ x: Double) -> Double {
    var (significand, exponent) = (x.significand, Double(x.exponent))
    if significand > 1.4142135623730951 { (significand, exponent) = (significand / 2, exponent + 1) }
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var (term, sum) = (ratio, 0.0)
    for k in stride(from: 1.0, through: 27, by: 2) {
        sum += term / k
        term *= square
    }
    return exponent * 0.6931471805599453 + 2 * sum
}
