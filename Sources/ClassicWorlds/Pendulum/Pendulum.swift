public import TabularLearning

/// A pendulum that is to be swung up and kept there by a weak motor; an episode never ends by itself.
///
/// As Gymnasium's Pendulum-v1; where actions are numbered, with a few torques in the place of all between −2 and 2.
public struct Pendulum: ContinuousControlProblem {
    /// The usual one.
    public init() {}

    private static let fastest = 8.0
    private static let torques = [-2.0, -1, 0, 1, 2]

    /// The angle from upright, −π to π, and the angular velocity.
    public var variables: [(name: String, range: ClosedRange<Double>)] {
        [("angle", -Double.pi...Double.pi), ("angular velocity", -Self.fastest...Self.fastest)]
    }

    /// Five torques in N·m.
    public var actions: [String] { ["-2", "-1", "0", "1", "2"] }

    /// 200.
    public var stepLimit: Int { 200 }

    /// Anywhere, turning by up to 1 rad/s.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> {
        SIMD4(random.next(in: -Double.pi...Double.pi), random.next(in: -1...1), 0, 0)
    }

    /// A torque between −2 and 2 N·m.
    public var force: (name: String, range: ClosedRange<Double>) { ("torque", -2...2) }

    /// Lets the motor turn.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        step(&state, force: Self.torques[action])
    }

    /// Lets the motor turn.
    public func step(_ state: inout SIMD4<Double>, force: Double) -> (reward: Double, isTerminal: Bool) {
        let (angle, velocity, torque) = (state[0], state[1], min(max(force, -2), 2))
        let cost = angle * angle + 0.1 * (velocity * velocity) + 0.001 * (torque * torque)
        var next = velocity + (3 * 10.0 / 2 * Trigonometry.sine(angle) + 3 * torque) * 0.05
        next = min(max(next, -Self.fastest), Self.fastest)
        state = SIMD4(Self.wrapped(angle + next * 0.05), next, 0, 0)
        return (-cost, false)
    }

    /// Cosine and sine of the angle, which jumps where it hangs down, and how fast it changes.
    public func features(of state: SIMD4<Double>) -> [Double] {
        let (sine, cosine) = Trigonometry.sineAndCosine(state[0])
        return [cosine, sine, state[1] / Self.fastest]
    }

    /// An angle within −π to π.
    private static func wrapped(_ angle: Double) -> Double {
        angle - 2 * Double.pi * ((angle + Double.pi) / (2 * Double.pi)).rounded(.down)
    }
}
