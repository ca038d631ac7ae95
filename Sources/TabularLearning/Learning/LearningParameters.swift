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
}
