public import TabularLearning

/// The car in the valley with an engine that takes any force: 100 on the hill, and fuel by the square of the force.
///
/// As Gymnasium's MountainCarContinuous-v0; where actions are numbered, with a few forces in the place of all between −1 and 1. Whoever
/// never gets up the hill does best by doing nothing.
public struct MountainCarContinuous: ContinuousControlProblem {
    /// The usual one.
    public init() {}

    private static let positions = -1.2...0.6
    private static let fastest = 0.07
    private static let goal = 0.45
    private static let forces = [-1.0, -0.5, 0, 0.5, 1]

    /// Position and velocity.
    public var variables: [(name: String, range: ClosedRange<Double>)] {
        [("position", Self.positions), ("velocity", -Self.fastest...Self.fastest)]
    }

    /// Five forces.
    public var actions: [String] { ["-1", "-0.5", "0", "0.5", "1"] }

    /// A force between −1 and 1.
    public var force: (name: String, range: ClosedRange<Double>) { ("force", -1...1) }

    /// 999.
    public var stepLimit: Int { 999 }

    /// At rest, near the bottom.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> { SIMD4(random.next(in: -0.6 ... -0.4), 0, 0, 0) }

    /// Lets the engine run.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        step(&state, force: Self.forces[action])
    }

    /// Lets the engine run.
    public func step(_ state: inout SIMD4<Double>, force: Double) -> (reward: Double, isTerminal: Bool) {
        var (position, velocity) = (state[0], state[1])
        let force = min(max(force, -1), 1)
        velocity += force * 0.0015 - 0.0025 * Trigonometry.cosine(3 * position)
        velocity = min(max(velocity, -Self.fastest), Self.fastest)
        position = min(max(position + velocity, Self.positions.lowerBound), Self.positions.upperBound)
        if position == Self.positions.lowerBound, velocity < 0 { velocity = 0 }
        state = SIMD4(position, velocity, 0, 0)
        let isThere = position >= Self.goal && velocity >= 0
        return ((isThere ? 100 : 0) - 0.1 * (force * force), isThere)
    }
}
