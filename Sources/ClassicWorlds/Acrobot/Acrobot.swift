public import TabularLearning

/// Two links that hang from a bar, with a motor in their joint: −1 for every step until the tip is a link's length above the bar.
///
/// Runge and Kutta's method of fourth order in steps of 0.2 s, as Gymnasium's Acrobot-v1.
///
/// Source: Sutton, *Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse Coding*, NIPS 8, 1996; with
/// the equations of Sutton & Barto's book.
public struct Acrobot: ControlProblem {
    /// The usual one.
    public init() {}

    private static let fastest = (4 * Double.pi, 9 * Double.pi)
    private static let step = 0.2
    /// Masses and lengths are 1, centres of mass half-way, moments of inertia 1.
    private static let (center, gravity) = (0.5, 9.8)

    /// The angle of the first link from hanging down, that of the second from the first, and how fast they change.
    public var variables: [(name: String, range: ClosedRange<Double>)] {
        [
            ("angle 1", -Double.pi...Double.pi), ("angle 2", -Double.pi...Double.pi),
            ("angular velocity 1", -Self.fastest.0...Self.fastest.0),
            ("angular velocity 2", -Self.fastest.1...Self.fastest.1),
        ]
    }

    /// Three torques in N·m.
    public var actions: [String] { ["-1", "0", "1"] }

    /// 500.
    public var stepLimit: Int { 500 }

    /// Every number within ±0.1.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> {
        var state = SIMD4<Double>()
        for index in 0..<4 { state[index] = random.next(in: -0.1...0.1) }
        return state
    }

    /// Lets the motor turn.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        let (torque, half) = (Double(action - 1), Self.step / 2)
        let first = Self.change(of: state, torque)
        let second = Self.change(of: state + half * first, torque)
        let third = Self.change(of: state + half * second, torque)
        let fourth = Self.change(of: state + Self.step * third, torque)
        let middle = first + 2 * second + 2 * third + fourth
        let next = state + (Self.step / 6) * middle
        state = SIMD4(
            Self.wrapped(next[0]),
            Self.wrapped(next[1]),
            min(max(next[2], -Self.fastest.0), Self.fastest.0),
            min(max(next[3], -Self.fastest.1), Self.fastest.1)
        )
        let height = -Trigonometry.cosine(state[0]) - Trigonometry.cosine(state[1] + state[0])
        return height > 1 ? (0, true) : (-1, false)
    }

    /// Cosines and sines of the angles, which jump where angles are wrapped, and how fast the angles change, by what is usual: the
    /// fastest there is comes up hardly ever.
    public func features(of state: SIMD4<Double>) -> [Double] {
        let (first, second) = (Trigonometry.sineAndCosine(state[0]), Trigonometry.sineAndCosine(state[1]))
        return [
            first.cosine, first.sine, second.cosine, second.sine, state[2] / 3, state[3] / 6,
        ]
    }

    /// How fast angles and angular velocities change.
    private static func change(of state: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
        let (theta1, theta2, omega1, omega2) = (state[0], state[1], state[2], state[3])
        let (sine, cosine) = Trigonometry.sineAndCosine(theta2)
        let inertia = center * center + (1 + center * center + 2 * center * cosine) + 2
        let coupling = center * center + center * cosine + 1
        let pull2 = center * gravity * Trigonometry.cosine(theta1 + theta2 - Double.pi / 2)
        let pull1 =
            -center * (omega2 * omega2) * sine - 2 * center * omega2 * omega1 * sine
            + (center + 1) * gravity * Trigonometry.cosine(theta1 - Double.pi / 2) + pull2
        let acceleration2 =
            (torque + coupling / inertia * pull1 - center * (omega1 * omega1) * sine - pull2)
            / (center * center + 1 - coupling * coupling / inertia)
        let acceleration1 = -(coupling * acceleration2 + pull1) / inertia
        return SIMD4(omega1, omega2, acceleration1, acceleration2)
    }

    /// An angle within −π to π.
    private static func wrapped(_ angle: Double) -> Double {
        var angle = angle
        while angle > Double.pi { angle -= 2 * Double.pi }
        while angle < -Double.pi { angle += 2 * Double.pi }
        return angle
    }
}
