extension Comparison {
    /// Puts in front what several contenders of one kind have come to: their mean, and the one with the worst mean.
    ///
    /// Policies that were trained with several seeds are one method: its figure on an evaluation seed is the mean over
    /// the policies, and the worst of them is what a user may end up with.
    ///
    /// - Parameters:
    ///   - names: The contenders, at least one.
    ///   - name: The name of their mean; with `-worst` behind it that of the worst.
    /// - Returns: The comparison with two contenders more.
    public func pooling(_ names: [String], as name: String) -> Comparison {
        let members = names.compactMap { contender($0) }
        guard let first = members.first, let principal = principalMetric,
            let worst = members.max(by: { Self.isWorse($1, than: $0, in: principal) })
        else { return self }
        let mean = Contender(
            name: name,
            metrics: first.metrics.indices.map { metric in
                let values = seeds.indices.map { seed in
                    members.reduce(0) { $0 + $1.metrics[metric].values[seed] } / Double(members.count)
                }
                let example = first.metrics[metric]
                return MetricSummary(
                    name: example.name,
                    unit: example.unit,
                    preference: example.preference,
                    values: values
                )
            }
        )
        let last = Contender(name: "\(name)-worst", metrics: worst.metrics)
        return Comparison(title: title, seeds: seeds, contenders: [mean, last] + contenders)
    }

    private static func isWorse(_ one: Contender, than other: Contender, in metric: MetricSummary) -> Bool {
        guard let first = one.metric(metric.name), let second = other.metric(metric.name) else { return false }
        return metric.preference == .higher
            ? first.interval.mean < second.interval.mean : first.interval.mean > second.interval.mean
    }

    /// The principal figure over several policies of one method: the interval is over the policies, not over the seeds.
    ///
    /// - Parameter rows: By policy its contender's name and what tells it from the others.
    /// - Returns: A row per policy, then one for all of them.
    public func policyTable(_ rows: [(contender: String, origin: String)]) -> TextTable {
        guard let principal = principalMetric else { return TextTable(header: ["policy"], rows: []) }
        let metrics = rows.compactMap { row in
            contender(row.contender)?.metric(principal.name).map { (row.contender, row.origin, $0) }
        }
        let lines = metrics.map { name, origin, metric in
            [name, origin, metric.interval.cell, decimal(metric.worst)]
        }
        let means = ConfidenceInterval(metrics.map(\.2.interval.mean))
        let worst = metrics.map(\.2.worst)
        let extreme = (principal.preference == .higher ? worst.min() : worst.max()) ?? 0
        return TextTable(
            header: ["policy", "trained with", principal.heading, "worst evaluation seed"],
            rows: lines + [["all", "mean over policies", means.cell, decimal(extreme)]]
        )
    }
}
