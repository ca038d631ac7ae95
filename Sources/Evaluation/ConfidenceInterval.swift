/// A mean and how far the truth may be from it: a Student-t interval of independent values.
public struct ConfidenceInterval: Sendable, Hashable, Codable {
    /// The mean of the values.
    public let mean: Double
    /// Half the width of the interval; `nil` for a single value, which says nothing about the spread.
    public let halfWidth: Double?
    /// The standard deviation of the values, with n − 1.
    public let standardDeviation: Double
    /// The number of values.
    public let count: Int

    /// Creates the interval of some values.
    ///
    /// - Parameters:
    ///   - values: At least one, of independent runs.
    ///   - level: The probability that such intervals cover the truth.
    ///   - weight: As how many equal ones the values count where a few of them weigh most, e.g. 12.5: the degrees of freedom are one
    ///     less, at least one. As many as there are unless told otherwise.
    public init(_ values: [Double], level: Double = 0.95, countingAs weight: Double? = nil) {
        precondition(!values.isEmpty, "an interval needs a value")
        count = values.count
        // Of equal values, as exact ones are, the sum may be rounded: they have no spread.
        let mean = Set(values).count == 1 ? values[0] : values.reduce(0, +) / Double(values.count)
        self.mean = mean
        guard values.count > 1 else {
            standardDeviation = 0
            halfWidth = nil
            return
        }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = (squares / Double(values.count - 1)).squareRoot()
        let freedom = max(1, Int(min(weight ?? .infinity, Double(values.count))) - 1)
        halfWidth =
            StudentT.twoSidedQuantile(level, degreesOfFreedom: freedom) * standardDeviation
            / Double(values.count).squareRoot()
    }

    /// Creates the interval of an estimate whose width was found in another way than by Student's t.
    ///
    /// - Parameters:
    ///   - mean: The estimate.
    ///   - standardError: Its standard error.
    ///   - halfWidth: Half the width of the interval.
    ///   - count: The number of values behind it.
    public init(mean: Double, standardError: Double, halfWidth: Double, count: Int) {
        self.mean = mean
        self.halfWidth = halfWidth
        self.count = count
        standardDeviation = standardError * Double(count).squareRoot()
    }

    /// The lower end; −∞ for a single value.
    public var lowerBound: Double { mean - (halfWidth ?? .infinity) }

    /// The upper end; ∞ for a single value.
    public var upperBound: Double { mean + (halfWidth ?? .infinity) }

    /// Whether this interval lies wholly below another one.
    public func isBelow(_ other: Self) -> Bool { upperBound < other.lowerBound }
}
