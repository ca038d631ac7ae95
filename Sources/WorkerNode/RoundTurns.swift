internal import WireProtocol

/// The turns of a shard's rounds where several actor processes send them.
///
/// Of C cohorts the k-th round of cohort c has the number k × C + c, and is served behind all lower ones. Every round is
/// answered, and a cohort sends its next one behind that answer; so no more than one a cohort is ever held back.
struct RoundTurns {
    /// What is to be done with a round that has come.
    enum Arrival {
        /// It is served now.
        case due
        /// It is held until its turn comes.
        case early
        /// It has come before.
        case stale
        /// One before it, of the same cohort, has not come and never will.
        case behindLost
    }

    /// A round and the correlation of the message it came in.
    struct Turn {
        let round: RoundFrame
        let correlation: UInt64
    }

    /// What the first cohort has said in the round that is under way.
    private(set) var marks: RoundFrame.Sections = []

    private let cohortCount: Int
    /// By cohort: the number of its round that comes next.
    private var expected: [UInt64]
    /// By cohort: what has come before its turn.
    private var early: [Turn?]
    /// The number of the copy that is due behind the last cohort's turn.
    private var copyNumber: UInt64?

    init(cohortCount: Int) {
        self.cohortCount = cohortCount
        expected = (0..<cohortCount).map { UInt64($0) }
        early = Array(repeating: nil, count: cohortCount)
    }

    /// Takes up that a round has come.
    ///
    /// - Parameters:
    ///   - turn: The round.
    ///   - next: The number of the shard's next round.
    /// - Returns: What is to be done with it.
    /// - Throws: `FrameFailure` when no actor process that keeps to the protocol sends it.
    mutating func note(_ turn: Turn, next: UInt64) throws(FrameFailure) -> Arrival {
        let (cohort, number) = (Int(turn.round.header.cohort), turn.round.header.sequence)
        guard cohort < cohortCount, number % UInt64(cohortCount) == UInt64(cohort) else {
            throw FrameFailure(.malformed, "round \(number) is none of cohort \(cohort) of \(cohortCount)")
        }
        if number < expected[cohort] { return .stale }
        if number > expected[cohort] { return .behindLost }
        guard early[cohort] == nil else {
            throw FrameFailure(.malformed, "cohort \(cohort) has not waited for the answer to its last round")
        }
        expected[cohort] = number &+ UInt64(cohortCount)
        if number == next { return .due }
        early[cohort] = turn
        return .early
    }

    /// Takes out the round whose turn it is, if it has come.
    mutating func takeDue(next: UInt64) -> Turn? {
        let cohort = Int(next % UInt64(cohortCount))
        guard early[cohort]?.round.header.sequence == next else { return nil }
        defer { early[cohort] = nil }
        return early[cohort]
    }

    /// Notes what the first cohort says to all.
    mutating func begin(_ round: RoundFrame) {
        guard round.header.cohort == 0 else { return }
        (marks, copyNumber) = (round.marks, round.cutNumber)
    }

    /// The number of the copy to keep now, where this was the last turn of a round that is a cut.
    mutating func numberOfCopy(behind round: RoundFrame) -> UInt64? {
        guard Int(round.header.cohort) == cohortCount - 1 else { return nil }
        defer { copyNumber = nil }
        return copyNumber
    }
}
