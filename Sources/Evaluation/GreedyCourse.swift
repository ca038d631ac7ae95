internal import TabularLearning

/// What the greedy policy of a run was worth after so many of its steps: a learning curve without exploration.
///
/// The table is that of the run at fixed rounds, so the curve is the same for every layout and whole after a resume.
public struct GreedyCourse: Sendable, Hashable, Codable {
    /// One table of the run.
    public struct Point: Sendable, Hashable, Codable {
        /// Lane-steps of which the table holds what was learned, and no more.
        public let laneSteps: UInt64
        /// The figure by evaluation seed; one value where it is exact.
        public let values: [Double]
        /// Whether the figure grew as long as one looked; `nil` where it cannot.
        public let grows: Bool?
        /// The table's digest.
        public let tableDigest: String

        /// The mean over the evaluation seeds with its 95% interval.
        public var interval: ConfidenceInterval { ConfidenceInterval(values) }
    }

    /// What is measured.
    public struct Figure: Sendable, Hashable, Codable {
        /// Its name: `delay`.
        public let name: String
        /// Its unit; empty for a pure number.
        public let unit: String
        /// Which direction is good.
        public let preference: MetricSummary.Preference

        /// Names it.
        public init(name: String, unit: String, preference: MetricSummary.Preference) {
            (self.name, self.unit, self.preference) = (name, unit, preference)
        }

        /// That of a metric.
        public init(_ metric: MetricSummary) {
            self.init(name: metric.name, unit: metric.unit, preference: metric.preference)
        }

        /// The name with a bracketed unit.
        public var heading: String { unit.isEmpty ? name : "\(name) [\(unit)]" }
    }

    /// Of which run it is.
    public let runIdentity: String
    /// Lane-steps from one to the next.
    public let every: UInt64
    /// What is measured; `nil` before the first.
    public private(set) var figure: Figure?
    /// What came out, by steps.
    public private(set) var points: [Point] = []

    /// The evaluation seeds of each point are 1 to this: few, since there are many points.
    public static let seedCount = 5

    /// Begins a curve.
    public init(runIdentity: String, every: UInt64) {
        (self.runIdentity, self.every) = (runIdentity, every)
    }

    /// Whether there is a point after so many lane-steps.
    public func holds(_ laneSteps: UInt64) -> Bool { points.contains { $0.laneSteps == laneSteps } }

    /// Adds a point; one that is there stays as it is, since the same table has the same figure.
    public mutating func note(_ metric: MetricSummary, laneSteps: UInt64, tableDigest: String) {
        guard !holds(laneSteps) else { return }
        figure = figure ?? Figure(metric)
        let point = Point(
            laneSteps: laneSteps,
            values: metric.values,
            grows: metric.grows,
            tableDigest: tableDigest
        )
        points.insert(point, at: points.firstIndex { $0.laneSteps > laneSteps } ?? points.endIndex)
    }

    /// The steps at which a point is wanted and none is.
    ///
    /// - Parameter laneSteps: How far the run is.
    /// - Returns: The steps, in their order.
    public func missing(upTo laneSteps: UInt64) -> [UInt64] {
        stride(from: every, through: laneSteps, by: UInt64.Stride(every)).filter { !holds($0) }
    }

    /// A row for each point.
    public var table: TextTable {
        TextTable(
            header: ["lane-steps", figure?.heading ?? "figure", "lower", "upper", "grows", "table digest"],
            rows: points.map { point in
                let (interval, half) = (point.interval, point.interval.halfWidth ?? 0)
                return [
                    "\(point.laneSteps)", "\(interval.mean)", "\(interval.mean - half)", "\(interval.mean + half)",
                    point.grows == true ? "yes" : "", point.tableDigest,
                ]
            }
        )
    }
}
