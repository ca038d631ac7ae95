/// What makes a state of what is seen: a scenario's own.
public protocol ObservationCoder: Sendable {
    /// What may be said, beside the state's number and the time.
    var fields: [ObservationField] { get }

    /// The field that says where a decision is made, of a problem with several places.
    var place: ObservationField? { get }

    /// Whether actions that were never tried have values that say something, such as those of a table that begins with estimates.
    var knowsUntriedActions: Bool { get }

    /// Whether an action is called differently in each place, as the next hop of a router is.
    var namesActionsByPlace: Bool { get }

    /// What the decision rests on.
    ///
    /// - Parameter observation: Has no names but those of the fields, and not the state's number.
    /// - Returns: The state, or what keeps there from being one.
    /// - Throws: `RequestFault` where nothing can be decided.
    func situation(of observation: Observation) throws(RequestFault) -> Situation

    /// What the decision rests on where it was seen too long ago to be believed.
    ///
    /// - Parameters:
    ///   - observation: As above.
    ///   - seconds: How long ago; what was timed then has gone on since.
    /// - Returns: What is known all the same.
    /// - Throws: `RequestFault` where nothing can be decided.
    func situation(of observation: Observation, seenBefore seconds: Int) throws(RequestFault) -> Situation

    /// What the decision in a state rests on, of which nothing but its number is known.
    ///
    /// - Parameter state: Below the number of states.
    /// - Returns: That state, with what is known of it.
    func situation(in state: UInt64) -> Situation
}

extension ObservationCoder {
    /// Nothing is timed.
    public func situation(of observation: Observation, seenBefore seconds: Int) throws(RequestFault) -> Situation {
        try situation(of: observation)
    }

    /// There is one place.
    public var place: ObservationField? { nil }

    /// They say nothing.
    public var knowsUntriedActions: Bool { false }

    /// Everywhere the same.
    public var namesActionsByPlace: Bool { false }
}

/// What a decision rests on.
public struct Situation: Sendable {
    /// The state; `nil` where what was seen makes none.
    public var state: UInt64?
    /// The actions that may be taken, bit a for action a; at least one.
    public var allowed: UInt64
    /// What is added to the actions' values, by action; empty for nothing.
    public var adjustments: [Float]
    /// What the actions are called there; empty for what they are called everywhere.
    public var actionNames: [String] = []
    /// What is wrong with what was seen.
    public var trouble: Trouble?
    /// What the fallback rule does, given whether what was seen can be believed; `nil` where there is no rule.
    public var fallback: @Sendable (Bool) -> RuleChoice?

    /// Describes a situation.
    public init(
        state: UInt64?,
        allowed: UInt64,
        adjustments: [Float] = [],
        trouble: Trouble? = nil,
        fallback: @escaping @Sendable (Bool) -> RuleChoice? = { _ in nil }
    ) {
        self.state = state
        self.allowed = allowed
        self.adjustments = adjustments
        self.trouble = trouble
        self.fallback = fallback
    }
}

/// What a rule does that has learned nothing.
public struct RuleChoice: Sendable, Hashable {
    /// The rule's name.
    public let rule: String
    /// What it would do; one that is not allowed is replaced by the next that is.
    public let action: Int

    /// Describes a choice.
    public init(_ rule: String, _ action: Int) {
        self.rule = rule
        self.action = action
    }
}

/// Why what was seen cannot be believed.
public struct Trouble: Sendable, Hashable, CustomStringConvertible {
    /// The kind of it.
    public let reason: FallbackReason
    /// The value and what would be right.
    public let description: String

    /// Something that nothing can be: a negative number of vehicles, no reading at all.
    public static func impossible(_ description: String) -> Self {
        Self(reason: .impossibleInput, description: description)
    }

    /// Something beyond what there is.
    public static func outOfRange(_ description: String) -> Self { Self(reason: .outOfRange, description: description) }

    /// Something that was seen too long ago.
    static func stale(_ description: String) -> Self { Self(reason: .stale, description: description) }
}

/// Why a decision is not the table's.
public enum FallbackReason: String, Sendable, Hashable, CaseIterable {
    /// None of the allowed actions was ever tried in this state.
    case unvisited
    /// The best of them was tried less often than is asked for.
    case tooFewVisits = "too-few-visits"
    /// What was seen cannot be.
    case impossibleInput = "impossible-input"
    /// What was seen is beyond what there is.
    case outOfRange = "out-of-range"
    /// What was seen is too old.
    case stale
}
