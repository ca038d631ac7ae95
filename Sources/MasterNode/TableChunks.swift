/// How much of a shard's cells travels in one message.
///
/// The next part is asked for when the one before is there, so that each costs a round trip. On a busy machine that is 0.2 s through
/// a broker: 80 parts of 1 MiB took 15 s to arrive that cost 1.5 s of processor time.
enum TableChunks {
    /// While rounds are under way, which wait behind a part.
    case betweenRounds
    /// While nothing else is.
    case alone

    /// What rounds wait behind, 1 MiB.
    private static let least = 1 << 17
    /// Half of what a message may have.
    private static let most = 1 << 20
    /// What is on its way of all shards together, 64 MiB: a broker holds it in memory.
    ///
    /// Of more than 64 shards it is more, 1 MiB each, as it is between rounds.
    private static let together = 1 << 23

    /// The most cells of a part.
    func cellCount(shards: Int) -> Int {
        switch self {
        case .betweenRounds: Self.least
        case .alone: min(Self.most, max(Self.least, Self.together / max(1, shards)))
        }
    }
}
