/// The same metrics of several contenders (controllers, policies) over the same seeds.
public struct Comparison: Sendable, Hashable, Codable {
    /// One contender.
    public struct Contender: Sendable, Hashable, Codable {
        /// Its name.
        public let name: String
        /// Its figures, the same for all contenders, in the same order.
        public let metrics: [MetricSummary]

        /// Creates a contender.
        public init(name: String, metrics: [MetricSummary]) {
            self.name = name
            self.metrics = metrics
        }

        /// Returns a figure by name.
        public func metric(_ name: String) -> MetricSummary? { metrics.first { $0.name == name } }
    }

    /// What was compared, in words.
    public let title: String
    /// The seeds, in the order of each metric's values.
    public let seeds: [UInt64]
    /// The contenders, in the order of the table.
    public let contenders: [Contender]

    /// Creates a comparison.
    public init(title: String, seeds: [UInt64], contenders: [Contender]) {
        self.title = title
        self.seeds = seeds
        self.contenders = contenders
    }

    /// Returns a contender by name.
    public func contender(_ name: String) -> Contender? { contenders.first { $0.name == name } }

    /// The table for programs: a row per contender, metric and seed.
    public var seedTable: TextTable {
        var rows: [[String]] = []
        for contender in contenders {
            for metric in contender.metrics {
                for (seed, value) in zip(seeds, metric.values) {
                    rows.append([contender.name, metric.name, metric.unit, String(seed), String(value)])
                }
            }
        }
        return TextTable(header: ["controller", "metric", "unit", "seed", "value"], rows: rows)
    }
}
