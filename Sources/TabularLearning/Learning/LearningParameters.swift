/// The numbers of a learning rule, and which it is.
public struct LearningParameters: Sendable, Hashable {
    /// γ, the discount per time step, 0...1.
    public var discount: Float
    /// The rule for α.
    public var stepSize: StepSize
    /// ε over lane-steps: the probability of a random allowed action.
    public var epsilon: Schedule
    /// Q₀, the value of every action before its first update.
    public var initialValue: Float
    /// How old the values are that a choice is made on.
    public var staleness: Staleness
    /// Which of several actions with the same value is the greedy one.
    public var ties: Ties
    /// How values are learned.
    public var update: UpdateRule

    /// Creates parameters.
    public init(
        discount: Float,
        stepSize: StepSize,
        epsilon: Schedule,
        initialValue: Float = 0,
        staleness: Staleness = .oneRound,
        ties: Ties = .lowest,
        update: UpdateRule = .qLearning
    ) {
        precondition(discount >= 0 && discount <= 1, "a discount is 0...1")
        self.discount = discount
        self.stepSize = stepSize
        self.epsilon = epsilon
        self.initialValue = initialValue
        self.staleness = staleness
        self.ties = ties
        self.update = update
    }
}

extension LearningParameters: Codable {
    private enum CodingKeys: String, CodingKey {
        case discount, stepSize, epsilon, initialValue, staleness, ties, update
    }

    /// Reads parameters; ties that are not mentioned go to the lowest action, and the rule that is not is Q-learning, as
    /// before they could be chosen.
    ///
    /// - Throws: `DecodingError`, also where the numbers make no learning rule.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func checked<Value: Decodable>(_ key: CodingKeys, _ isSound: (Value) -> Bool, _ range: String) throws -> Value {
            let value = try values.decode(Value.self, forKey: key)
            guard isSound(value) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: values,
                    debugDescription: "\(key.stringValue) is \(value), not \(range)"
                )
            }
            return value
        }
        discount = try checked(.discount, { (0...1).contains($0) }, "within 0...1")
        stepSize = try checked(.stepSize, \.isSound, "a step size within 0...1")
        epsilon = try checked(.epsilon, \.isProbability, "a probability")
        initialValue = try checked(.initialValue, \.isFinite, "a finite number")
        staleness = try checked(.staleness, { Staleness.limits.contains($0.rawValue) }, "within \(Staleness.limits)")
        ties = try values.decodeIfPresent(Ties.self, forKey: .ties) ?? .lowest
        update = try values.decodeIfPresent(UpdateRule.self, forKey: .update) ?? .qLearning
    }

    /// Writes parameters; ties and rule only where they are others, so that earlier runs keep their identity.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(discount, forKey: .discount)
        try values.encode(stepSize, forKey: .stepSize)
        try values.encode(epsilon, forKey: .epsilon)
        try values.encode(initialValue, forKey: .initialValue)
        try values.encode(staleness, forKey: .staleness)
        if ties != .lowest { try values.encode(ties, forKey: .ties) }
        if update != .qLearning { try values.encode(update, forKey: .update) }
    }
}
