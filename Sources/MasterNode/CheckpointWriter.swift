internal import Dispatch
internal import Foundation
internal import Logging
internal import Messaging
internal import Synchronization
internal import TabularLearning

/// Writes checkpoints one after another beside the rounds.
final class CheckpointWriter: Sendable {
    private let save: @Sendable (RunCapture) throws -> Void
    private let logger: Logger
    private let metrics: MasterMetrics?
    private let queue = DispatchQueue(label: "checkpoint")
    private let state = Mutex(State())

    private struct State {
        var statistics = CheckpointStatistics()
        var submitted = 0
        var lastWrittenRound: UInt64?
        var fatal: MasterFailure?
    }

    init(logger: Logger, metrics: MasterMetrics? = nil, save: @escaping @Sendable (RunCapture) throws -> Void) {
        self.logger = logger
        self.metrics = metrics
        self.save = save
    }

    /// What checkpoints have cost so far.
    var statistics: CheckpointStatistics { state.withLock { $0.statistics } }

    /// How many have been written or have failed.
    var endedCount: Int { state.withLock { $0.statistics.written + $0.statistics.failed } }

    /// How many have been handed over.
    var submittedCount: Int { state.withLock { $0.submitted } }

    /// The round of the last one that was written.
    var lastWrittenRound: UInt64? { state.withLock { $0.lastWrittenRound } }

    /// Whether one is being written.
    var isBusy: Bool { state.withLock { $0.submitted > $0.statistics.written + $0.statistics.failed } }

    /// Hands a checkpoint over; waits while the one before is being written, so that memory stays bounded.
    ///
    /// - Parameters:
    ///   - capture: What to write.
    ///   - stall: The time the rounds have stood still for it so far.
    /// - Throws: `MasterFailure` when an earlier one showed that the table cannot be trusted.
    func submit(_ capture: RunCapture, stall: Duration) throws(MasterFailure) {
        let begin = ContinuousClock.now
        try waitUntilIdle()
        let total = stall + (ContinuousClock.now - begin)
        state.withLock { state in
            state.submitted += 1
            state.statistics.add(stall: total)
        }
        metrics?.recordStall(total)
        queue.async { [self] in write(capture) }
    }

    /// Waits for what is being written.
    func waitUntilIdle() throws(MasterFailure) {
        queue.sync {}
        if let fatal = state.withLock({ $0.fatal }) { throw fatal }
    }

    /// A ledger that does not add up is an error of the run; a disk that is full is not.
    private func write(_ capture: RunCapture) {
        let begin = ContinuousClock.now
        do {
            try capture.ledger.check()
            try save(capture)
            let duration = ContinuousClock.now - begin
            state.withLock { state in
                state.statistics.written += 1
                state.lastWrittenRound = capture.point.round
                state.statistics.lastWriting = duration
            }
            metrics?.recordCheckpoint(duration: duration, timestamp: Date().timeIntervalSince1970)
            logger.info("checkpoint written", metadata: Self.metadata(of: capture))
        } catch {
            state.withLock { state in
                state.statistics.failed += 1
                state.fatal = error as? MasterFailure
            }
            metrics?.recordFailedCheckpoint()
            logger.warning(
                "no checkpoint at round \(capture.point.round), the earlier ones stay valid: \(error)",
                metadata: Self.metadata(of: capture)
            )
        }
    }

    private static func metadata(of capture: RunCapture) -> Logger.Metadata {
        [LogKey.epoch: .stringConvertible(capture.point.epoch), LogKey.round: .stringConvertible(capture.point.round)]
    }
}
