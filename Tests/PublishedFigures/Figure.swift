/// A mean with its standard error: as published, or of a sample.
public struct Figure: Sendable, CustomStringConvertible {
    /// The mean.
    public let mean: Double
    /// Its standard error.
    public let error: Double

    /// A mean with the half width of its 95 % interval.
    public init(_ mean: Double, within halfWidth: Double) {
        self.mean = mean
        error = halfWidth / 1.96
    }

    /// The mean of a sample of independent runs.
    public init(_ sample: [Double]) {
        let (count, mean) = (Double(sample.count), sample.reduce(0, +) / Double(sample.count))
        self.mean = mean
        error = (sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count).squareRoot()
    }

    /// A share of independent runs; its error is that of one success and one failure more, so that none is 0.
    public init(share: Double, of count: Int) {
        mean = share
        let smoothed = (share * Double(count) + 1) / Double(count + 2)
        error = (smoothed * (1 - smoothed) / Double(count)).squareRoot()
    }

    /// A mean that was published without an interval: of `count` runs that spread as those of a sample do.
    public init(_ mean: Double, of count: Int, spreadAs sample: Figure, of sampleCount: Int) {
        self.mean = mean
        error = sample.error * (Double(sampleCount) / Double(count)).squareRoot()
    }

    /// How far two means are apart, in standard errors of their difference.
    public func distance(to other: Figure) -> Double {
        abs(mean - other.mean) / (error * error + other.error * other.error).squareRoot()
    }

    /// The mean and the standard error.
    public var description: String { "\(mean), standard error \(error)" }
}
