public import TabularLearning

/// A car in a valley whose engine is too weak for the slope: −1 for every step until it is on the hill on the right.
///
/// As Gymnasium's MountainCar-v0.
///
/// Source: Moore, *Efficient Memory-Based Learning for Robot Control*, PhD thesis, Cambridge, 1990; Sutton & Barto 2018, example
/// 10.1.
public struct MountainCar: ControlProblem {
    /// The usual one.
    public init() {}

    private static let positions = -1.2...0.6
    private static let fastest = 0.07
    private static let goal = 0.5

    /// Position and velocity.
    public var variables: [(name: String, range: ClosedRange<Double>)] {
        [("position", Self.positions), ("velocity", -Self.fastest...Self.fastest)]
    }

    /// Backward, nothing, forward.
    public var actions: [String] { ["backward", "coast", "forward"] }

    /// 200.
    public var stepLimit: Int { 200 }

    /// At rest, near the bottom.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> { SIMD4(random.next(in: -0.6 ... -0.4), 0, 0, 0) }

    /// Lets the engine run.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        var (position, velocity) = (state[0], state[1])
        velocity += Double(action - 1) * 0.001 + Trigonometry.cosine(3 * position) * -0.0025
        velocity = min(max(velocity, -Self.fastest), Self.fastest)
        position = min(max(position + velocity, Self.positions.lowerBound), Self.positions.upperBound)
        if position == Self.positions.lowerBound, velocity < 0 { velocity = 0 }
        state = SIMD4(position, velocity, 0, 0)
        return (-1, position >= Self.goal && velocity >= 0)
    }
}
