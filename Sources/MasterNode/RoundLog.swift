/// Every round since the last checkpoint, by shard and in the order of its sending: what makes a lost shard
/// again without asking the environment.
struct RoundLog: Sendable {
    /// One frame for a shard.
    struct Entry: Sendable {
        let cohort: Int
        /// Which request of its cohort it belongs to.
        let request: UInt64
        let words: [UInt32]
    }

    /// Where a checkpoint's cut lies.
    private struct Mark: Sendable {
        let round: UInt64
        let counts: [Int]
    }

    private var entries: [[Entry]]
    private var marks: [Mark] = []

    init(shardCount: Int) {
        entries = Array(repeating: [], count: shardCount)
    }

    mutating func append(_ entry: Entry, shard: Int) {
        entries[shard].append(entry)
    }

    /// Notes that the checkpoint of a round holds everything so far.
    mutating func mark(round: UInt64) {
        marks.append(Mark(round: round, counts: entries.map(\.count)))
    }

    /// Drops what a checkpoint that has been written holds.
    mutating func forget(before round: UInt64) {
        guard let mark = marks.last(where: { $0.round <= round }) else { return }
        for shard in entries.indices { entries[shard].removeFirst(mark.counts[shard]) }
        marks = marks.filter { $0.round > mark.round }.map { later in
            Mark(round: later.round, counts: zip(later.counts, mark.counts).map { $0 - $1 })
        }
    }

    /// What a shard was sent behind a checkpoint; everything that is kept for `nil`.
    func entries(of shard: Int, behind round: UInt64?) -> ArraySlice<Entry> {
        let mark = round.flatMap { round in marks.last { $0.round == round } }
        return entries[shard][(mark?.counts[shard] ?? 0)...]
    }
}
