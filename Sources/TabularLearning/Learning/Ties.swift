/// Which of several actions with the same highest value is the greedy one.
public enum Ties: String, Sendable, Hashable, Codable, CaseIterable {
    /// The one with the lowest number.
    ///
    /// Where a whole row begins with one value and rewards are rare, it is the same action in state after state until
    /// something is learned, and a lane that explores little never gets anywhere.
    case lowest
    /// One drawn by the lane's random number of the step, all of them equally likely.
    case random
}
