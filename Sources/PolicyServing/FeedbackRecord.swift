/// What was decided on what was seen, for whoever learns from it later.
public struct FeedbackRecord: Sendable {
    let time: Double
    let observation: Observation
    let decision: Decision

    /// The record as one line of JSON, its end included.
    public var line: [UInt8] {
        let value: JSONValue = .object([
            .init("time", .number(time)),
            .init("place", decision.place.map { .string($0) } ?? .null),
            .init("observation", .object(observation.members)),
            .init("state", decision.state.map { .count($0) } ?? .null),
            .init("action", .count(decision.action)),
            .init("name", .string(decision.name)),
            .init("propensity", .number(decision.propensity)),
            .init("source", .string(decision.source.rawValue)),
            .init("reason", decision.reason.map { .string($0.rawValue) } ?? .null),
            .init("policy", .string(decision.policy)),
        ])
        return value.bytes + [UInt8(ascii: "\n")]
    }
}
