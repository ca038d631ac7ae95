package import Evaluation

/// The object that `evaluate --json` prints, and the key `evaluation` of `train --json`; documented in `docs/cli.md`.
package struct EvaluationResult: Encodable {
    package struct Metric: Encodable {
        package var unit: String
        package var mean: Double
        /// The 95 % interval; not there for a single value, of which nobody knows how much it varies.
        package var lower: Double?
        package var upper: Double?
        package var best: Double
        package var worst: Double
        package var values: [Double]
        /// There where the value can grow as long as one looks.
        package var grows: Bool?
    }

    package struct Difference: Encodable {
        package var controller: String
        var baseline: String
        package var metric: String
        package var unit: String
        package var mean: Double
        package var lower: Double?
        package var upper: Double?
        var relative: Double?
        var seedsWon: Int
        package var verdict: String
    }

    package struct Condition: Encodable {
        var condition: String
        var holds: Bool
        var metric: String
        var left: Double
        var right: Double
    }

    package var scenario: String
    package var title: String
    package var seeds: [UInt64]
    /// The figure that stands for the whole.
    package var figure: GreedyCourse.Figure?
    package var controllers: [String: [String: Metric]]
    package var differences: [Difference]
    package var conditions: [Condition]
    /// What must not be overlooked: roads that starve.
    package var warnings: [String]
    package var policies: [EvaluationOutcome.PolicyFacts]

    package init(_ outcome: EvaluationOutcome, _ findings: [Requirement.Finding] = []) {
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
            let interval = difference.interval
            return Difference(
                controller: difference.contender,
                baseline: difference.baseline,
                metric: difference.metric,
                unit: difference.unit,
                mean: interval.mean,
                lower: interval.halfWidth.map { interval.mean - $0 },
                upper: interval.halfWidth.map { interval.mean + $0 },
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
            let value = Metric(
                unit: metric.unit,
                mean: interval.mean,
                lower: interval.halfWidth.map { interval.mean - $0 },
                upper: interval.halfWidth.map { interval.mean + $0 },
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
