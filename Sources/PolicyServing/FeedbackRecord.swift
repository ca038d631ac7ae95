/// What was decided on what was seen, or what came of it, for whoever learns from it later.
public struct FeedbackRecord: Sendable {
    /// What is known of the moment.
    private let members: [JSONValue.Member]

    /// A decision.
    init(time: Double, observation: Observation, decision: Decision, coder: String) {
        members = [
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
            .init("coder", .string(coder)),
        ]
    }

    /// A reward for the last decision of an episode in a place.
    init(time: Double, place: String?, episode: String?, reward: Double, isEnd: Bool) {
        members = [
            .init("time", .number(time)),
            .init("place", place.map { .string($0) } ?? .null),
            .init("episode", episode.map { .string($0) } ?? .null),
            .init("reward", .number(reward)),
            .init("end", .bool(isEnd)),
        ]
    }

    /// The record as one line of JSON, its end included.
    public var line: [UInt8] { JSONValue.object(members).bytes + [UInt8(ascii: "\n")] }
}
