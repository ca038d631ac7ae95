/// What an update came of: a transition, and what its target bootstraps on.
public struct UpdateOrigin: Sendable, Hashable {
    /// The steps that each lane had taken with it.
    public var stepOfLane: UInt64
    /// The lane, counted through all cohorts.
    public var lane: Int
    /// R, of several time steps their discounted sum.
    public var reward: Float
    /// The time steps it took.
    public var duration: UInt8
    /// S′, of a return over several transitions the state behind the last; `nil` where no value follows.
    public var nextState: UInt64?
    /// What it bootstraps on, before the discount; 0 where no value follows.
    public var bootstrap: Float
    /// The transitions of its return, the first of which is this one.
    public var transitionCount = 1
    /// Whether it was made before, and is learned from again: step and lane are then those that it is learned with.
    public var isReplayed = false

    /// Names a transition.
    public init(
        stepOfLane: UInt64,
        lane: Int,
        reward: Float,
        duration: UInt8,
        nextState: UInt64?,
        bootstrap: Float
    ) {
        self.stepOfLane = stepOfLane
        self.lane = lane
        self.reward = reward
        self.duration = duration
        self.nextState = nextState
        self.bootstrap = bootstrap
    }
}

/// An eye on what a learner's updates come of, and a hand that leaves some of them out.
struct UpdateWatch: Sendable {
    /// A transition whose update has not been formed; one of before is not known.
    private struct Waiting: Sendable {
        var origin: UpdateOrigin?
        var isOmitted = false
    }

    private let omits: CohortLearner.Omission?
    /// Of the updates that were formed last, in their order.
    private(set) var origins: [UpdateOrigin?] = []
    /// The updates that were left out.
    private(set) var omittedCount: UInt64 = 0
    /// The transitions of the step that is learned from.
    private var transitions: [Waiting] = []
    /// By lane, the oldest first: the order in which their returns come to be known.
    private var waiting: [[Waiting]]

    init(_ omits: CohortLearner.Omission?, _ memory: LaneMemory?) {
        self.omits = omits
        waiting = memory?.waiting.map { $0.map { _ in Waiting() } } ?? []
    }

    /// Forgets the updates of the round before.
    mutating func beginRound() { origins.removeAll(keepingCapacity: true) }

    /// Takes up the transitions whose targets are about to be formed, each with its state and action.
    ///
    /// - Returns: Which of them are left out; empty where none can be.
    mutating func look(at found: [(origin: UpdateOrigin, state: UInt64, action: Int)]) -> [Bool] {
        transitions = found.map {
            Waiting(origin: $0.origin, isOmitted: omits?($0.origin, $0.state, $0.action) == true)
        }
        return omits == nil ? [] : transitions.map(\.isOmitted)
    }

    /// Takes up the updates that were formed, and removes those that are left out.
    ///
    /// - Parameters:
    ///   - updates: All of them.
    ///   - returns: Of a rule with returns, what each update's return came to; `nil` elsewhere.
    ///   - lanes: Of each transition, its lane within the cohort.
    mutating func settle(_ updates: inout Updates, _ returns: [LaneMemory.KnownReturn]?, lanes: [Int]) {
        var formed = transitions
        if let returns {
            for (lane, transition) in zip(lanes, transitions) { waiting[lane].append(transition) }
            formed = returns.map { known in
                var first = waiting[known.lane].removeFirst()
                first.origin?.transitionCount = known.count
                first.origin?.nextState = known.nextState
                first.origin?.bootstrap = known.bootstrap
                return first
            }
        }
        let omittedNow = formed.count(where: \.isOmitted)
        if omittedNow > 0 {
            omittedCount += UInt64(omittedNow)
            updates = updates.filtered { !formed[$0].isOmitted }
            formed.removeAll(where: \.isOmitted)
        }
        origins = formed.map(\.origin)
    }
}

extension Updates {
    /// Those whose places are wanted, in their order.
    fileprivate func filtered(_ isWanted: (Int) -> Bool) -> Updates {
        var kept = Updates()
        for index in 0..<count where isWanted(index) { kept.append(states[index], columns[index], targets[index]) }
        return kept
    }
}
