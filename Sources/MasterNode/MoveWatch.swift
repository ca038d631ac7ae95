internal import Logging
internal import Messaging

/// Times the shards that change owners, by looking at the master after each event.
struct MoveWatch {
    private var count: UInt64 = 0
    private var pausedSince: ContinuousClock.Instant?
    private var pause = Duration.zero

    /// Looks at the master, and tells of a move that has ended.
    mutating func observe(
        _ master: Master,
        at now: ContinuousClock.Instant,
        _ logger: Logger,
        _ metrics: MasterMetrics?
    ) {
        if master.isShardPaused != (pausedSince != nil) {
            if let begin = pausedSince { pause = now - begin }
            pausedSince = master.isShardPaused ? now : nil
        }
        guard master.moveCount != count, let move = master.lastMove else { return }
        count = master.moveCount
        metrics?.recordMove(pause: pause)
        logger.notice(
            "shard \(move.shard) has moved from worker \(move.giver) to \(move.taker)",
            metadata: [
                LogKey.epoch: .stringConvertible(master.epoch), LogKey.round: .stringConvertible(master.round),
                LogKey.cells: .stringConvertible(move.cellCount),
                LogKey.pause: "\(Int64(pause / .microseconds(1))) us",
            ]
        )
    }
}
