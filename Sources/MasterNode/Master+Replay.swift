internal import Messaging
internal import Rounds
public import TabularLearning
internal import TurnOrders
internal import WireProtocol

/// Recovery without the environments: the shards are made again from a checkpoint's table and the log, and the cohorts
/// stay where they are.
extension Master {
    /// Puts the shards where a checkpoint was taken, to go on from there with the log.
    ///
    /// - Parameters:
    ///   - table: The checkpoint's table; `nil` for none, and initial values.
    ///   - round: The checkpoint's round.
    /// - Returns: What to do next.
    public mutating func reload(_ table: ActionValueTable?, of round: UInt64?) -> [Action] {
        guard case .gathering = phase else { return [] }
        start = .replay(table, round: round)
        return assignIfComplete()
    }

    /// Drops the part of the log that a checkpoint holds which has been written.
    public mutating func noteWritten(checkpointOf round: UInt64) {
        log?.forget(before: round)
    }

    /// Sends each shard again what it was sent behind the checkpoint, and asks again what is open.
    ///
    /// Updates are sent as they were, in their order. Of the questions only those of each cohort's last request are asked
    /// again: they stand where they stood among the updates, so they get the same answers. Cohorts that have used theirs,
    /// and whose worlds were away, need them no more.
    mutating func replay(behind round: UInt64?) -> [Action] {
        guard let log else { return [] }
        sequences = Array(repeating: 0, count: plan.shardCount)
        var actions: [Action] = []
        for shard in 0..<plan.shardCount {
            for entry in log.entries(of: shard, behind: round) {
                let isUsed = turns.isAway(entry.cohort)
                let isOpen = entry.request == requestCounts[entry.cohort] && !isUsed
                guard let request = again(entry, to: shard, withQueries: isOpen) else { continue }
                if !outbox.hasRoom(for: [request], from: roster.place) { actions += release() }
                outbox.append([request], to: roster.place)
            }
        }
        phase = .training
        return actions + release() + drain()
    }

    private mutating func again(
        _ entry: RoundLog.Entry,
        to shard: Int,
        withQueries: Bool
    ) -> CohortExchange.Request? {
        let sequence = sequences[shard]
        let header = FrameHeader(kind: .round, epoch: epoch, shard: shard, cohort: entry.cohort, sequence: sequence)
        guard let round = try? RoundFrame(entry.words, header: header) else {
            preconditionFailure("the log holds what was sent")
        }
        guard round.changesTable || withQueries && round.queryCount > 0 else { return nil }
        if withQueries, round.queryCount > 0 { exchanges[entry.cohort].reopen(shard, sequence: sequence) }
        sequences[shard] += 1
        issued[shard] += UInt64(round.updateCount)
        return CohortExchange.Request(
            shard: shard,
            sequence: sequence,
            words: round.encoded(header: header, withQueries: withQueries),
            updateCount: round.updateCount,
            queryCount: withQueries ? round.queryCount : 0
        )
    }
}
