internal import Evaluation

/// Several runs side by side: the settings in which they differ, and what came out.
public struct RunComparison: Sendable, Hashable, Encodable {
    /// A row: something of every run.
    public struct Row: Sendable, Hashable, Encodable {
        /// What it is: a setting's name, a figure's.
        public let name: String
        /// By run its value; empty where it has none.
        public let values: [String]
    }

    /// The runs' names, in their order.
    public let names: [String]
    /// Settings that are not the same in all runs, by name.
    public let settings: [Row]
    /// What came out: state, steps, speed, and the figures of the evaluation that all of those runs have that have any.
    public let results: [Row]
    /// Why figures may not be compared; `nil` where they may.
    public let warning: String?

    /// Compares runs.
    public init(_ runs: [RunSnapshot]) {
        names = runs.map(\.name)
        let all = Set(runs.flatMap(\.settings.values.keys)).sorted()
        settings = all.compactMap { name in
            let values = runs.map { $0.settings.values[name] ?? "" }
            return Set(values).count > 1 ? Row(name: name, values: values) : nil
        }
        var results = [
            Row(name: "state", values: runs.map(\.state.rawValue)),
            Row(name: "steps", values: runs.map { $0.steps.map(String.init) ?? "" }),
            Row(name: "table digest", values: runs.map { $0.tableDigest.map { String($0.prefix(12)) } ?? "" }),
        ]
        let figures = runs.map { run in run.outcome?.subject.flatMap { run.outcome?.controllers[$0] } ?? [:] }
        let units = figures.reduce(into: [String: String]()) { units, metrics in
            for (name, metric) in metrics { units[name] = metric.unit }
        }
        let first = Set(runs.compactMap { $0.outcome?.metric })
        for name in units.keys.sorted(by: { (first.contains($0) ? 0 : 1, $0) < (first.contains($1) ? 0 : 1, $1) }) {
            let unit = units[name] ?? ""
            results.append(
                Row(
                    name: unit.isEmpty ? name : "\(name) [\(unit)]",
                    values: figures.map { $0[name].map(Self.text) ?? "" }
                )
            )
        }
        self.results = results
        let titles = Set(runs.compactMap { $0.outcome?.title })
        warning =
            titles.count > 1
            ? "The runs were evaluated on different problems (\(titles.sorted().joined(separator: "; "))): "
                + "figures of different rows of these are not of the same thing." : nil
    }

    /// The mean, and half the interval where there is one.
    static func text(_ metric: RunOutcome.Metric) -> String {
        guard let lower = metric.lower, let upper = metric.upper else { return decimal(metric.mean) }
        let half = (upper - lower) / 2
        return half > 0 ? "\(decimal(metric.mean)) ± \(decimal(half))" : decimal(metric.mean)
    }
}
