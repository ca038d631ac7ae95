/// A learning rule that exists, with its numbers, as it is chosen and written down: `sarsa`, `hysteretic:0.2`.
///
/// What is behind a colon are the rule's options in their order; those that are left out are as if nobody had chosen.
public struct UpdateRule: RawRepresentable, Sendable {
    /// Every rule there is.
    public static let all: [any LearningRule] = [
        QLearning(),
        Sarsa(),
        DoubleQLearning(),
        ExpectedSarsa(),
        Hysteretic(),
        Distributed(),
        WeightedDoubleQLearning(),
        MaxminQLearning(),
        SoftmaxSarsa(),
        Mellowmax(),
        Dueling(),
        DelayedQLearning(),
        UpperConfidence(),
        NStepSarsa(),
        NStepQLearning(),
        SarsaLambda(),
        WatkinsLambda(),
        NaiveLambda(),
        RLearning(),
        DifferentialSarsa(),
        RelativeValueIteration(),
        TargetQLearning(),
        ActorCritic(),
        Lenient(),
        MinimaxQ(),
        WolfPolicyHillClimbing(),
    ]

    /// Toward the best next action.
    public static let qLearning = Self(QLearning())

    /// The rule's name and, where one is not as usual, its numbers.
    public let rawValue: String

    /// What does it.
    public let rule: any LearningRule

    /// The rule's number on the wire.
    public let code: UInt32

    /// The action values that each state and action have.
    public let planeCount: Int

    /// Whether a question says more than which row is meant.
    public let asksWithNotes: Bool

    /// Whether an update does something else than to move its value by α toward its target.
    public let hasOwnMove: Bool

    /// After how many steps the values of the first plane are copied into the last; `nil` for never.
    public let copyPeriod: UInt64?

    /// Whether its targets are more than a transition and the answer behind it.
    public let remembersLanes: Bool

    /// Chooses a rule as it is, also one that is not among `all`: in one process, that is; a worker has to have it in its list.
    public init(_ rule: any LearningRule) {
        self.rule = rule
        let options = rule.options
        let isUsual = zip(options, rule.numbers).allSatisfy { $0.absence == $1 }
        let numbers = zip(options, rule.numbers).map { $0.written($1) }
        rawValue = ([rule.name] + (isUsual ? [] : numbers)).joined(separator: ":")
        code = rule.code
        planeCount = rule.planeCount
        asksWithNotes = rule.asksWithNotes
        hasOwnMove = rule.hasOwnMove
        copyPeriod = rule.copyPeriod
        remembersLanes = rule.returns != nil || rule.average != nil
    }

    /// Takes a name, and numbers behind it; `nil` where no rule has it, or cannot have them.
    public init?(rawValue: String) {
        let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
        guard let rule = Self.all.first(where: { $0.name == parts[0] }), parts.count <= rule.options.count + 1 else {
            return nil
        }
        let given = parts.dropFirst().map { Float($0) }
        self.init(rule, given + rule.numbers.dropFirst(given.count).map { $0 })
    }

    /// Takes a number from the wire; `nil` where no rule has it.
    public init?(code: UInt32) {
        guard let rule = Self.all.first(where: { $0.code == code }) else { return nil }
        self.init(rule)
    }

    /// Takes a number and those of the options from the wire; `nil` where no rule has it, or cannot have them.
    public init?(code: UInt32, numbers: [Float]) {
        guard let rule = Self.all.first(where: { $0.code == code }) else { return nil }
        self.init(rule, numbers)
    }

    private init?(_ rule: any LearningRule, _ numbers: [Float?]) {
        let sound = zip(rule.options, numbers).compactMap { option, number in
            number.flatMap { option.allows($0) ? $0 : nil }
        }
        guard sound.count == numbers.count, sound.count == rule.options.count else { return nil }
        self.init(sound.isEmpty ? rule : rule.with(sound))
    }

    /// The numbers of the rule's options.
    public var numbers: [Float] { rule.numbers }

    /// How its returns go over several steps; `nil` where each transition is learned by itself.
    public var returns: ReturnForm? { rule.returns }

    /// How it learns what is above an average; `nil` where it has a discount.
    public var average: AverageForm? { rule.average }

    /// The names of all rules, in their order.
    public static var names: [String] { all.map(\.name) }
}

extension UpdateRule: Hashable {
    /// Whether it is the same rule with the same numbers.
    public static func == (one: Self, other: Self) -> Bool { one.rawValue == other.rawValue }

    /// Hashes what is written down.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension UpdateRule: Codable {
    /// Reads a name.
    ///
    /// - Throws: `DecodingError` where no rule has it.
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let name = try value.decode(String.self)
        guard let rule = Self(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                in: value,
                debugDescription: "update is \(name), \(Self.complaint(about: name))"
            )
        }
        self = rule
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(rawValue)
    }

    /// Why a text names no rule, and what would.
    public static func complaint(about text: String) -> String {
        let name = text.split(separator: ":", omittingEmptySubsequences: false)[0]
        guard let rule = all.first(where: { $0.name == name }) else {
            return "not one of \(names.joined(separator: ", ")): use the release that knows it"
        }
        guard !rule.options.isEmpty else { return "which has no numbers behind a colon" }
        let form = ([rule.name] + rule.options.map(\.name)).joined(separator: ":")
        return "not \(form) with \(rule.options.map(\.description).joined(separator: "; "))"
    }
}
