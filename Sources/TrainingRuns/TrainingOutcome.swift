internal import CommandBasics
package import Evaluation
package import MasterNode
package import TabularLearning
package import TurnOrders

/// What a finished run has to show.
package struct TrainingOutcome: Sendable {
    /// The whole table, unless the run was told not to collect it.
    package let table: ActionValueTable?
    package let statistics: LearnerStatistics
    package let gauges: [Gauge]
    /// The run from its beginning, those parts included that came before a resume.
    package let learning: LearningHistory
    /// Lane-steps taken, those of earlier parts of a resumed run included.
    package let stepsTaken: UInt64
    /// Lane-steps that earlier parts of a resumed run have taken.
    package let stepsBefore: UInt64
    package let wallSeconds: Double
    /// What was issued and applied, shard by shard.
    package let ledger: Ledger?
    /// How often the run returned to a checkpoint.
    package let rollbacks: Int
    package let checkpoints: CheckpointStatistics
    /// Whose turns were taken when; `nil` without messages.
    package private(set) var turns: TurnSchedule?

    /// Collects the results of a master that has ended.
    package init(_ master: Master, _ checkpoints: CheckpointStatistics, after stepsBefore: UInt64, elapsed: Duration) {
        self.init(
            learners: master.learners,
            table: master.table,
            ledger: master.ledger,
            rollbacks: master.rollbackCount,
            checkpoints,
            after: stepsBefore,
            elapsed: elapsed
        )
        turns = master.turns
    }

    /// Collects the results of a run without messages.
    package init(
        _ state: RunState,
        _ checkpoints: CheckpointStatistics,
        collectsTable: Bool,
        after stepsBefore: UInt64,
        elapsed: Duration
    ) {
        let table = collectsTable ? state.table : nil
        self.init(
            learners: state.learners,
            table: table,
            ledger: state.table.map { Ledger(issued: [state.statistics.transitions], applied: [$0.updateCount]) },
            rollbacks: 0,
            checkpoints,
            after: stepsBefore,
            elapsed: elapsed
        )
    }

    private init(
        learners: [CohortLearner],
        table: ActionValueTable?,
        ledger: Ledger?,
        rollbacks: Int,
        _ checkpoints: CheckpointStatistics,
        after stepsBefore: UInt64,
        elapsed: Duration
    ) {
        self.table = table
        statistics = learners.statistics
        gauges = learners[0].gauges
        learning = LearningHistory(learners)
        stepsTaken = learners.laneSteps
        self.stepsBefore = stepsBefore
        wallSeconds = elapsed.seconds
        self.ledger = ledger
        self.rollbacks = rollbacks
        self.checkpoints = checkpoints
    }

    /// Whether the run was ended before its planned steps.
    package func wasInterrupted(of run: TrainingRun) -> Bool { stepsTaken < run.steps }
}
