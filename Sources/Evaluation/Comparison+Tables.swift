extension Comparison {
    /// The figure that stands for the whole: the first that has a good direction, else the first.
    public var principalMetric: MetricSummary? {
        let metrics = contenders.first?.metrics ?? []
        return metrics.first { $0.preference != .none } ?? metrics.first
    }

    /// The figures that are 0 for every contender on every seed: they need a sentence, not a column.
    public var zeroMetrics: [MetricSummary] {
        let metrics = contenders.first?.metrics ?? []
        return metrics.indices.filter { index in
            contenders.allSatisfy { $0.metrics[index].values.allSatisfy { $0 == 0 } }
        }
        .map { metrics[$0] }
    }

    /// The table for people: a row per contender, mean ± half the 95% interval, a bracketed unit in the heading.
    ///
    /// Figures that are 0 everywhere are left out; `zeroMetrics` names them.
    public var table: TextTable {
        let zeros = Set(zeroMetrics.map(\.name))
        let metrics = (contenders.first?.metrics ?? []).filter { !zeros.contains($0.name) }
        return TextTable(
            header: ["controller"] + metrics.map(\.heading),
            rows: contenders.map { contender in
                [contender.name] + contender.metrics.filter { !zeros.contains($0.name) }.map(\.cell)
            }
        )
    }

    /// Best seed, mean and worst seed of the principal figure: a row per contender.
    public var extremes: TextTable {
        guard let principal = principalMetric else { return TextTable(header: ["controller"], rows: []) }
        let rows = contenders.compactMap { contender -> [String]? in
            guard let metric = contender.metric(principal.name) else { return nil }
            if metric.grows == true { return [contender.name, "grows", "grows", "grows"] }
            return [contender.name, cell(metric, metric.best), metric.cell, cell(metric, metric.worst)]
        }
        let unit = principal.unit.isEmpty ? "" : " [\(principal.unit)]"
        return TextTable(
            header: ["\(principal.name)\(unit)", "best (seed)", "mean ± 95%", "worst (seed)"],
            rows: rows
        )
    }

    /// Compares one contender with every other one in a figure.
    ///
    /// - Parameters:
    ///   - reference: The contender's name.
    ///   - metric: The figure; the principal one unless told otherwise.
    ///   - parts: Contenders that are left out, as the policies that the reference is the mean of.
    /// - Returns: One difference per other contender, in their order; empty when there is no such contender.
    public func differences(
        of reference: String,
        metric: String? = nil,
        besides parts: [String] = []
    ) -> [PairedDifference] {
        guard let name = metric ?? principalMetric?.name, let mine = contender(reference)?.metric(name) else {
            return []
        }
        return contenders.filter { $0.name != reference && !parts.contains($0.name) }.compactMap { other in
            other.metric(name).map { PairedDifference((reference, mine), against: (other.name, $0)) }
        }
    }

    /// The differences of one contender from every other one, a row each.
    public func differenceTable(of reference: String, besides parts: [String] = []) -> TextTable {
        let differences = differences(of: reference, besides: parts)
        let unit = differences.first.map { $0.unit.isEmpty ? "" : " [\($0.unit)]" } ?? ""
        return TextTable(
            header: ["\(reference) against", "difference\(unit)", "95% interval", "relative", "seeds won", "verdict"],
            rows: differences.map { difference in
                let sides = [reference, difference.baseline].filter { name in
                    contender(name)?.metric(difference.metric)?.grows == true
                }
                if let first = sides.first {
                    return [difference.baseline, "\(sides.count == 2 ? "both" : first) grows", "–", "–", "–", "–"]
                }
                let mean = difference.interval.mean
                // One value has no interval.
                let interval = difference.interval.halfWidth.map { "\(signed(mean - $0)) … \(signed(mean + $0))" }
                return [
                    difference.baseline, signed(mean), interval ?? "–",
                    difference.relative.map { "\(signed(100 * $0)) %" } ?? "–",
                    "\(difference.wins)/\(difference.interval.count)", difference.verdict.rawValue,
                ]
            }
        )
    }

    private func cell(_ metric: MetricSummary, _ value: Double) -> String {
        let seed = metric.values.firstIndex(of: value).map { " (\(seeds[$0]))" } ?? ""
        return decimal(value) + seed
    }
}

extension MetricSummary {
    /// The name with a bracketed unit.
    public var heading: String { unit.isEmpty ? name : "\(name) [\(unit)]" }
}

extension ConfidenceInterval {
    /// The interval as a cell of a table: two digits of the half-width, the mean to the same place: `88.15 ± 0.91`.
    public var cell: String {
        guard let halfWidth, halfWidth > 0, halfWidth.isFinite else { return decimal(mean) }
        var (places, unit) = (0, 9.95)
        while halfWidth < unit, places < 4 { (places, unit) = (places + 1, unit / 10) }
        return "\(decimal(mean, places: places)) ± \(decimal(halfWidth, places: places))"
    }
}

/// Writes a difference for people: as `decimal`, with its sign.
func signed(_ value: Double) -> String { value > 0 ? "+" + decimal(value) : decimal(value) }
