internal import Foundation
public import TabularLearning
public import TimeTravel

/// How a value came about, as sentences: the updates that made it, one after another.
public struct UpdateStory: Sendable, Hashable, Encodable {
    /// An update.
    public struct Line: Sendable, Hashable, Encodable {
        /// The lane-step; absent of an update of which a checkpoint said no more.
        public let step: UInt64?
        /// What happened.
        public let words: String
        /// The value before.
        public let before: String
        /// The value afterwards.
        public let after: String
    }

    /// The state and the action in words.
    public let subject: String
    /// All updates.
    public let count: Int
    /// The latest of them, the newest first.
    public let lines: [Line]
    /// What the list is worth.
    public let verdict: String

    /// The updates that are told.
    public static let mostLines = 50

    /// Tells updates.
    ///
    /// - Parameters:
    ///   - updates: All updates of a state and an action, in their order.
    ///   - state: The state.
    ///   - action: The action.
    ///   - space: Names states and actions.
    ///   - stepsAtOnce: The lane-steps of one step of all lanes.
    ///   - hasPlanes: Whether the rule keeps more than one value of each.
    ///   - verdict: What the list is worth.
    public init(
        _ updates: [AppliedUpdate],
        of state: UInt64,
        _ action: Int,
        in space: StateSpace,
        stepsAtOnce: UInt64,
        hasPlanes: Bool,
        verdict: String
    ) {
        subject = "State \(state) (\(space.describe(state))), action \(space.actions[action])"
        count = updates.count
        lines = updates.suffix(Self.mostLines).reversed().map { update in
            Line(
                step: update.origin.map { $0.stepOfLane * stepsAtOnce },
                words: Self.words(of: update, space, hasPlanes: hasPlanes),
                before: Self.short(update.before.value),
                after: Self.short(update.after.value)
            )
        }
        self.verdict = verdict
    }

    private static func words(
        of update: AppliedUpdate,
        _ space: StateSpace,
        hasPlanes: Bool
    ) -> String {
        let plane = hasPlanes ? " Of the two values that the rule keeps it was value \(update.plane)." : ""
        let move =
            "The target was \(short(update.target)), \(distance(update.temporalDifferenceError)); "
            + "α = \(short(update.stepSize)) of that was taken.\(plane)"
        guard let origin = update.origin else {
            return "An update of round \(update.round), of several steps or held back by a checkpoint. " + move
        }
        let time = origin.duration > 1 ? " over \(origin.duration) time steps" : ""
        let who = origin.isReplayed ? "Learned once more: somebody" : "Lane \(origin.lane)"
        let way = "\(who) did \(space.actions[update.action]) here and got \(short(origin.reward))\(time)"
        guard let next = origin.nextState else { return "\(way); there it ended. " + move }
        return "\(way), then came to state \(next) (\(space.describe(next))), worth \(short(origin.bootstrap)). " + move
    }

    /// How far a target is from the value.
    private static func distance(_ error: Float) -> String {
        error == 0 ? "the value itself" : "\(short(abs(error))) \(error > 0 ? "above" : "below") the value"
    }

    private static func short(_ value: Float) -> String { String(format: "%.5g", Double(value)) }
}
