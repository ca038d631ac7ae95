internal import Logging
internal import MasterNode
internal import TabularLearning

/// Takes the checkpoints of a run without messages, between its rounds.
struct SerialRecorder {
    /// What they have cost; the rounds stand still for all of it.
    private(set) var statistics = CheckpointStatistics()

    private let checkpoints: RunCheckpoints?
    private let epoch: UInt32
    private let logger: Logger
    private var last = Duration.zero
    private var hasRecordedLast = false

    init(_ checkpoints: RunCheckpoints?, epoch: UInt32, logger: Logger) {
        self.checkpoints = checkpoints
        self.epoch = epoch
        self.logger = logger
    }

    /// Takes a checkpoint when one is due.
    mutating func record(_ reference: SerialReference, at elapsed: Duration) {
        guard let interval = checkpoints?.interval, !hasRecordedLast else { return }
        switch interval {
        case .rounds(let rounds): if reference.round.isMultiple(of: rounds) { write(reference) }
        case .seconds(let seconds):
            guard elapsed - last > .seconds(seconds) else { return }
            last = elapsed
            write(reference)
        }
    }

    /// Takes the checkpoint of a run that is to end early, once.
    mutating func recordLast(_ reference: SerialReference) {
        guard !hasRecordedLast else { return }
        hasRecordedLast = true
        write(reference)
    }

    private mutating func write(_ reference: SerialReference) {
        guard let checkpoints, reference.learners.allSatisfy(\.isRestorable) else { return }
        let begin = ContinuousClock.now
        do {
            try checkpoints.write(
                epoch: epoch,
                round: reference.round,
                laneSteps: reference.learners.laneSteps,
                transitions: reference.statistics.transitions,
                table: reference.table,
                cohorts: reference.learners.map(\.saved)
            )
            statistics.written += 1
        } catch {
            statistics.failed += 1
            logger.warning("no checkpoint at round \(reference.round), the earlier ones stay valid: \(error)")
        }
        let elapsed = ContinuousClock.now - begin
        statistics.lastWriting = elapsed
        statistics.add(stall: elapsed)
    }
}
