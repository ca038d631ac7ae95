/// The name of a learning rule that exists, as it is chosen and written down.
public struct UpdateRule: RawRepresentable, Sendable, Hashable {
    /// Every rule there is.
    public static let all: [any LearningRule] = [
        QLearning(),
        Sarsa(),
        DoubleQLearning(),
        ExpectedSarsa(),
    ]

    /// Toward the best next action.
    public static let qLearning = Self(rule: QLearning())

    /// The rule's name.
    public let rawValue: String

    /// The rule's number on the wire.
    public let code: UInt32

    /// The action values that each state and action have.
    public let planeCount: Int

    /// Whether a question says more than which row is meant.
    public let asksWithNotes: Bool

    private init(rule: any LearningRule) {
        rawValue = rule.name
        code = rule.code
        planeCount = rule.planeCount
        asksWithNotes = rule.asksWithNotes
    }

    /// Takes a name; `nil` where no rule has it.
    public init?(rawValue: String) {
        guard let rule = Self.all.first(where: { $0.name == rawValue }) else { return nil }
        self.init(rule: rule)
    }

    /// Takes a number from the wire; `nil` where no rule has it.
    public init?(code: UInt32) {
        guard let rule = Self.all.first(where: { $0.code == code }) else { return nil }
        self.init(rule: rule)
    }

    /// What does it.
    public var rule: any LearningRule {
        guard let rule = Self.all.first(where: { $0.code == code }) else { preconditionFailure("a rule in the list") }
        return rule
    }

    /// The names of all rules, in their order.
    public static var names: [String] { all.map(\.name) }
}

extension UpdateRule: Codable {
    /// Reads a name.
    ///
    /// - Throws: `DecodingError` where no rule has it.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let name = try value.decode(String.self)
        guard let rule = Self(rawValue: name) else {
            let names = Self.names.joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: value,
                debugDescription: "update is \(name), not one of \(names): use the release that knows it"
            )
        }
        self = rule
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(rawValue)
    }
}
