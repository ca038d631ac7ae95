public import TabularLearning

/// Two runs side by side, round by round, until they part.
public struct RunComparison: Sendable {
    /// Where two runs part.
    public enum Parting: Sendable, Hashable {
        /// The tables begin with other values.
        case beginning(state: UInt64, action: Int, one: Float, other: Float)
        /// Of the updates of a round this is the first that is another; `nil` where there is none.
        case update(round: UInt64, one: AppliedUpdate?, other: AppliedUpdate?)
        /// One has ended, the other goes on.
        case end(round: UInt64, firstIsOver: Bool)
    }

    private var one: RunReplay
    private var other: RunReplay

    /// Puts two runs side by side at their beginnings.
    ///
    /// - Parameters:
    ///   - one: A run that watches all states.
    ///   - other: Another, with a table of the same form.
    public init(_ one: RunReplay, _ other: RunReplay) {
        precondition(
            one.table.width == other.table.width && one.table.rowCount == other.table.rowCount,
            "tables of one form"
        )
        self.one = one
        self.other = other
    }

    /// The rounds that both have behind them.
    public var round: UInt64 { one.round }

    /// The cohorts of the first.
    public var learners: [CohortLearner] { one.learners }

    /// Whether both have ended.
    public var isOver: Bool { one.isFinished && other.isFinished }

    /// Whether the tables begin alike.
    public var partingAtBeginning: Parting? {
        let pairs = zip(one.table.cells, other.table.cells).enumerated()
        guard let (place, cells) = pairs.first(where: { !$1.0.isIdentical(to: $1.1) }) else { return nil }
        let (state, column) = place.quotientAndRemainder(dividingBy: one.table.width)
        return .beginning(
            state: UInt64(state),
            action: column % one.table.actionCount,
            one: cells.0.value,
            other: cells.1.value
        )
    }

    /// Runs one more round of both.
    ///
    /// - Returns: What parts them; `nil` while nothing does.
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    public mutating func runRound() throws(EnvironmentFailure) -> Parting? {
        guard one.isFinished == other.isFinished else {
            return .end(round: one.round, firstIsOver: one.isFinished)
        }
        try one.runRound()
        try other.runRound()
        let count = max(one.applied.count, other.applied.count)
        for index in 0..<count {
            let left = index < one.applied.count ? one.applied[index] : nil
            let right = index < other.applied.count ? other.applied[index] : nil
            if let left, let right, left.isTheSame(as: right) { continue }
            return .update(round: one.round, one: left, other: right)
        }
        return nil
    }
}
