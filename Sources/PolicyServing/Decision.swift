/// What is decided, and what it rests on.
public struct Decision: Sendable, Hashable {
    /// Where a decision comes from.
    public enum Source: String, Sendable, Hashable, CaseIterable {
        /// The table.
        case table
        /// A rule that has learned nothing.
        case fallback
    }

    /// An action.
    public var action: Int
    /// The action's name.
    public var name: String
    /// The state; `nil` where what was seen makes none.
    public var state: UInt64?
    /// Where it was decided; `nil` where nobody said.
    public var place: String?
    /// Each action's value with what was added to it, never tried ones included; empty without a state.
    public var values: [Float]
    /// How often each action was tried; empty without a state.
    public var visits: [UInt32]
    /// The allowed actions, bit a for action a.
    public var allowed: UInt64
    /// By how much the best known action's value is above the second best's; `nil` without a second.
    public var margin: Float?
    /// Where it comes from.
    public var source: Source
    /// Why it is not the table's.
    public var reason: FallbackReason?
    /// What is wrong with what was seen, in words.
    public var trouble: String?
    /// The rule that decided in the table's place.
    public var rule: String?
    /// With what probability this action was taken.
    public var propensity: Double
    /// The digest of the policy that decided.
    public var policy: String

    /// The decision as an object.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("action", .count(action)),
            .init("name", .string(name)),
            .init("values", .array(zip(values, visits).map { $1 > 0 ? .single($0) : .null })),
            .init("visits", .array(visits.map { .count($0) })),
            .init("margin", margin.map { .single($0) } ?? .null),
            .init("source", .string(source.rawValue)),
            .init("reason", reason.map { .string($0.rawValue) } ?? .null),
            .init("policy", .string(policy)),
            .init("state", state.map { .count($0) } ?? .null),
            .init("propensity", .number(propensity)),
        ]
        if let place { members.append(.init("place", .string(place))) }
        if let rule { members.append(.init("rule", .string(rule))) }
        if let trouble { members.append(.init("trouble", .string(trouble))) }
        return .object(members)
    }
}
