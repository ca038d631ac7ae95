/// Whose turn is next.
///
/// A turn has two halves. When it begins, a cohort's answers are used and its world is stepped, which may take its time while
/// others go on; when it ends, what was learned is sent with the next questions. Only the order of the ends has a part in the
/// bits of a run. Nothing here looks at a clock: who is ready is for whoever asks to say.
public struct TurnSchedule: Sendable {
    /// By which rule.
    public let order: TurnOrder
    /// The turns that were taken, where somebody wants to know.
    public private(set) var log: TurnLog?
    /// How stale what was learned from was.
    public private(set) var ages = TurnAges()

    /// The turns whose questions have been sent.
    private var ended: TurnTally
    /// The turns that have begun.
    private var begun: TurnTally
    private var isAway: [Bool]
    private var awayCount = 0
    /// The turns that are taken once more, as far as they have begun and as far as they have ended.
    private var script: (begins: TurnLog.Cursor, ends: TurnLog.Cursor)?
    private let scriptLog: TurnLog?
    private var questions: Questions

    /// When each cohort has asked.
    private struct Questions {
        var count: UInt64 = 0
        var updateCount: UInt64 = 0
        /// The number of each cohort's last question, and the updates sent by then; `nil` where that is not known.
        var last: [(number: UInt64, updates: UInt64)?]
    }

    /// Creates a schedule of a run at its beginning, or between two rounds.
    ///
    /// - Parameters:
    ///   - plan: What is wanted.
    ///   - cohortCount: The cohorts.
    ///   - round: The rounds that all of them have behind them.
    ///   - isBeginning: Whether the first questions have not been asked, and will be in the order of the cohorts.
    public init(_ plan: TurnPlan, cohortCount: Int, round: UInt64, isBeginning: Bool) {
        order = plan.order
        log = plan.record
        scriptLog = plan.script
        ended = TurnTally(cohortCount: cohortCount)
        begun = ended
        isAway = Array(repeating: false, count: cohortCount)
        questions = Questions(last: [])
        go(to: round, isBeginning: isBeginning)
    }

    /// The cohorts.
    public var cohortCount: Int { isAway.count }

    /// The rounds that every cohort has behind it.
    public var round: UInt64 { ended.least }

    /// Whether all have as many rounds behind them and none has begun another: a place for a cut.
    public var isLevel: Bool { awayCount == 0 && ended.isLevel }

    /// The most rounds that any cohort has begun.
    public var farthestRound: UInt64 { begun.greatest }

    /// The turns that have begun since the run did.
    package var begunCount: UInt64 { begun.counts.reduce(0, +) }

    /// Whether a cohort's turn has begun and not ended.
    public func isAway(_ cohort: Int) -> Bool { isAway[cohort] }

    /// Whether no cohort's turn has begun and not ended.
    public var isNobodyAway: Bool { awayCount == 0 }

    /// Puts the schedule where all cohorts have as many rounds behind them.
    ///
    /// - Parameters:
    ///   - round: How many.
    ///   - isBeginning: Whether the first questions are still to be asked.
    public mutating func go(to round: UInt64, isBeginning: Bool) {
        ended = TurnTally(cohortCount: cohortCount, at: round)
        begun = ended
        for cohort in isAway.indices { isAway[cohort] = false }
        awayCount = 0
        questions = Questions(last: Array(repeating: nil, count: cohortCount))
        if isBeginning {
            questions.last = (0..<cohortCount).map { (UInt64($0), 0) }
            questions.count = UInt64(cohortCount)
        }
        if let log {
            guard let prefix = log.prefix(rounds: round) else { preconditionFailure("the log reaches round \(round)") }
            self.log = prefix
        }
        script = scriptLog.map { log in
            var cursor = log.cursor
            while cursor.position < round * UInt64(cohortCount), cursor.next != nil { cursor.advance() }
            return (cursor, cursor)
        }
    }

    // MARK: - Beginning a turn

    /// The cohort whose turn may begin: of those that are ready the one that is farthest behind.
    ///
    /// - Parameters:
    ///   - cut: A round beyond which nobody goes before all are there; `nil` for none. The strict order has no need of one, and
    ///     turns that are taken once more know none.
    ///   - isReady: Whether a cohort's answers are there.
    ///   - isDone: Whether a cohort has nothing to do; it keeps up with the others and goes ahead of none.
    /// - Returns: `nil` while none may.
    public func nextToBegin(cut: UInt64?, isReady: (Int) -> Bool, isDone: (Int) -> Bool) -> Int? {
        if let script { return nextOfScript(script.begins).flatMap { isReady($0) ? $0 : nil } }
        if order.isStrict {
            // None of the next round before all of this one have ended.
            guard begun.least == ended.least, !isAway[begun.slowest], isReady(begun.slowest) else { return nil }
            return begun.slowest
        }
        var best: Int?
        for cohort in isAway.indices where !isAway[cohort] && isReady(cohort) {
            let count = begun.counts[cohort]
            guard mayBegin(cohort), isLevel || cut.map({ count < $0 }) ?? true,
                count < begun.greatest || !isDone(cohort)
            else { continue }
            if best.map({ count < begun.counts[$0] }) ?? true { best = cohort }
        }
        return best
    }

    /// The next of the turns that are taken once more; behind a round of all, only when all of it have ended.
    private func nextOfScript(_ cursor: TurnLog.Cursor) -> Int? {
        guard let next = cursor.next, !isAway[next], !cursor.isLevel || awayCount == 0 else { return nil }
        return next
    }

    private func mayBegin(_ cohort: Int) -> Bool {
        guard let slack = order.slack else { return true }
        return begun.counts[cohort] <= ended.least + slack && isWithin(slack, cohort, of: begun)
    }

    /// Whether a cohort is at most so many rounds ahead of the slowest, counted along the strict order.
    private func isWithin(_ slack: UInt64, _ cohort: Int, of tally: TurnTally) -> Bool {
        let (count, limit) = (tally.counts[cohort], tally.least + slack)
        return count < limit || count == limit && cohort <= tally.slowest
    }

    /// Notes that a cohort's turn has begun.
    public mutating func begin(_ cohort: Int) {
        precondition(!isAway[cohort], "one turn of a cohort at a time")
        isAway[cohort] = true
        awayCount += 1
        begun.note(cohort)
        script?.begins.advance()
    }

    // MARK: - Ending a turn

    /// The cohort whose turn may end.
    ///
    /// - Parameter isBack: Whether a cohort's world has been stepped.
    /// - Returns: `nil` while none may.
    public func nextToEnd(isBack: (Int) -> Bool) -> Int? {
        guard awayCount > 0 else { return nil }
        if let script { return script.ends.next.flatMap { isAway[$0] && isBack($0) ? $0 : nil } }
        if order.isStrict { return isAway[ended.slowest] && isBack(ended.slowest) ? ended.slowest : nil }
        var best: Int?
        for cohort in isAway.indices where isAway[cohort] && isBack(cohort) {
            if let slack = order.slack, !isWithin(slack, cohort, of: ended) { continue }
            if best.map({ ended.counts[cohort] < ended.counts[$0] }) ?? true { best = cohort }
        }
        return best
    }

    /// Notes that a cohort's turn has ended: what it has learned and asks is on its way.
    ///
    /// - Parameters:
    ///   - cohort: Whose.
    ///   - updateCount: The updates that it has sent.
    public mutating func end(_ cohort: Int, updateCount: Int) {
        precondition(isAway[cohort], "a turn begins before it ends")
        isAway[cohort] = false
        awayCount -= 1
        ended.note(cohort)
        script?.ends.advance()
        log?.append(cohort)
        if let (number, updates) = questions.last[cohort] {
            ages.note(turns: questions.count - number - 1, updates: questions.updateCount - updates)
        }
        questions.updateCount += UInt64(updateCount)
        questions.last[cohort] = (questions.count, questions.updateCount)
        questions.count += 1
    }

    // MARK: - Taking turns once more

    /// Whether turns are taken once more, and all of them have been.
    public var isAtEndOfScript: Bool { script.map { $0.ends.next == nil } ?? false }

    /// Whether turns are taken once more, and some are left.
    public var hasMoreOfScript: Bool { script.map { $0.ends.next != nil } ?? false }

    /// Whether turns are taken once more.
    public var followsScript: Bool { scriptLog != nil }

    /// The cohort for which the turns wait where there is one order only; `nil` where any that is ready goes on.
    public var awaited: Int? {
        if let script { return script.ends.next }
        return order.isStrict ? ended.slowest : nil
    }
}

/// Which order of turns is wanted, and what is to be written down of it.
public struct TurnPlan: Sendable, Hashable {
    /// The rule.
    public var order: TurnOrder
    /// The turns of an earlier run that are taken once more, instead of by the rule.
    public var script: TurnLog?
    /// The turns that were taken before, if those to come are to be added to them.
    public var record: TurnLog?

    /// Wants the bits of the serial reference.
    public static let strict = Self(.strict)

    /// Wants an order.
    public init(_ order: TurnOrder, script: TurnLog? = nil, record: TurnLog? = nil) {
        (self.order, self.script, self.record) = (order, script, record)
    }
}
