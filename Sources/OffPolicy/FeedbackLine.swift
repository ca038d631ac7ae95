internal import PolicyServing

/// What is wrong with a log, and where.
public struct LogFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence that names file, line, value, and what would be right.
    public let description: String

    init(_ place: LinePlace, _ reason: String) {
        description = "\(place): \(reason)"
    }
}

/// Where a line stands.
struct LinePlace: Sendable, Hashable, CustomStringConvertible {
    let file: String
    let number: Int

    var description: String { "\(file), line \(number)" }
}

/// A line of a feedback log, taken apart with suspicion.
enum FeedbackLine {
    /// A decision on what was seen.
    case decision(LoggedDecision)
    /// What came of the last decision of an episode.
    case reward(LoggedReward)

    /// An episode in a place; both may be nameless.
    struct Stream: Hashable {
        var place: String?
        var episode: String?
    }

    struct LoggedDecision {
        var stream: Stream
        var observation: [JSONValue.Member]
        var state: UInt64?
        var action: Int
        var propensity: Double
        var reason: String?
        var coder: String?
    }

    struct LoggedReward {
        var stream: Stream
        var reward: Double
        var isEnd: Bool
    }

    private static let ofDecisions: Set = [
        "time", "place", "observation", "state", "action", "name", "propensity", "source", "reason", "policy", "coder",
    ]
    private static let ofRewards: Set = ["time", "place", "episode", "reward", "end"]

    /// Takes a line apart.
    ///
    /// - Parameters:
    ///   - bytes: Without its end.
    ///   - place: For messages.
    /// - Returns: The line, and the names in it that mean nothing.
    /// - Throws: `LogFailure` for what no server has written.
    static func read(
        _ bytes: ArraySlice<UInt8>,
        at place: LinePlace
    ) throws(LogFailure) -> (line: Self, strangers: [String]) {
        let value: JSONValue
        do {
            value = try JSONReader.value(of: Array(bytes))
        } catch {
            throw LogFailure(place, "no JSON: \(error)")
        }
        guard case .object(let members) = value else { throw LogFailure(place, "no object, as every line has to be") }
        let fields = Fields(value: value, place: place)
        let isReward = value["reward"] != nil
        let known = isReward ? ofRewards : ofDecisions
        let strangers = members.map(\.name).filter { !known.contains($0) }
        let line: Self =
            isReward ? .reward(try fields.reward()) : .decision(try fields.decision())
        return (line, strangers)
    }
}

/// The members of a line.
private struct Fields {
    let value: JSONValue
    let place: LinePlace

    func reward() throws(LogFailure) -> FeedbackLine.LoggedReward {
        guard case .number(let reward)? = value["reward"] else { throw LogFailure(place, "reward is no number") }
        var isEnd = false
        switch value["end"] {
        case nil, .null?: break
        case .bool(let end)?: isEnd = end
        default: throw LogFailure(place, "end is neither true nor false")
        }
        return .init(
            stream: .init(place: try text("place"), episode: try text("episode")),
            reward: reward,
            isEnd: isEnd
        )
    }

    func decision() throws(LogFailure) -> FeedbackLine.LoggedDecision {
        guard case .object(let observation)? = value["observation"] else {
            throw LogFailure(place, "neither a reward nor an observation; a line of serve's --feedback has one of them")
        }
        guard let action = try whole("action") else { throw LogFailure(place, "action is missing") }
        guard case .number(let propensity)? = value["propensity"], (0...1).contains(propensity) else {
            throw LogFailure(place, "propensity is no number from 0 to 1")
        }
        let episode = observation.first { $0.name == "episode" }?.value
        var name: String?
        if case .string(let text)? = episode { name = text }
        return .init(
            stream: .init(place: try text("place"), episode: name),
            observation: observation,
            state: try whole("state").map { UInt64($0) },
            action: action,
            propensity: propensity,
            reason: try text("reason"),
            coder: try text("coder")
        )
    }

    private func whole(_ name: String) throws(LogFailure) -> Int? {
        switch value[name] {
        case nil, .null?: return nil
        case .number(let number)?:
            if let whole = Int(exactly: number), whole >= 0 { return whole }
            throw LogFailure(place, "\(name) \(number) is no whole number from 0 on")
        default: throw LogFailure(place, "\(name) is no number")
        }
    }

    private func text(_ name: String) throws(LogFailure) -> String? {
        switch value[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw LogFailure(place, "\(name) is no text")
        }
    }
}
