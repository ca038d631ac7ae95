internal import TabularLearning

/// Computes xʸ by the logarithm and the exponential of fixed operations: the same bits on every machine.
///
/// - Parameters:
///   - base: Finite, at least 0.
///   - power: Finite.
/// - Returns: xʸ.
package func power(_ base: Double, _ power: Double) -> Double {
    base == 0 ? (power == 0 ? 1 : 0) : exponential(power * naturalLogarithm(base))
}
