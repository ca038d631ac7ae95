/// How far a contender is from a baseline in one figure, seed by seed on common random numbers.
public struct PairedDifference: Sendable, Hashable, Codable {
    /// Who is ahead, as far as the seeds can tell.
    public enum Verdict: String, Sendable, Hashable, Codable {
        /// The interval of the differences lies wholly on the contender's good side of zero.
        case better
        /// It lies wholly on the bad side.
        case worse
        /// It holds zero: with these seeds nobody can say.
        case undecided
        /// All values are the same.
        case equal
    }

    /// The contender.
    public let contender: String
    /// What it is compared with.
    public let baseline: String
    /// The figure's name.
    public let metric: String
    /// The figure's unit.
    public let unit: String
    /// Contender minus baseline, with the 95% interval of the paired differences.
    public let interval: ConfidenceInterval
    /// The mean difference as a share of the baseline's mean; `nil` where that mean is 0.
    public let relative: Double?
    /// Who is ahead.
    public let verdict: Verdict
    /// The number of seeds on which the contender has the better value.
    public let wins: Int

    /// Compares two contenders in one figure.
    ///
    /// - Parameters:
    ///   - contender: The name of the first and its values.
    ///   - baseline: The name of the second and its values, of the same seeds in the same order.
    public init(
        _ contender: (name: String, metric: MetricSummary),
        against baseline: (name: String, metric: MetricSummary)
    ) {
        let (mine, other) = (contender.metric, baseline.metric)
        self.contender = contender.name
        self.baseline = baseline.name
        metric = mine.name
        unit = mine.unit
        interval = mine.difference(from: other)
        let mean = other.interval.mean
        relative = mean == 0 ? nil : interval.mean / mean
        let sign: Double = mine.preference == .higher ? -1 : 1
        wins = zip(mine.values, other.values).count { sign * $0 < sign * $1 }
        verdict = Self.verdict(interval, preference: mine.preference)
    }

    private static func verdict(
        _ difference: ConfidenceInterval,
        preference: MetricSummary.Preference
    ) -> Verdict {
        if difference.mean == 0, difference.standardDeviation == 0 { return .equal }
        // A single exact value: there is no chance in it.
        let half = difference.halfWidth ?? 0
        let isBelow = difference.mean + half < 0
        let isAbove = difference.mean - half > 0
        switch preference {
        case .lower: return isBelow ? .better : isAbove ? .worse : .undecided
        case .higher: return isAbove ? .better : isBelow ? .worse : .undecided
        case .none: return .undecided
        }
    }
}
