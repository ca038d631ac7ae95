internal import WireProtocol

/// Cohorts that an actor process has been given and that do not yet learn.
struct CohortPreparation: Sendable {
    let frame: CohortsFrame
    /// What the master has wanted meanwhile.
    var marks = WantedMarks()
    /// What each has saved of itself; empty where the run begins.
    private(set) var states: [[UInt32]?]
    private var assemblies: [StateAssembly]

    init(_ frame: CohortsFrame) {
        self.frame = frame
        let count = frame.round == nil ? 0 : frame.cohorts.count
        states = Array(repeating: nil, count: count)
        assemblies = Array(repeating: StateAssembly(), count: count)
    }

    /// Whether all states are there.
    var isComplete: Bool { states.allSatisfy { $0 != nil } }

    /// What to ask for then.
    var request: CohortActor.Action { .make(cohorts: frame.cohorts, description: frame.description) }

    /// Takes a part of a cohort's state.
    mutating func take(_ part: StateFrame, of cohort: Int) throws(FrameFailure) {
        let index = cohort - frame.cohorts.lowerBound
        guard states.indices.contains(index), states[index] == nil else {
            throw FrameFailure(.malformed, "a state of cohort \(cohort), which is not waited for")
        }
        states[index] = try assemblies[index].take(part)
    }
}

/// What the master wants of the rounds of the first cohort.
struct WantedMarks: Sendable {
    private(set) var isEndWanted = false
    private var cut: (copy: UInt64, isImmediate: Bool)?
    /// The number of the last copy that was asked for; none comes twice.
    private var lastCopy: UInt64 = 0

    mutating func note(_ mark: MarkFrame, copy: UInt64) {
        switch mark {
        case .end: isEndWanted = true
        case .cut where copy > lastCopy, .cutWhenDue where copy > lastCopy: cut = (copy, mark == .cut)
        case .cut, .cutWhenDue: break
        }
    }

    /// The number of the copy, if a round is to be a cut.
    mutating func takeCut(dueWhere isDue: Bool) -> UInt64? {
        guard let cut, cut.isImmediate || isDue else { return nil }
        self.cut = nil
        lastCopy = cut.copy
        return cut.copy
    }

    /// Whether the next round is to be the end.
    mutating func takeEnd() -> Bool {
        defer { isEndWanted = false }
        return isEndWanted
    }
}
