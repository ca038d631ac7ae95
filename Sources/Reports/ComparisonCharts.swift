public import Evaluation

/// The charts that every scenario's comparison has.
public enum ComparisonCharts {
    /// Bars with intervals: one figure by contender.
    ///
    /// - Parameters:
    ///   - comparison: The contenders.
    ///   - metric: The figure; the principal one unless told otherwise.
    ///   - highlighted: The contender that is set off.
    /// - Returns: `nil` when there is no such figure.
    public static func bars(_ comparison: Comparison, metric: String? = nil, highlighting highlighted: String?)
        -> Chart?
    {
        guard let name = metric ?? comparison.principalMetric?.name,
            let figure = comparison.contenders.first?.metric(name)
        else { return nil }
        var chart = Chart(
            "\(slug(name))-by-controller",
            title: "\(name) by controller",
            caption: "\(comparison.title). Bars: mean; whiskers: 95 % interval (Student's t) over the seeds, which are "
                + "the same for every controller.",
            x: .init(name, unit: figure.unit, from: figure.values.allSatisfy { $0 >= 0 } ? 0 : nil),
            y: .init("controller")
        )
        // What grows without end must not press the others flat: its bar ends at the edge, and its name says so.
        let settled = comparison.contenders.compactMap { $0.metric(name) }.filter { $0.grows != true }.map(\.interval)
        let edge = 1.2 * (settled.map { $0.mean + ($0.halfWidth ?? 0) }.max() ?? 0)
        if edge > 0, settled.count < comparison.contenders.count { chart.x.upper = edge }
        chart.bars = comparison.contenders.compactMap { contender in
            contender.metric(name).map { metric in
                let interval = metric.interval
                if metric.grows == true {
                    return Chart.Bar(
                        "\(contender.name) (grows)",
                        value: edge > 0 ? edge : interval.mean,
                        isHighlighted: contender.name == highlighted
                    )
                }
                return Chart.Bar(
                    contender.name,
                    value: interval.mean,
                    lower: interval.halfWidth.map { interval.mean - $0 },
                    upper: interval.halfWidth.map { interval.mean + $0 },
                    isHighlighted: contender.name == highlighted
                )
            }
        }
        chart.aspect = max(1.4, 4.2 - 0.25 * Double(chart.bars.count))
        return chart
    }

    /// Curves with bands: mean and interval over the seeds, point by point.
    ///
    /// - Parameters:
    ///   - name: The curve's name.
    ///   - courses: One course per seed, all of the same length.
    ///   - x: The horizontal value of a point.
    /// - Returns: The curve.
    public static func curve(_ name: String, courses: [[Double]], x: (Int) -> Double) -> Chart.Curve {
        let count = courses.map(\.count).min() ?? 0
        return Chart.Curve(
            name,
            points: (0..<count).map { index in
                let interval = ConfidenceInterval(courses.map { $0[index] })
                return Chart.Curve.Point(
                    x: x(index),
                    y: interval.mean,
                    lower: interval.halfWidth.map { interval.mean - $0 },
                    upper: interval.halfWidth.map { interval.mean + $0 }
                )
            }
        )
    }

    /// The differences of one contender from the others, seed by seed.
    ///
    /// - Parameters:
    ///   - comparison: The contenders.
    ///   - reference: Whose differences are shown.
    ///   - parts: Contenders that are left out, as the policies that the reference is the mean of.
    /// - Returns: `nil` with fewer than two seeds, or nobody to compare with.
    public static func differences(_ comparison: Comparison, of reference: String, besides parts: [String] = [])
        -> Chart?
    {
        guard let metric = comparison.principalMetric, comparison.seeds.count > 1,
            let own = comparison.contender(reference)?.metric(metric.name), own.grows != true
        else { return nil }
        let others = comparison.contenders.filter { contender in
            contender.name != reference && !parts.contains(contender.name)
                && contender.metric(metric.name)?.grows != true
        }
        // Those far away would press the close ones, on which it depends, into one line.
        let near = others.compactMap { other -> (name: String, values: [Double])? in
            guard let theirs = other.metric(metric.name), theirs.values.count == own.values.count else { return nil }
            return (other.name, zip(own.values, theirs.values).map { $0 - $1 })
        }
        .sorted { abs($0.values.reduce(0, +)) < abs($1.values.reduce(0, +)) }
        guard !near.isEmpty else { return nil }
        let unit = metric.unit
        var chart = Chart(
            "differences-by-seed",
            title: "\(metric.name): \(reference) minus the others, seed by seed",
            caption: "Each point is one seed, the same for both. "
                + (metric.preference == .higher ? "Above" : "Below") + " the line \(reference) is better."
                + (near.count > mostDifferences ? " The \(mostDifferences) closest of \(near.count)." : ""),
            x: .init("seed", from: 0, to: Double(comparison.seeds.count) + 1),
            y: .init("difference", unit: unit)
        )
        chart.curves = near.prefix(mostDifferences).map { name, values in
            let points = zip(comparison.seeds.indices, values).map { Chart.Curve.Point(x: Double($0) + 1, y: $1) }
            return Chart.Curve(name, points: points, style: .points)
        }
        chart.markers = [.init("equal", .horizontal, at: 0)]
        return chart
    }

    /// As many differences as one sees at a time.
    private static let mostDifferences = 5

    /// Curves over a quantity that is varied, such as the load: one figure, a curve with a band per contender.
    ///
    /// A contender that is missing at some value, or has no finite figure there, has no point there.
    ///
    /// - Parameters:
    ///   - points: By value of the quantity the comparison there, ascending.
    ///   - metric: The figure; the principal one unless told otherwise.
    ///   - x: The quantity, with its unit.
    ///   - bounds: Values of the quantity that are drawn as vertical lines: capacities.
    ///   - isLogarithmic: Whether the figure is drawn on a logarithmic axis.
    /// - Returns: `nil` when there is no such figure.
    public static func sweep(
        _ points: [(x: Double, comparison: Comparison)],
        metric: String? = nil,
        over x: Chart.Axis,
        bounds: [(name: String, value: Double)] = [],
        isLogarithmic: Bool = false
    ) -> Chart? {
        guard let first = points.first?.comparison, let name = metric ?? first.principalMetric?.name,
            let figure = first.contenders.first?.metric(name)
        else { return nil }
        var chart = Chart(
            "\(slug(name))-by-\(slug(x.title))",
            title: "\(name) by \(x.title)",
            caption: "\(first.seeds.count) seeds at each value, the same for every controller; bands: 95 % interval.",
            x: x,
            y: .init(name, unit: figure.unit, isLogarithmic: isLogarithmic)
        )
        var names: [String] = []
        for contender in points.flatMap(\.comparison.contenders) where !names.contains(contender.name) {
            names.append(contender.name)
        }
        chart.curves = names.map { contender in
            Chart.Curve(
                contender,
                points: points.compactMap { point in
                    guard let interval = point.comparison.contender(contender)?.metric(name)?.interval,
                        interval.mean.isFinite
                    else { return nil }
                    return Chart.Curve.Point(
                        x: point.x,
                        y: interval.mean,
                        lower: interval.halfWidth.map { interval.mean - $0 },
                        upper: interval.halfWidth.map { interval.mean + $0 }
                    )
                },
                style: .linesAndPoints
            )
        }
        chart.markers = bounds.map { .init($0.name, .vertical, at: $0.value) }
        return chart
    }

    /// A name as the stem of a file.
    static func slug(_ name: String) -> String {
        String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
}
