/// What a learner has counted since its start.
public struct LearnerStatistics: Sendable, Hashable {
    /// Actions chosen.
    public var decisions: UInt64 = 0
    /// Transitions whose updates were handed to the table, one each, also those that are replayed; those that are held back are not among them.
    public var transitions: UInt64 = 0
    /// The sum of their rewards.
    public var rewardSum: Double = 0
    /// Episodes that ended.
    public var episodes: UInt64 = 0
    /// The sum of their undiscounted returns.
    public var episodeReturnSum: Double = 0

    /// The transitions whose rewards were added up: what is replayed is learned from more often than it was rewarded.
    public var rewardedTransitions: UInt64 { min(transitions, decisions) }

    /// Creates counts of zero.
    public init() {}

    /// Adds the counts of another cohort; call it in the order of the cohorts, floating-point sums depend on it.
    public static func += (total: inout Self, other: Self) {
        total.decisions += other.decisions
        total.transitions += other.transitions
        total.rewardSum += other.rewardSum
        total.episodes += other.episodes
        total.episodeReturnSum += other.episodeReturnSum
    }

    /// Writes the counts.
    func save(to writer: inout WordWriter) {
        writer.write(decisions)
        writer.write(transitions)
        writer.write(rewardSum)
        writer.write(episodes)
        writer.write(episodeReturnSum)
    }

    /// More than a cohort can count, and little enough that no sum over cohorts overflows.
    static let plausible: UInt64 = 1 << 52

    /// Whether every count is at least what another has.
    func isBehind(_ earlier: Self) -> Bool {
        decisions >= earlier.decisions && transitions >= earlier.transitions && episodes >= earlier.episodes
    }

    /// Reads what `save` wrote.
    init(from reader: inout WordReader) throws(WordReader.Failure) {
        decisions = try reader.long()
        transitions = try reader.long()
        rewardSum = try reader.double()
        episodes = try reader.long()
        episodeReturnSum = try reader.double()
        guard rewardSum.isFinite, episodeReturnSum.isFinite else {
            throw WordReader.Failure("a sum of rewards before word \(reader.position) is not a finite number")
        }
    }
}
