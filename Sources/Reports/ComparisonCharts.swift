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
