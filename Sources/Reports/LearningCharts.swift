public import Evaluation

/// The charts of a training run.
public enum LearningCharts {
    /// A learning curve for the return (or else the reward) and one for each of the environment's figures that is better
    /// low, such as the delay.
    ///
    /// - Parameter histories: The runs with their names: one, or several of the same problem.
    /// - Returns: No chart where there is no curve.
    public static func all(_ histories: [(name: String, history: LearningHistory)]) -> [Chart] {
        guard let first = histories.first?.history, first.points.count > 1 else { return [] }
        let hasReturns = first.points.contains { $0.meanReturn != nil } && first.episodesPerInterval != nil
        let rewards = chart(
            histories,
            hasReturns ? "mean return" : "mean reward",
            unit: hasReturns ? "per episode" : "per decision",
            hasReturns ? { $0.meanReturn } : { $0.meanReward }
        )
        let figures = first.figures.indices.filter { first.figures[$0].isBetterLow }.map { index in
            chart(histories, first.figures[index].name, unit: first.figures[index].unit) { point in
                point.figures.indices.contains(index) ? point.figures[index] : nil
            }
        }
        return [rewards] + figures
    }

    /// What the greedy policy was worth on the way: a curve in its band for each run.
    ///
    /// - Parameter courses: The runs with their names, of the same figure.
    /// - Returns: No chart where fewer than two points are there.
    public static func greedy(_ courses: [(name: String, course: GreedyCourse)]) -> [Chart] {
        guard let first = courses.first?.course, let figure = first.figure,
            courses.contains(where: { $0.course.points.count > 1 })
        else { return [] }
        if courses.count > 2, let chart = band(courses.map(\.course), figure) { return [chart] }
        let hasBand = courses.count == 1 && first.points.contains { $0.interval.halfWidth ?? 0 > 0 }
        var chart = Chart(
            "learning-greedy",
            title: "learning curve of the greedy policy: \(figure.name)",
            caption: "The table as it was after so many steps of the run, evaluated without exploration"
                + (first.points.contains { $0.values.count > 1 }
                    ? " on \(GreedyCourse.seedCount) evaluation seeds" : "")
                + (hasBand ? "; band: 95% interval over these seeds." : "."),
            x: .init("steps", unit: "million lane-steps", from: 0),
            y: .init(figure.name, unit: figure.unit)
        )
        chart.curves = courses.filter { $0.course.figure == figure }.map { name, course in
            let points = course.points.map { point in
                let (interval, half) = (point.interval, hasBand ? point.interval.halfWidth : nil)
                return Chart.Curve.Point(
                    x: Double(point.laneSteps) / 1e6,
                    y: interval.mean,
                    lower: half.map { interval.mean - $0 },
                    upper: half.map { interval.mean + $0 }
                )
            }
            return Chart.Curve(name, points: points, style: points.count > 60 ? .line : .linesAndPoints)
        }
        return [chart]
    }

    /// Several runs of one problem as one curve: mean and interval over their training seeds; `nil` where they have other steps.
    private static func band(_ courses: [GreedyCourse], _ figure: GreedyCourse.Figure) -> Chart? {
        let steps = courses[0].points.map(\.laneSteps)
        guard courses.allSatisfy({ $0.figure == figure && $0.points.map(\.laneSteps) == steps }) else { return nil }
        var chart = Chart(
            "learning-greedy",
            title: "learning curve of the greedy policy: \(figure.name)",
            caption: "Tables as they were after so many steps, evaluated without exploration; mean over "
                + "\(courses.count) training runs; band: 95% interval over them.",
            x: .init("steps", unit: "million lane-steps", from: 0),
            y: .init(figure.name, unit: figure.unit)
        )
        let means = courses.map { course in course.points.map(\.interval.mean) }
        var curve = ComparisonCharts.curve("learned", courses: means) { Double(steps[$0]) / 1e6 }
        curve.style = steps.count > 60 ? .line : .linesAndPoints
        chart.curves = [curve]
        return chart
    }

    private static func chart(
        _ histories: [(name: String, history: LearningHistory)],
        _ name: String,
        unit: String,
        _ value: (LearningHistory.Point) -> Double?
    ) -> Chart {
        let first = histories[0].history
        let hasParts = !first.episodes.isEmpty && histories.count == 1
        let words = first.episodes.isEmpty || hasParts ? first.intervalWords : "one episode of every lane"
        var chart = Chart(
            "learning-\(ComparisonCharts.slug(name))",
            title: "learning curve: \(name)",
            caption: "Averages over intervals of \(words), exploration included: what the learner "
                + "met in training, not what its finished policy does."
                + (hasParts ? " Every episode begins with empty roads or queues, so parts differ." : ""),
            x: .init("steps", unit: "million lane-steps", from: 0),
            y: .init(name, unit: unit)
        )
        func curve(_ name: String, _ points: [LearningHistory.Point]) -> Chart.Curve {
            let points = points.compactMap { point in
                value(point).map { Chart.Curve.Point(x: Double(point.laneSteps) / 1e6, y: $0) }
            }
            return Chart.Curve(name, points: points, style: points.count > 60 ? .line : .linesAndPoints)
        }
        if histories.count > 1 {
            chart.curves = histories.map {
                curve($0.name, $0.history.episodes.isEmpty ? $0.history.points : $0.history.episodes)
            }
            return chart
        }
        let whole = curve("whole episodes", first.episodes)
        // What only whole episodes have, such as a return, is the same in parts.
        let parts = curve(hasParts ? "parts of episodes" : name, first.points)
        chart.curves = (hasParts ? [whole] : []) + (parts.points.count > whole.points.count ? [parts] : [])
        return chart
    }
}
