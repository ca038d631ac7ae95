public import TabularLearning

/// One update as it changed a table, and the transition that it came from.
public struct AppliedUpdate: Sendable, Hashable {
    /// The transition behind an update.
    public typealias Origin = UpdateOrigin

    /// The round in which it was applied, the first being 1.
    public var round: UInt64
    /// The cohort whose update it is.
    public var cohort: Int
    /// S.
    public var state: UInt64
    /// A.
    public var action: Int
    /// Which of the values of S and A it moved: 0, or 1 of a rule that keeps two.
    public var plane: Int
    /// What the value moved toward.
    public var target: Float
    /// α.
    public var stepSize: Float
    /// The cell before.
    public var before: ActionValueTable.Cell
    /// The cell afterwards.
    public var after: ActionValueTable.Cell
    /// The transition; `nil` of one from before a checkpoint, which says no more of it.
    public var origin: Origin?

    /// Notes an update.
    package init(
        round: UInt64,
        cohort: Int,
        state: UInt64,
        action: Int,
        plane: Int,
        target: Float,
        stepSize: Float,
        before: ActionValueTable.Cell,
        after: ActionValueTable.Cell,
        origin: Origin?
    ) {
        (self.round, self.cohort, self.state, self.action, self.plane) = (round, cohort, state, action, plane)
        (self.target, self.stepSize, self.before, self.after) = (target, stepSize, before, after)
        self.origin = origin
    }

    /// δ, by which the target is above the value.
    public var temporalDifferenceError: Float { target - before.value }

    /// Whether another is the same but for a step size that makes no difference to the value.
    func isTheSame(as other: Self) -> Bool {
        var equalised = other
        equalised.stepSize = stepSize
        return self == equalised && before.isIdentical(to: other.before) && after.isIdentical(to: other.after)
    }
}

/// The states whose updates are looked at.
public enum WatchedStates: Sendable, Hashable {
    case none
    case one(UInt64)
    case some(Set<UInt64>)
    case all

    /// Whether a state is one of them.
    @inline(__always)
    func contains(_ state: UInt64) -> Bool {
        switch self {
        case .none: false
        case .one(let watched): state == watched
        case .some(let watched): watched.contains(state)
        case .all: true
        }
    }
}
