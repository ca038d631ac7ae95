internal import TabularLearning

/// What a finished run has to show.
struct TrainingOutcome: Sendable {
    /// The whole table, unless the run was told not to collect it.
    let table: ActionValueTable?
    let statistics: LearnerStatistics
    let gauges: [Gauge]
    /// Lane-steps taken.
    let stepsTaken: UInt64
    let wallSeconds: Double

    /// Collects the results of cohorts that are finished.
    init(table: ActionValueTable?, learners: [CohortLearner], elapsed: Duration) {
        self.table = table
        statistics = learners.reduce(into: LearnerStatistics()) { $0 += $1.statistics }
        gauges = learners[0].environment.gauges
        stepsTaken = learners.reduce(0) { $0 + $1.stepsTaken * UInt64($1.environment.laneCount) }
        wallSeconds = elapsed.seconds
    }

    /// Whether the run was ended before its planned steps.
    func wasInterrupted(of run: TrainingRun) -> Bool { stepsTaken < run.steps }
}
