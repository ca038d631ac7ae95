public import PolicyServing
internal import TabularLearning

/// A decision of a log, with what came of it and what a policy says of it.
public struct LoggedStep: Sendable, Hashable {
    /// How much likelier the policy takes this action than whoever was logged: π(a|s) / b(a|s).
    public var ratio: Double
    /// The sum of what was noted before the next decision.
    public var reward: Double
    /// The model's value of the action: q̂(s, a).
    public var actionValue: Double
    /// The model's value of what the policy would do: q̂(s, π(s)).
    public var value: Double

    /// Describes a step.
    public init(ratio: Double, reward: Double, actionValue: Double = 0, value: Double = 0) {
        self.ratio = ratio
        self.reward = reward
        self.actionValue = actionValue
        self.value = value
    }
}

/// What one decision has led to, for whoever learns from it.
public struct LoggedTransition: Sendable, Hashable {
    /// Where it was decided.
    public let state: UInt64
    /// What was done.
    public let action: Int
    /// What came of it.
    public let reward: Float
    /// What came next; `nil` at the end of an episode.
    public let next: Next?

    /// A state with the actions allowed there, bit a for action a.
    public struct Next: Sendable, Hashable {
        /// The state.
        public let state: UInt64
        /// The actions.
        public let allowed: UInt64

        /// Describes what came.
        public init(state: UInt64, allowed: UInt64) {
            self.state = state
            self.allowed = allowed
        }
    }

    /// Describes a transition.
    public init(state: UInt64, action: Int, reward: Float, next: Next?) {
        self.state = state
        self.action = action
        self.reward = reward
        self.next = next
    }
}

/// The episodes of a feedback log, seen with a policy's eyes: line by line, in the order in which they were written.
///
/// An episode is what has one name in one place, from its first decision to the reward that ends it.
public struct LoggedEpisodes: Sendable {
    /// Episodes that ended, in the order of their ends.
    public private(set) var episodes: [[LoggedStep]] = []
    /// What was found to follow from what, in the order in which it was known.
    public private(set) var transitions: [LoggedTransition] = []
    /// Decisions in the log.
    public private(set) var decisionCount = 0
    /// Rewards in the log.
    public private(set) var rewardCount = 0
    /// Decisions with a propensity of 0, which nobody can have made.
    public private(set) var impossibleCount = 0
    /// Decisions in which the log leaves no choice, and the policy would have chosen something else.
    public private(set) var uncoveredCount = 0
    /// Decisions without a state, from which nothing can be learned.
    public private(set) var statelessCount = 0
    /// What was left out, each with file and line.
    public private(set) var notes: [String] = []

    private let policy: ServedPolicy
    private let leastVisits: UInt32
    private var open: [FeedbackLine.Stream: Open] = [:]

    /// An episode that has not ended.
    private struct Open: Sendable {
        var steps: [LoggedStep] = []
        /// The last decision's state and action; no state where what was seen made none.
        var last: (state: UInt64?, action: Int)
    }

    /// More notes than anybody reads.
    private static let mostNotes = 20

    /// Begins with nothing.
    ///
    /// - Parameters:
    ///   - policy: Says what it would have done.
    ///   - leastVisits: How often the best action has to have been tried, as where it is served.
    public init(seenBy policy: ServedPolicy, leastVisits: UInt32 = 1) {
        self.policy = policy
        self.leastVisits = leastVisits
    }

    /// Episodes without an end.
    public var unfinishedCount: Int { open.count }

    /// Reads a file behind those that were read.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - name: For messages.
    /// - Throws: `LogFailure` for the first line that no server has written, or that another problem's has.
    public mutating func read(_ bytes: [UInt8], named name: String) throws(LogFailure) {
        let lineFeed = UInt8(ascii: "\n")
        var rest = bytes[...]
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex(of: lineFeed)
            let line = rest[rest.startIndex..<(end ?? rest.endIndex)]
            rest = end.map { rest[($0 + 1)...] } ?? []
            let place = LinePlace(file: name, number: number)
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            let read: (line: FeedbackLine, strangers: [String])
            do {
                read = try FeedbackLine.read(line, at: place)
            } catch {
                guard end == nil else { throw error }
                // What a crash or a full disk has cut off.
                note("\(place): the last line is cut off, and left out")
                continue
            }
            if !read.strangers.isEmpty {
                note(
                    "\(place): \(read.strangers.map { "\"\($0.prefix(60))\"" }.joined(separator: ", ")) is no field; it is ignored"
                )
            }
            switch read.line {
            case .decision(let decision): try take(decision, at: place)
            case .reward(let reward): take(reward, at: place)
            }
        }
    }

    private mutating func note(_ text: String) {
        if notes.count < Self.mostNotes {
            notes.append(text)
        } else if notes.count == Self.mostNotes {
            notes.append("…")
        }
    }

    private mutating func take(_ logged: FeedbackLine.LoggedDecision, at place: LinePlace) throws(LogFailure) {
        if let coder = logged.coder, coder != policy.coderDigest {
            throw LogFailure(
                place,
                "written with the coder \(coder.prefix(60)), and this policy's is \(policy.coderDigest): its observations, states "
                    + "or actions are others, so nothing can be told from it"
            )
        }
        guard logged.action < policy.space.actionCount else {
            throw LogFailure(place, "action \(logged.action) is not within 0...\(policy.space.actionCount - 1)")
        }
        let own: Decision
        do {
            own = try policy.decide(logged: logged.observation, leastVisits: leastVisits)
        } catch {
            throw LogFailure(place, "this policy could not have decided there: \(error)")
        }
        guard own.state == logged.state || logged.isStale else {
            let (here, there) = (own.state.map { "\($0)" } ?? "none", logged.state.map { "\($0)" } ?? "none")
            throw LogFailure(
                place,
                "the observation makes state \(here) here, and the log has \(there): another problem's log"
            )
        }
        decisionCount += 1
        // What was seen too long ago was not believed: nothing is learned from it.
        let state = logged.isStale ? nil : logged.state
        if state == nil { statelessCount += 1 }
        // Taken out, so that the steps so far are not copied for one more.
        var episode = open.removeValue(forKey: logged.stream) ?? Open(last: (nil, 0))
        if !episode.steps.isEmpty {
            follow(episode, to: state.map { .init(state: $0, allowed: own.allowed) }, isEnd: false)
        }
        episode.steps.append(step(logged, own))
        episode.last = (state, logged.action)
        open[logged.stream] = episode
    }

    private mutating func step(_ logged: FeedbackLine.LoggedDecision, _ own: Decision) -> LoggedStep {
        let isSame = own.action == logged.action
        var ratio = isSame ? 1.0 : 0
        if logged.isStale {
            // Whoever is served by anything else falls back in the same way.
            ratio = 1
        } else if logged.propensity == 0 {
            impossibleCount += 1
            ratio = 0
        } else {
            if !isSame, logged.propensity == 1, own.allowed.nonzeroBitCount > 1 { uncoveredCount += 1 }
            ratio /= logged.propensity
        }
        func value(_ action: Int) -> Double {
            own.values.indices.contains(action) && own.visits[action] > 0 ? Double(own.values[action]) : 0
        }
        return LoggedStep(
            ratio: ratio,
            reward: 0,
            actionValue: value(logged.action),
            value: value(logged.isStale ? logged.action : own.action)
        )
    }

    private mutating func take(_ logged: FeedbackLine.LoggedReward, at place: LinePlace) {
        rewardCount += 1
        guard var episode = open.removeValue(forKey: logged.stream) else {
            return note("\(place): a reward for an episode without a decision; it is left out")
        }
        episode.steps[episode.steps.count - 1].reward += logged.reward
        guard logged.isEnd else {
            open[logged.stream] = episode
            return
        }
        follow(episode, to: nil, isEnd: true)
        episodes.append(episode.steps)
    }

    private mutating func follow(_ episode: Open, to next: LoggedTransition.Next?, isEnd: Bool) {
        guard let state = episode.last.state, isEnd || next != nil, let step = episode.steps.last else { return }
        transitions.append(
            LoggedTransition(state: state, action: episode.last.action, reward: Float(step.reward), next: next)
        )
    }
}

extension FeedbackLine.LoggedDecision {
    /// Whether what was seen was too old to be decided by.
    fileprivate var isStale: Bool { reason == FallbackReason.stale.rawValue }
}
