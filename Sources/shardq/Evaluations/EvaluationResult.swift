internal import Evaluation

/// The object that `evaluate --json` prints, and the key `evaluation` of `train --json`; documented in `docs/cli.md`.
struct EvaluationResult: Encodable {
    struct Metric: Encodable {
        var unit: String
        var mean: Double
        var lower: Double
        var upper: Double
        var best: Double
        var worst: Double
        var values: [Double]
        /// There where the value can grow as long as one looks.
        var grows: Bool?
    }

    struct Difference: Encodable {
        var controller: String
        var baseline: String
        var metric: String
        var unit: String
        var mean: Double
        var lower: Double
        var upper: Double
        var relative: Double?
        var seedsWon: Int
        var verdict: String
    }

    struct Condition: Encodable {
        var condition: String
        var holds: Bool
        var metric: String
        var left: Double
        var right: Double
    }

    var scenario: String
    var title: String
    var seeds: [UInt64]
    /// The figure that stands for the whole.
    var figure: GreedyCourse.Figure?
    var controllers: [String: [String: Metric]]
    var differences: [Difference]
    var conditions: [Condition]
    /// What must not be overlooked: roads that starve.
    var warnings: [String]
    var policies: [EvaluationOutcome.PolicyFacts]

    init(_ outcome: EvaluationOutcome, _ findings: [Requirement.Finding] = []) {
        let comparison = outcome.comparison
        scenario = outcome.scenario.rawValue
        title = comparison.title
        seeds = comparison.seeds
        warnings = outcome.alarms
        figure = comparison.principalMetric.map { GreedyCourse.Figure($0) }
        controllers = Dictionary(
            comparison.contenders.map { ($0.name, Self.metrics(of: $0)) },
            uniquingKeysWith: { $1 }
        )
        differences = outcome.differences.map { difference in
            let half = difference.interval.halfWidth ?? 0
            return Difference(
                controller: difference.contender,
                baseline: difference.baseline,
                metric: difference.metric,
                unit: difference.unit,
                mean: difference.interval.mean,
                lower: difference.interval.mean - half,
                upper: difference.interval.mean + half,
                relative: difference.relative,
                seedsWon: difference.wins,
                verdict: difference.verdict.rawValue
            )
        }
        conditions = findings.map {
            Condition(condition: $0.requirement, holds: $0.holds, metric: $0.metric, left: $0.left, right: $0.right)
        }
        policies = outcome.policies.map(\.facts)
    }

    private static func metrics(of contender: Comparison.Contender) -> [String: Metric] {
        let metrics = contender.metrics.map { metric in
            let interval = metric.interval
            // A figure that is exact has one value and no interval.
            let half = interval.halfWidth ?? 0
            let value = Metric(
                unit: metric.unit,
                mean: interval.mean,
                lower: interval.mean - half,
                upper: interval.mean + half,
                best: metric.best,
                worst: metric.worst,
                values: metric.values,
                grows: metric.grows
            )
            return (metric.name, value)
        }
        return Dictionary(metrics, uniquingKeysWith: { $1 })
    }
}
