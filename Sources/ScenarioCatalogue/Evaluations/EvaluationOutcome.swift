package import Evaluation
package import Reports

/// What a scenario's evaluation has come to: the same for every scenario from here on.
package struct EvaluationOutcome {
    /// The scenario's name.
    package var scenario: ScenarioName
    /// The figures.
    package var comparison: Comparison
    /// The contender that the others are compared with; `nil` where that makes no sense.
    package var reference: String?
    /// The policies that were evaluated: none, one, or several that were trained on the same problem.
    package var policies: [EvaluatedPolicy] = []
    /// Tables of the scenario's own, each under a heading.
    package var tables: [(heading: String, table: TextTable)] = []
    /// Tables that are written down and not printed, each under a heading.
    package var details: [(heading: String, table: TextTable)] = []
    /// What must not be overlooked, each in a line: roads that starve.
    package var alarms: [String] = []
    /// Contenders that are part of the reference: the policies it is the mean of.
    package var parts: [String] = []
    /// The pictures.
    package var charts: [Chart] = []

    /// Takes all of it.
    package init(
        scenario: ScenarioName,
        comparison: Comparison,
        reference: String? = nil,
        policies: [EvaluatedPolicy] = [],
        tables: [(heading: String, table: TextTable)] = [],
        details: [(heading: String, table: TextTable)] = [],
        alarms: [String] = [],
        parts: [String] = [],
        charts: [Chart] = []
    ) {
        self.scenario = scenario
        self.comparison = comparison
        self.reference = reference
        self.policies = policies
        self.tables = tables
        self.details = details
        self.alarms = alarms
        self.parts = parts
        self.charts = charts
    }

    /// Where a policy comes from.
    package struct PolicyFacts: Encodable {
        /// Its folder.
        package var folder: String
        /// The digest of its table.
        package var tableDigest: String
        /// The seed it was trained with.
        package var trainingSeed: UInt64
        /// Lane-steps of its training.
        package var trainingSteps: UInt64

        /// Takes all of it.
        package init(folder: String, tableDigest: String, trainingSeed: UInt64, trainingSteps: UInt64) {
            self.folder = folder
            self.tableDigest = tableDigest
            self.trainingSeed = trainingSeed
            self.trainingSteps = trainingSteps
        }
    }

    /// How the policies were learned, each under its name.
    package var learning: [(name: String, history: LearningHistory)] {
        policies.enumerated().compactMap { index, policy in
            guard let history = policy.learning, !history.points.isEmpty else { return nil }
            return (policies.count == 1 ? "learned" : "learned-\(index + 1)", history)
        }
    }

    /// What the runs of the policies were worth on the way, each under its name.
    package var courses: [(name: String, course: GreedyCourse)] {
        policies.enumerated().compactMap { index, policy in
            policy.course.map { (policies.count == 1 ? "learned" : "learned-\(index + 1)", $0) }
        }
    }

    /// The differences between the reference and every other contender.
    package var differences: [PairedDifference] {
        reference.map { comparison.differences(of: $0, besides: parts) } ?? []
    }

    /// The same as a table; `nil` where there is nothing to compare with.
    var differenceTable: TextTable? {
        guard let reference, !differences.isEmpty else { return nil }
        return comparison.differenceTable(of: reference, besides: parts)
    }

    /// The contenders in groups by what the differences say, in a sentence; `nil` without a reference.
    package var verdict: String? {
        guard let reference, let metric = comparison.principalMetric, !differences.isEmpty else { return nil }
        let parts = [
            ("better than", PairedDifference.Verdict.better), ("worse than", .worse),
            ("not told apart from", .undecided),
            ("equal to", .equal),
        ]
        .compactMap { words, verdict -> String? in
            let names = differences.filter { $0.verdict == verdict }.map(\.baseline)
            return names.isEmpty ? nil : "\(words) \(names.joined(separator: ", "))"
        }
        return "\(metric.name): \(reference) is \(parts.joined(separator: "; "))"
    }

    /// The figure that stands for the whole, of one contender.
    package func figure(of contender: String) -> MetricSummary? {
        comparison.principalMetric.flatMap { comparison.contender(contender)?.metric($0.name) }
    }

    /// The figures that are zero for everybody, in a sentence; `nil` when there are none.
    package var zeros: String? {
        let names = comparison.zeroMetrics.map(\.name)
        return names.isEmpty ? nil : "Zero for every controller and seed: \(names.joined(separator: ", "))."
    }
}
