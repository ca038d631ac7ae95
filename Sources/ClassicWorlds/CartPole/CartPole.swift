public import TabularLearning

/// A pole on a cart that is pushed left or right: 1 for every step until it leans by 12° or the cart is 2.4 m off.
///
/// Euler's method in steps of 0.02 s, as Gymnasium's CartPole-v1.
///
/// Source: Barto, Sutton and Anderson, *Neuronlike Adaptive Elements That Can Solve Difficult Learning Control Problems*, IEEE
/// Transactions on Systems, Man, and Cybernetics 13(5), 1983.
public struct CartPole: ControlProblem {
    /// The usual one.
    public init() {}

    private static let (gravity, cartMass, poleMass, halfLength, force, tau) = (9.8, 1.0, 0.1, 0.5, 10.0, 0.02)
    private static let mostLean = 12 * 2 * Double.pi / 360
    private static let farthest = 2.4

    /// Position in m, velocity in m/s, angle in rad, angular velocity in rad/s; bins of the last up to 50° a second.
    public var variables: [(name: String, range: ClosedRange<Double>)] {
        let fastest = 50 * Double.pi / 180
        return [
            ("position", -Self.farthest...Self.farthest), ("velocity", -1...1),
            ("angle", -Self.mostLean...Self.mostLean),
            ("angular velocity", -fastest...fastest),
        ]
    }

    /// Two pushes.
    public var actions: [String] { ["left", "right"] }

    /// 500.
    public var stepLimit: Int { 500 }

    /// Every number within ±0.05.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> {
        var state = SIMD4<Double>()
        for index in 0..<4 { state[index] = random.next(in: -0.05...0.05) }
        return state
    }

    /// Pushes the cart.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        let total = Self.poleMass + Self.cartMass
        let moment = Self.poleMass * Self.halfLength
        let (x, speed, angle, turning) = (state[0], state[1], state[2], state[3])
        let (sine, cosine) = Trigonometry.sineAndCosine(angle)
        let push = action == 1 ? Self.force : -Self.force
        let share = (push + moment * (turning * turning) * sine) / total
        let turn =
            (Self.gravity * sine - cosine * share)
            / (Self.halfLength * (4.0 / 3.0 - Self.poleMass * (cosine * cosine) / total))
        let pull = share - moment * turn * cosine / total
        state = SIMD4(
            x + Self.tau * speed,
            speed + Self.tau * pull,
            angle + Self.tau * turning,
            turning + Self.tau * turn
        )
        let isOver = state[0].magnitude > Self.farthest || state[2].magnitude > Self.mostLean
        return (1, isOver)
    }
}
