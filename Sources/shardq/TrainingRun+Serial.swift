internal import MasterNode
internal import Messaging
internal import TabularLearning

extension TrainingRun {
    /// Runs on one table in one thread, without messages.
    func runSerially(display: ProgressDisplay) async throws -> TrainingOutcome {
        try await DedicatedThread.run(named: "learner") {
            let clock = ContinuousClock()
            let started = clock.now
            var reference = SerialReference(learners: makeLearners(), parameters: parameters)
            var lastShown = started
            var isRunning = true
            var wasStopped = false
            while isRunning {
                isRunning = reference.runRound()
                if stop.isRaised, !wasStopped {
                    wasStopped = true
                    reference.stopEarly()
                    isRunning = true
                }
                let now = clock.now
                if now - lastShown > .milliseconds(100) {
                    lastShown = now
                    display.show(Progress(learners: reference.learners, run: self, elapsed: now - started, loads: []))
                }
            }
            let elapsed = clock.now - started
            display.show(Progress(learners: reference.learners, run: self, elapsed: elapsed, loads: []))
            return TrainingOutcome(
                table: reference.table,
                learners: reference.learners,
                elapsed: elapsed,
                loads: [],
                messageCount: 0
            )
        }
    }
}

extension TrainingOutcome {
    /// Collects the results of cohorts that are finished.
    init(
        table: ActionValueTable,
        learners: [CohortLearner],
        elapsed: Duration,
        loads: [ShardLoad],
        messageCount: UInt64
    ) {
        self.init(
            table: table,
            statistics: learners.reduce(into: LearnerStatistics()) { $0 += $1.statistics },
            gauges: learners[0].environment.gauges,
            stepsTaken: learners.reduce(0) { $0 + $1.stepsTaken * UInt64($1.environment.laneCount) },
            wallSeconds: elapsed.seconds,
            loads: loads,
            messageCount: messageCount
        )
    }
}
