/// How stale what cohorts learned from was: what others did between a cohort's questions and the use of their answers.
///
/// Counted for every turn of this process, also for those that were done again after a return to a checkpoint. The first
/// turns after such a return, and after a resume, are not among them: when their questions were asked is not known.
public struct TurnAges: Sendable, Hashable {
    /// Turns by the number of other cohorts' turns that ended between; as long as it has to be, at most `limit`.
    public private(set) var counts: [UInt64] = []
    /// Turns with `limit` or more.
    public private(set) var countBeyond: UInt64 = 0
    /// The most.
    public private(set) var most: UInt64 = 0
    /// The most updates that others sent between.
    public private(set) var mostUpdates: UInt64 = 0
    private var sum: UInt64 = 0
    private var updateSum: UInt64 = 0

    /// Ages from here on are not told apart.
    public static let limit = 1024

    /// Creates ages of no turn.
    public init() {}

    /// The turns that were counted.
    public var turnCount: UInt64 { counts.reduce(countBeyond, +) }

    /// The mean number of turns; 0 of none.
    public var mean: Double { turnCount == 0 ? 0 : Double(sum) / Double(turnCount) }

    /// The mean number of updates; 0 of none.
    public var meanUpdates: Double { turnCount == 0 ? 0 : Double(updateSum) / Double(turnCount) }

    /// Counts a turn.
    ///
    /// - Parameters:
    ///   - turns: The turns of others between question and use.
    ///   - updates: The updates of others between.
    public mutating func note(turns: UInt64, updates: UInt64) {
        most = max(most, turns)
        mostUpdates = max(mostUpdates, updates)
        sum &+= turns
        updateSum &+= updates
        guard turns < UInt64(Self.limit) else { return countBeyond += 1 }
        while counts.count <= Int(turns) { counts.append(0) }
        counts[Int(turns)] += 1
    }
}
