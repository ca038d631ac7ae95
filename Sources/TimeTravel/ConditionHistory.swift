/// When something came true in a run, and whether it stayed so.
public struct ConditionHistory: Sendable, Hashable {
    /// A moment between two rounds.
    public struct Moment: Sendable, Hashable {
        /// The rounds that are over.
        public var round: UInt64
        /// The lane-steps of which the table holds what was learned.
        public var laneSteps: UInt64

        /// Names a moment.
        public init(round: UInt64, laneSteps: UInt64) {
            self.round = round
            self.laneSteps = laneSteps
        }
    }

    /// When it was true for the first time.
    public private(set) var first: Moment?
    /// Since when it has been true without a break; `nil` while it is not.
    public private(set) var since: Moment?
    /// When it ceased to be true for the last time.
    public private(set) var lastEnd: Moment?
    /// How often it came true.
    public private(set) var beginnings = 0

    /// Begins without anything seen.
    public init() {}

    /// Notes whether it is true at a moment, later than all before.
    public mutating func note(_ holds: Bool, at moment: @autoclosure () -> Moment) {
        guard holds != (since != nil) else { return }
        let moment = moment()
        if holds {
            first = first ?? moment
            since = moment
            beginnings += 1
        } else {
            since = nil
            lastEnd = moment
        }
    }
}
