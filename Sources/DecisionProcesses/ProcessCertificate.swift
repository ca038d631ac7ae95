internal import Evaluation
internal import Reports
internal import ScenarioCatalogue
package import Scenarios
package import TabularLearning

/// How far freshly trained tables and the rules of a field are from the exact optimum; nothing is sampled but the training.
struct ProcessCertificate {
    private let contest: ProcessContest
    private let scenario: any ProcessScenario

    init(_ scenario: any ProcessScenario) throws {
        contest = try ProcessContest(scenario, [])
        self.scenario = scenario
    }

    /// Trains with the scenario's defaults, once a seed, and computes what comes of it.
    func outcome(_ run: ProcessContest.Run) async throws -> EvaluationOutcome {
        let seeds = (0..<run.seedCount).map { UInt64($0) + 1 }
        let progress = EvaluationProgress(total: seeds.count, isQuiet: run.isQuiet)
        let learned = try await ParallelRuns.map(seeds.count, onFinish: { progress.show($0) }) { [self] index in
            let table = try freshTable(of: scenario, seed: seeds[index])
            let policy = contest.solution.policy(of: table)
            let controller = Controller("learned", in: contest.solution.process, policy: policy)
            return contest.worth.value(of: controller)
        }
        let rules = contest.contenders.map {
            ($0.controller.name, Array(repeating: $0.value, count: seeds.count))
        }
        let comparison = Comparison(
            title: "\(scenario.subject), \(contest.yardstick), exact; learned in \(scenario.defaults.steps) "
                + "steps, \(seeds.count) training seeds",
            seeds: seeds,
            contenders: ([("learned", learned)] + rules).map { contender($0, values: $1) }
        )
        return EvaluationOutcome(
            scenario: ScenarioName(of: type(of: scenario)),
            comparison: comparison,
            reference: nil,
            tables: [("Exact values from the start", try table(learned))],
            charts: run.withCharts
                ? [ComparisonCharts.bars(comparison, highlighting: "learned")].compactMap(\.self) : []
        )
    }

    private func table(_ learned: [Double]) throws -> TextTable {
        let worst = learned.min() ?? 0
        let rows = [("learned, worst seed", worst), ("learned, best seed", learned.max() ?? 0)].map { name, value in
            [name, decimal(value, places: 6), decimal(100 * contest.gap(of: value), places: 3)]
        }
        let rest = try contest.exactTable()
        return TextTable(header: rest.header, rows: rows + rest.rows)
    }

    private func contender(_ name: String, values: [Double]) -> Comparison.Contender {
        let gaps = values.map { 100 * contest.gap(of: $0) }
        return Comparison.Contender(
            name: name,
            metrics: [
                MetricSummary(
                    name: scenario.yardstick == .gain ? "exact gain" : "exact return",
                    unit: "",
                    preference: .higher,
                    values: values
                ),
                MetricSummary(name: "gap", unit: "%", preference: .lower, values: gaps),
                MetricSummary(
                    name: "worst gap",
                    unit: "%",
                    preference: .lower,
                    values: Array(repeating: gaps.max() ?? 0, count: gaps.count)
                ),
            ]
        )
    }
}

/// Trains in this thread, with the scenario's defaults.
///
/// - Throws: `EnvironmentFailure`, which a simulated scenario does not have.
package func freshTable(of scenario: any Scenario, seed: UInt64) throws(EnvironmentFailure) -> ActionValueTable {
    let defaults = scenario.defaults
    let replicas = max(1, defaults.lanes / scenario.lanesPerReplica)
    var learners: [CohortLearner] = []
    for cohort in 0..<defaults.cohorts {
        learners.append(
            CohortLearner(
                index: cohort,
                of: defaults.cohorts,
                environment: try scenario.makeWorld(
                    replicas: (cohort * replicas)..<((cohort + 1) * replicas),
                    seed: seed
                ),
                parameters: defaults.parameters,
                seed: seed,
                plannedSteps: defaults.steps / UInt64(replicas * scenario.lanesPerReplica * defaults.cohorts)
            )
        )
    }
    var reference = SerialReference(
        learners: learners,
        parameters: defaults.parameters,
        table: scenario.initialTable
    )
    try reference.run()
    return reference.table
}
