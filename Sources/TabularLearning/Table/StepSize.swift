/// How far an update moves an action value toward its target, given how often it has been updated before.
public enum StepSize: Sendable, Hashable, Codable {
    /// The same α for every update, in (0, 1].
    case constant(Float)

    /// The rescaled linear rule α(n) = (H + 1) / (H + 1 + n) for the n-th earlier update, never below `minimum`.
    ///
    /// H is the effective horizon 1 / (1 − γ). The first update overwrites the initial value.
    ///
    /// Source: Jin, Allen-Zhu, Bubeck and Jordan, *Is Q-learning Provably Efficient?*, NeurIPS 2018, §3.
    case visitCount(horizon: Float, minimum: Float)

    /// The rule for a discount below 1, without a lower limit.
    public static func visitCount(discount: Float) -> Self {
        .visitCount(horizon: 1 / (1 - discount), minimum: 0)
    }

    /// Returns α for an action value with this many earlier updates.
    @inlinable
    public func callAsFunction(_ visits: UInt32) -> Float {
        switch self {
        case .constant(let stepSize): stepSize
        case .visitCount(let horizon, let minimum): max(minimum, (horizon + 1) / (horizon + 1 + Float(visits)))
        }
    }
}
