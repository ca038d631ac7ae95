internal import Messaging
internal import WireProtocol

/// Rounds on their way to the shards: those of several cohorts wait for each other and travel in one message a shard.
struct RoundOutbox {
    /// How often cohorts have asked since the last release, also those with nothing to send.
    private(set) var cohortCount = 0
    /// Whether nothing waits.
    private(set) var isEmpty = true
    private var batches: [Batch]

    /// The rounds for one shard.
    private struct Batch {
        var frames = FrameBatch()
        /// That of the first one.
        var sequence: UInt64 = 0
        var updateCount = 0
        var queryCount = 0
    }

    init(shardCount: Int) {
        batches = Array(repeating: Batch(), count: shardCount)
    }

    /// Whether a cohort's requests may join those that wait.
    func hasRoom(for requests: [CohortExchange.Request]) -> Bool {
        requests.allSatisfy { batches[$0.shard].frames.hasRoom(for: $0.words) }
    }

    /// Whether the next cohort's requests will find no room.
    var isFull: Bool { batches.contains { $0.frames.isFull } }

    /// Takes a cohort's requests.
    mutating func append(_ requests: [CohortExchange.Request]) {
        cohortCount += 1
        if !requests.isEmpty { isEmpty = false }
        for request in requests {
            let shard = request.shard
            if batches[shard].frames.isEmpty { batches[shard].sequence = request.sequence }
            batches[shard].frames.append(request.words)
            batches[shard].updateCount += request.updateCount
            batches[shard].queryCount += request.queryCount
        }
    }

    /// Gives what waits as messages, in the order of the shards.
    mutating func release() -> [Master.Action] {
        cohortCount = 0
        isEmpty = true
        return batches.indices.filter { !batches[$0].frames.isEmpty }.map { seal($0) }
    }

    private mutating func seal(_ shard: Int) -> Master.Action {
        let batch = batches[shard]
        batches[shard] = Batch()
        let type = RoundFrame.type(updates: batch.updateCount, queries: batch.queryCount)
        return .publish(Message(type: type, correlation: batch.sequence, body: batch.frames.body), to: .shard(shard))
    }
}
