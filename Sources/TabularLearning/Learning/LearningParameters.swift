/// The numbers of Q-learning.
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

    /// Creates parameters.
    public init(
        discount: Float,
        stepSize: StepSize,
        epsilon: Schedule,
        initialValue: Float = 0,
        staleness: Staleness = .oneRound,
        ties: Ties = .lowest
    ) {
        precondition(discount >= 0 && discount <= 1, "a discount is 0...1")
        self.discount = discount
        self.stepSize = stepSize
        self.epsilon = epsilon
        self.initialValue = initialValue
        self.staleness = staleness
        self.ties = ties
    }
}

extension LearningParameters: Codable {
    private enum Key: String, CodingKey {
        case discount, stepSize, epsilon, initialValue, staleness, ties
    }

    /// Reads the numbers; ties that are not mentioned go to the lowest action, as before they could be chosen.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        discount = try container.decode(Float.self, forKey: .discount)
        stepSize = try container.decode(StepSize.self, forKey: .stepSize)
        epsilon = try container.decode(Schedule.self, forKey: .epsilon)
        initialValue = try container.decode(Float.self, forKey: .initialValue)
        staleness = try container.decode(Staleness.self, forKey: .staleness)
        ties = try container.decodeIfPresent(Ties.self, forKey: .ties) ?? .lowest
    }

    /// Writes the numbers; the ties only where they are drawn, so that earlier runs keep their identity.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(discount, forKey: .discount)
        try container.encode(stepSize, forKey: .stepSize)
        try container.encode(epsilon, forKey: .epsilon)
        try container.encode(initialValue, forKey: .initialValue)
        try container.encode(staleness, forKey: .staleness)
        if ties != .lowest { try container.encode(ties, forKey: .ties) }
    }

    private enum CodingKeys: String, CodingKey { case discount, stepSize, epsilon, initialValue, staleness }

    /// Reads parameters.
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
    }
}
