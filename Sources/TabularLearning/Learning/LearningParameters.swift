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

    /// How many rounds a transition's update lags behind the choice that follows it.
    public enum Staleness: Int, Sendable, Hashable, Codable {
        /// Update, then ask again: two round trips a step; textbook Q-learning.
        case fresh = 0
        /// One round trip a step: an update is seen one round after its transition.
        case oneRound = 1
    }

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
