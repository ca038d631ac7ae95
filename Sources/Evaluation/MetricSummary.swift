/// One figure over several seeds.
public struct MetricSummary: Sendable, Hashable, Codable {
    /// Which direction is good.
    public enum Preference: String, Sendable, Hashable, Codable {
        /// Less is better: delay.
        case lower
        /// More is better: throughput.
        case higher
        /// Neither: a count that explains.
        case none
    }

    /// A short name in lower case: `delay`.
    public let name: String
    /// The unit: `s`; empty for a pure number.
    public let unit: String
    /// Which direction is good.
    public let preference: Preference
    /// One value per seed, in the order of the seeds.
    public let values: [Double]
    /// Whether most runs ended in overload: the value grew as long as one looked, and is no figure; `nil` where it cannot.
    public let grows: Bool?

    /// Creates a summary.
    ///
    /// - Parameters:
    ///   - name: A short name in lower case.
    ///   - unit: The unit; empty for a pure number.
    ///   - preference: Which direction is good.
    ///   - values: At least one, in the order of the seeds.
    ///   - grows: Whether the value grew as long as one looked.
    public init(name: String, unit: String, preference: Preference, values: [Double], grows: Bool? = nil) {
        precondition(!values.isEmpty, "a metric needs a value")
        self.name = name
        self.unit = unit
        self.preference = preference
        self.values = values
        self.grows = grows
    }

    /// The mean with its interval as a cell of a table, or that it grows.
    public var cell: String { grows == true ? "grows" : interval.cell }

    /// The mean with its 95% interval.
    public var interval: ConfidenceInterval { ConfidenceInterval(values) }

    /// The worst value; where neither direction is good, the largest.
    public var worst: Double {
        (preference == .higher ? values.min() : values.max()) ?? 0
    }

    /// The best value; where neither direction is good, the smallest.
    public var best: Double {
        (preference == .higher ? values.max() : values.min()) ?? 0
    }

    /// Compares with another summary, seed by seed.
    ///
    /// With common random numbers the noise that both share cancels. Below zero means: this one is lower.
    ///
    /// - Parameter other: The same metric over the same seeds.
    /// - Returns: The interval of the differences, this one minus the other.
    public func difference(from other: Self) -> ConfidenceInterval {
        precondition(values.count == other.values.count, "a paired comparison needs the same seeds")
        return ConfidenceInterval(zip(values, other.values).map { $0 - $1 })
    }
}
