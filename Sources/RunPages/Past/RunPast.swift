/// A run that can be done once more: any table that it has had, and the updates that made a value.
public struct RunPast: Sendable {
    /// Hears how much is done, 0...1; what it throws ends the work.
    public typealias Pace = (Double) throws -> Void

    /// What a run has been, as far as one has to know before a moment is named.
    public struct Span: Sendable, Hashable, Encodable {
        /// The lane-steps at its end.
        public let steps: UInt64
        /// Seconds that the run itself took, in all its processes; absent where nobody knows.
        public let seconds: Double?

        /// Describes a run.
        public init(steps: UInt64, seconds: Double?) { (self.steps, self.seconds) = (steps, seconds) }
    }

    /// How long it is.
    public let span: Span
    private let past: @Sendable (UInt64, Pace) throws -> ShownPolicy
    private let why: @Sendable (UInt64, Int, UInt64, Pace) throws -> UpdateStory

    /// Describes a run that can be done once more.
    ///
    /// - Parameters:
    ///   - span: How long it is.
    ///   - past: Makes the policy of a step.
    ///   - why: Tells the updates that made the value of a state and an action up to a step.
    public init(
        span: Span,
        past: @escaping @Sendable (_ step: UInt64, Pace) throws -> ShownPolicy,
        why: @escaping @Sendable (_ state: UInt64, _ action: Int, _ step: UInt64, Pace) throws -> UpdateStory
    ) {
        (self.span, self.past, self.why) = (span, past, why)
    }

    /// Makes the policy of a step.
    func policy(at step: UInt64, _ pace: Pace) throws -> ShownPolicy { try past(step, pace) }

    /// Tells the updates that made a value up to a step.
    func story(of state: UInt64, _ action: Int, upTo step: UInt64, _ pace: Pace) throws -> UpdateStory {
        try why(state, action, step, pace)
    }
}

/// Something that is there, or the reason why it is not.
public enum Offer<Value: Sendable>: Sendable {
    /// Here it is.
    case ready(Value)
    /// There is none, for a reason in a sentence.
    case missing(String)
}
