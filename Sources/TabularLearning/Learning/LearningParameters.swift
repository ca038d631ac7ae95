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
    @AddedSetting<AbsentTies> public var ties: Ties
    /// How values are learned.
    @AddedSetting<AbsentUpdateRule> public var update: UpdateRule
    /// How lanes stray from the greedy action.
    @AddedSetting<AbsentExploration> public var exploration: Exploration
    /// What is learned from again.
    @AddedSetting<AbsentReplay> public var replay: Replay

    /// Creates parameters.
    public init(
        discount: Float,
        stepSize: StepSize,
        epsilon: Schedule,
        initialValue: Float = 0,
        staleness: Staleness = .oneRound,
        ties: Ties = .lowest,
        update: UpdateRule = .qLearning,
        exploration: Exploration = .epsilonGreedy,
        replay: Replay = .none
    ) {
        precondition(discount >= 0 && discount <= 1, "a discount is 0...1")
        self.discount = discount
        self.stepSize = stepSize
        self.epsilon = epsilon
        self.initialValue = initialValue
        self.staleness = staleness
        self.ties = ties
        self.update = update
        self.exploration = exploration
        self.replay = replay
    }

    /// Sets what the rule and the exploration leave no choice of: no discount, no ε, a fixed step size.
    public mutating func fit() {
        if update.average != nil { discount = 1 }
        if let own = update.rule.ownExploration { exploration = own }
        if exploration.needsRows { epsilon = .constant(0) }
        if let fixed = update.rule.fixedStepSize { stepSize = .constant(fixed) }
    }

    /// Why these settings cannot be had together; `nil` where they can.
    public var objection: String? {
        if let objection = exploration.objection(to: update) ?? replay.objection(to: update) { return objection }
        if exploration.needsRows, epsilon != .constant(0) { return "this exploration has no ε, which is to be 0" }
        if update.average != nil, discount != 1 { return "\(update.rawValue) has no discount, which is to be 1" }
        if let fixed = update.rule.fixedStepSize, stepSize != .constant(fixed) {
            return "\(update.rawValue) has the step size \(fixed)"
        }
        return nil
    }
}

extension LearningParameters: Codable {
    private enum CodingKeys: String, CodingKey {
        case discount, stepSize, epsilon, initialValue, staleness, ties, update, exploration, replay
    }

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
        _ties = try values.decode(AddedSetting<AbsentTies>.self, forKey: .ties)
        _update = try values.decode(AddedSetting<AbsentUpdateRule>.self, forKey: .update)
        _exploration = try values.decode(AddedSetting<AbsentExploration>.self, forKey: .exploration)
        _replay = try values.decode(AddedSetting<AbsentReplay>.self, forKey: .replay)
        guard exploration.isSound, objection == nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .exploration,
                in: values,
                debugDescription: objection ?? "exploration is \(exploration), whose numbers are none"
            )
        }
    }
}

/// Ties went to the lowest action before they could be drawn.
public enum AbsentTies: SettingAbsence {
    /// The lowest.
    public static var value: Ties { .lowest }
}

/// There was Q-learning before there were other rules.
public enum AbsentUpdateRule: SettingAbsence {
    /// Q-learning.
    public static var value: UpdateRule { .qLearning }
}
