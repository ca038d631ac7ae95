/// A number that changes as learning goes on, a function of the steps taken and nothing else.
public enum Schedule: Sendable, Hashable, Codable {
    /// The same value throughout.
    case constant(Double)
    /// From `initial` to `final` in equal steps over `steps` steps, then `final`.
    case linear(initial: Double, final: Double, steps: UInt64)
    /// final + (initial − final) e^(−t / `timeConstant`) after t steps.
    case exponential(initial: Double, final: Double, timeConstant: UInt64)

    /// Whether it is a probability at every step.
    public var isProbability: Bool {
        switch self {
        case .constant(let value): (0...1).contains(value)
        case .linear(let initial, let final, _): (0...1).contains(initial) && (0...1).contains(final)
        case .exponential(let initial, let final, let timeConstant):
            (0...1).contains(initial) && (0...1).contains(final) && timeConstant > 0
        }
    }

    /// Returns the schedule that does the same in more or fewer steps.
    ///
    /// - Parameter factor: Above 0; 2 takes twice as long.
    /// - Returns: The same values, reached at `factor` times the steps.
    public func stretched(by factor: Double) -> Self {
        switch self {
        case .constant: self
        case .linear(let initial, let final, let steps):
            .linear(initial: initial, final: final, steps: Self.stretch(steps, factor))
        case .exponential(let initial, let final, let timeConstant):
            .exponential(initial: initial, final: final, timeConstant: Self.stretch(timeConstant, factor))
        }
    }

    private static func stretch(_ steps: UInt64, _ factor: Double) -> UInt64 {
        UInt64(max(1, min(Double(steps) * factor, 0x1p62)))
    }

    /// Returns the value after a number of steps.
    public func value(at step: UInt64) -> Double {
        switch self {
        case .constant(let value):
            return value
        case .linear(let initial, let final, let steps):
            guard step < steps else { return final }
            return initial + (final - initial) * (Double(step) / Double(steps))
        case .exponential(let initial, let final, let timeConstant):
            let elapsed = Double(step) / Double(timeConstant)
            return elapsed > 700 ? final : final + (initial - final) * TabularLearning.exponential(-elapsed)
        }
    }
}
