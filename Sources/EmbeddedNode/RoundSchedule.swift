/// What threads that share the rounds of one table have to do next: a state machine without threads.
///
/// Cohorts are advanced in any order and at the same time, but have their turn with the table strictly one after
/// another: one thread applies a cohort's updates, then any number of threads answer parts of its queries. So the table
/// sees what it sees in the serial reference, whatever the number of threads.
package struct RoundSchedule {
    /// Something for one thread to do, after which it calls the `note` of that name.
    package enum Task: Equatable {
        /// Form targets, choose actions and step the environment.
        case advance(cohort: Int)
        /// Apply the updates. Nobody else has the table.
        case apply(cohort: Int)
        /// Answer a part of the queries. Others may answer other parts.
        case answer(cohort: Int, part: Int, of: Int)
    }

    private enum Cohort {
        /// It can be advanced.
        case answered
        case advancing
        /// It waits for its turn with the table, or has it.
        case advanced
    }

    private enum Table {
        case free
        case applying
        /// Parts from `next` on are nobody's yet; `open` of those before are being answered.
        case answering(next: Int, of: Int, open: Int)
    }

    /// The rounds that every cohort has behind it.
    package private(set) var round: UInt64
    private var cohorts: [Cohort]
    /// Who advanced each cohort last, and has its environment in its processor's caches.
    private var advancers: [Int?]
    /// How often each cohort may still be advanced.
    private var credits: [Int]
    /// The cohort that has its turn with the table, or gets it next.
    private var turn = 0
    private var table = Table.free
    /// Which cohorts need no further round.
    private var finished: [Bool]

    /// Creates a schedule with nothing to do.
    package init(cohortCount: Int, round: UInt64) {
        self.round = round
        cohorts = Array(repeating: .answered, count: cohortCount)
        advancers = Array(repeating: nil, count: cohortCount)
        credits = Array(repeating: 0, count: cohortCount)
        finished = Array(repeating: false, count: cohortCount)
    }

    /// Whether every cohort is finished.
    package var isFinished: Bool { finished.allSatisfy(\.self) }

    /// Whether nothing is under way and nothing is left to do: every cohort has had the rounds it was allowed.
    package var isIdle: Bool { isBetweenRounds && (isFinished || credits.allSatisfy { $0 == 0 }) }

    private var isBetweenRounds: Bool {
        guard case .free = table else { return false }
        return turn == 0 && cohorts.allSatisfy { $0 == .answered }
    }

    /// Lets every cohort have so many rounds, fewer if all of them finish.
    package mutating func allow(rounds: Int) {
        for index in credits.indices { credits[index] = rounds }
    }

    /// Takes a member's next task, the one that most others wait for; `nil` while there is none.
    package mutating func next(for member: Int) -> Task? {
        switch table {
        case .answering(let part, let count, let open) where part < count:
            table = .answering(next: part + 1, of: count, open: open + 1)
            return .answer(cohort: turn, part: part, of: count)
        case .free:
            guard cohorts[turn] == .advanced else { break }
            table = .applying
            return .apply(cohort: turn)
        case .applying, .answering: break
        }
        return nextAdvance(for: member)
    }

    /// Of the member's own cohorts, or else of all, the one whose turn comes first goes first.
    ///
    /// One that is finished has a turn in each round that others need, as in the serial reference, and is not advanced
    /// before it.
    private mutating func nextAdvance(for member: Int) -> Task? {
        var others: Int?
        for offset in cohorts.indices {
            let cohort = (turn + offset) % cohorts.count
            guard canAdvance(cohort) else { continue }
            if (advancers[cohort] ?? member) == member { return advance(cohort, by: member) }
            others = others ?? cohort
        }
        return others.map { advance($0, by: member) }
    }

    private func canAdvance(_ cohort: Int) -> Bool {
        guard cohorts[cohort] == .answered, credits[cohort] > 0 else { return false }
        return !finished[cohort] || cohort == turn && !(isBetweenRounds && isFinished)
    }

    private mutating func advance(_ cohort: Int, by member: Int) -> Task {
        credits[cohort] -= 1
        cohorts[cohort] = .advancing
        advancers[cohort] = member
        return .advance(cohort: cohort)
    }

    package mutating func note(advanced cohort: Int, isFinished: Bool) {
        cohorts[cohort] = .advanced
        finished[cohort] = isFinished
    }

    /// - Parameters:
    ///   - cohort: The one whose turn it is.
    ///   - parts: How many parts its queries have, 0 without queries.
    package mutating func note(applied cohort: Int, parts: Int) {
        table = .answering(next: 0, of: parts, open: 0)
        if parts == 0 { endTurn() }
    }

    package mutating func noteAnswered() {
        guard case .answering(let next, let count, let open) = table else { return }
        table = .answering(next: next, of: count, open: open - 1)
        if next == count, open == 1 { endTurn() }
    }

    private mutating func endTurn() {
        table = .free
        cohorts[turn] = .answered
        turn = (turn + 1) % cohorts.count
        if turn == 0 { round += 1 }
    }
}
