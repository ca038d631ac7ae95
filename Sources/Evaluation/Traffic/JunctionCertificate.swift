public import Scenarios
public import TabularLearning

/// How far from the exact optimum of the two-movement junction the classical rules and learned tables are.
///
/// Nothing is sampled but the training: every delay is computed from the transition probabilities.
public struct JunctionCertificate: Sendable, Hashable {
    /// For each flow ratio the mean delay and its excess over the optimum, by controller; the seeds are those of
    /// training, and the rules are the same for all.
    public let comparison: Comparison

    /// The flow ratios that are certified unless told otherwise.
    public static let flowRatios = [0.40, 0.65, 0.80]

    /// Computes the certificate of the classical rules and of freshly trained tables.
    ///
    /// - Parameters:
    ///   - flowRatios: Each 0.05...0.95.
    ///   - trainingSeeds: The seeds of the tables, at least one.
    ///   - steps: Slots of each training run; the scenario's default unless told otherwise.
    ///   - progress: Called with the number of training runs that are done.
    /// - Throws: `ScenarioError` for a flow ratio that makes no sense; `CancellationError` when the task is cancelled.
    public init(
        flowRatios: [Double] = Self.flowRatios,
        trainingSeeds: [UInt64],
        steps: UInt64? = nil,
        progress: (Int) -> Void = { _ in }
    ) async throws {
        let scenarios = flowRatios.map { JunctionScenario(flowRatio: $0) }
        for scenario in scenarios { try scenario.check() }
        let solutions = try scenarios.map { JunctionValueIteration(try TwoMovementJunction(flowRatio: $0.flowRatio)) }
        let jobs = scenarios.indices.flatMap { index in trainingSeeds.map { (index: index, seed: $0) } }
        let delays = try await ParallelRuns.map(jobs.count, onFinish: progress) { index in
            let job = jobs[index]
            let table = try Self.train(scenarios[job.index], seed: job.seed, steps: steps)
            return solutions[job.index].delay(of: JunctionPolicy(table: table)).mean
        }
        let count = trainingSeeds.count
        comparison = Self.compare(
            zip(solutions, solutions.indices).map { ($0, Array(delays[($1 * count)..<(($1 + 1) * count)])) },
            seeds: trainingSeeds,
            title: "two-movement junction, exact delays; learned in \(steps ?? scenarios[0].defaults.steps) slots, "
                + "\(count) training seeds"
        )
    }

    /// Computes the certificate of tables that were learned elsewhere.
    ///
    /// - Parameters:
    ///   - tables: With the seeds they were trained with; one row per state of the scenario.
    ///   - scenario: What they were learned on.
    /// - Throws: `ScenarioError` when the scenario makes no sense.
    public init(tables: [(seed: UInt64, table: ActionValueTable)], scenario: JunctionScenario) throws(ScenarioError) {
        let solution = JunctionValueIteration(try TwoMovementJunction(flowRatio: scenario.flowRatio))
        comparison = Self.compare(
            [(solution, tables.map { solution.delay(of: JunctionPolicy(table: $0.table)).mean })],
            seeds: tables.map(\.seed),
            title: "two-movement junction, exact delays"
        )
    }

    /// Trains in this thread, with the scenario's defaults.
    ///
    /// - Throws: `EnvironmentFailure`, which no junction has.
    public static func train(
        _ scenario: JunctionScenario,
        seed: UInt64,
        steps: UInt64? = nil
    ) throws(EnvironmentFailure) -> ActionValueTable {
        let defaults = scenario.defaults
        let steps = steps ?? defaults.steps
        var parameters = defaults.parameters
        parameters.epsilon = parameters.epsilon.stretched(by: Double(steps) / Double(defaults.steps))
        let learners = (0..<defaults.cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: defaults.cohorts,
                environment: scenario.makeEnvironment(
                    replicas: (cohort * defaults.lanes)..<((cohort + 1) * defaults.lanes),
                    seed: seed
                ),
                parameters: parameters,
                seed: seed,
                plannedSteps: steps / UInt64(defaults.lanes * defaults.cohorts)
            )
        }
        var reference = SerialReference(learners: learners, parameters: parameters)
        try reference.run()
        return reference.table
    }

    private static func compare(
        _ cases: [(solution: JunctionValueIteration, learned: [Double])],
        seeds: [UInt64],
        title: String
    ) -> Comparison {
        let names = ["optimum", "learned", "exhaustive", "best-fixed", "webster", "longest-queue", "random"]
        let results = cases.map { solution, learned in
            let junction = solution.junction
            let rules = [
                solution.delay(of: .exhaustive).mean,
                JunctionFixedPlan.best(for: junction).delay,
                JunctionFixedPlan(greenSlots: junction.websterGreenSlots, junction).delay,
                solution.delay(of: .longestQueue).mean,
                solution.delay(of: .random).mean,
            ]
            let optimum = Array(repeating: solution.optimum.mean, count: seeds.count)
            return (junction, [optimum, learned] + rules.map { Array(repeating: $0, count: seeds.count) })
        }
        let contenders = names.indices.map { index in
            let delays = results.map { (junction: $0, delays: $1[index], optimum: $1[0]) }
            let gridlocks = seeds.indices.map { seed in
                Double(delays.count { $0.junction.isGridlock(delay: $0.delays[seed]) })
            }
            let worst = delays.flatMap { Self.gaps($0.delays, optimum: $0.optimum) }.max() ?? 0
            return Comparison.Contender(
                name: names[index],
                metrics: delays.flatMap { Self.metrics($0.junction, delays: $0.delays, optimum: $0.optimum) } + [
                    MetricSummary(
                        name: "worst gap",
                        unit: "%",
                        preference: .lower,
                        values: Array(repeating: worst, count: seeds.count)
                    ), MetricSummary(name: "gridlocks", unit: "", preference: .lower, values: gridlocks),
                ]
            )
        }
        return Comparison(title: title, seeds: seeds, contenders: contenders)
    }

    private static func gaps(_ delays: [Double], optimum: [Double]) -> [Double] {
        zip(delays, optimum).map { ($0 / $1 - 1) * 100 }
    }

    private static func metrics(
        _ junction: TwoMovementJunction,
        delays: [Double],
        optimum: [Double]
    ) -> [MetricSummary] {
        let flowRatio = decimal(junction.flowRatio, places: 2)
        let gaps = gaps(delays, optimum: optimum)
        return [
            MetricSummary(name: "delay at \(flowRatio)", unit: "s/vehicle", preference: .lower, values: delays),
            MetricSummary(name: "gap at \(flowRatio)", unit: "%", preference: .lower, values: gaps),
        ]
    }
}
