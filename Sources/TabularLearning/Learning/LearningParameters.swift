/// The numbers of Q-learning.
public struct LearningParameters: Sendable, Hashable, Codable {
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

    /// Creates parameters.
    public init(
        discount: Float,
        stepSize: StepSize,
        epsilon: Schedule,
        initialValue: Float = 0,
        staleness: Staleness = .oneRound
    ) {
        precondition(discount >= 0 && discount <= 1, "a discount is 0...1")
        self.discount = discount
        self.stepSize = stepSize
        self.epsilon = epsilon
        self.initialValue = initialValue
        self.staleness = staleness
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
