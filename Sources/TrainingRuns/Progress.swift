internal import CommandBasics
internal import Foundation
package import MasterNode
package import TabularLearning

/// Something that follows a run: a display, a benchmark.
package protocol ProgressObserver: Sendable {
    /// Hears of a moment of the run, about ten times a second, on the master's thread.
    func show(_ progress: Progress)

    /// Hears what is waited for, in words, about ten times a second while no rounds go on.
    func waits(for words: String)
}

extension ProgressObserver {
    /// Whoever measures rounds does not ask.
    package func waits(for words: String) {}
}

/// How far a run is, at one moment.
package struct Progress: Sendable {
    package let stepsTaken: UInt64
    /// Those of them that were taken before this process, by the run that it goes on with.
    package let stepsBefore: UInt64
    let stepsPlanned: UInt64
    package let elapsed: Duration
    package let statistics: LearnerStatistics
    package let gauges: [Gauge]
    package let loads: [ShardLoad]
    package let staleness: Int

    /// Messages with rounds sent and messages with answers received.
    package let messageCount: UInt64

    /// How often the run returned to a checkpoint.
    package let rollbacks: Int
    package let checkpoints: CheckpointStatistics

    /// Describes cohorts without shards.
    package init(
        learners: [CohortLearner],
        _ checkpoints: CheckpointStatistics,
        run: TrainingRun,
        after stepsBefore: UInt64,
        elapsed: Duration
    ) {
        self.init(learners, [], messageCount: 0, rollbacks: 0, checkpoints, run, stepsBefore, elapsed)
    }

    /// Describes a master and its shards.
    package init(
        _ master: Master,
        _ checkpoints: CheckpointStatistics,
        run: TrainingRun,
        after stepsBefore: UInt64,
        elapsed: Duration
    ) {
        self.init(
            master.learners,
            master.loads,
            messageCount: master.messageCount,
            rollbacks: master.rollbackCount,
            checkpoints,
            run,
            stepsBefore,
            elapsed
        )
    }

    private init(
        _ learners: [CohortLearner],
        _ loads: [ShardLoad],
        messageCount: UInt64,
        rollbacks: Int,
        _ checkpoints: CheckpointStatistics,
        _ run: TrainingRun,
        _ stepsBefore: UInt64,
        _ elapsed: Duration
    ) {
        self.stepsBefore = stepsBefore
        self.rollbacks = rollbacks
        self.checkpoints = checkpoints
        stepsTaken = learners.laneSteps
        stepsPlanned = run.steps
        self.elapsed = elapsed
        statistics = learners.statistics
        gauges = learners[0].gauges
        self.loads = loads
        self.messageCount = messageCount
        staleness = run.parameters.staleness.rawValue
    }

    /// The share of the planned steps that is done, 0...1.
    package var fraction: Double { stepsPlanned == 0 ? 1 : Double(stepsTaken) / Double(stepsPlanned) }

    /// Seconds until the last round at this speed; `nil` where there is none.
    var remaining: Double? {
        rate > 0 && elapsed >= .milliseconds(500) ? Double(stepsPlanned - min(stepsPlanned, stepsTaken)) / rate : nil
    }

    /// Steps per second since this process began; what was done before does not count.
    package var rate: Double { Double(stepsTaken - min(stepsTaken, stepsBefore)) / max(elapsed.seconds, 1e-9) }

    /// What is known of how well it goes: the mean episode return, or else the mean reward.
    var quality: String {
        if statistics.episodes > 0 {
            return "return \((statistics.episodeReturnSum / Double(statistics.episodes)).short)"
        }
        guard statistics.transitions > 0 else { return "return –" }
        return "reward \((statistics.rewardSum / Double(max(1, statistics.rewardedTransitions))).short)"
    }

    /// The shards' shares of the updates, in percent; empty without shards.
    package var shares: String {
        let total = loads.reduce(0) { $0 + $1.updates }
        guard total > 0, loads.count > 1 else { return "" }
        let parts = loads.prefix(8).map { "\(($0.updates * 100 + total / 2) / total)" }.joined(separator: "/")
        return "shards " + parts + (loads.count > 8 ? "/…" : "") + " %"
    }
}
