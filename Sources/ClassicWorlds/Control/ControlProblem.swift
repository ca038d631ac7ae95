public import TabularLearning

/// A mechanical system that is pushed or not, step by step, and whose state are up to four numbers.
public protocol ControlProblem: Sendable, Hashable, Codable {
    /// The system as it is usually set.
    init()

    /// Its numbers, by name, each with the bounds within which bins make sense.
    var variables: [(name: String, range: ClosedRange<Double>)] { get }

    /// The names of the actions.
    var actions: [String] { get }

    /// The steps after which an episode is cut.
    var stepLimit: Int { get }

    /// Where an episode begins.
    func start(_ random: inout SplitMix64) -> SIMD4<Double>

    /// Moves on by a step.
    ///
    /// - Parameters:
    ///   - state: Where the system is, and is then.
    ///   - action: Below the number of actions.
    /// - Returns: The reward, and whether the episode is over.
    func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool)

    /// What a network sees of the system: as many numbers in every state, most of them within ±1.
    func features(of state: SIMD4<Double>) -> [Double]
}

/// A mechanical system whose motor can be given any force of a range, of which the numbered actions are a few.
public protocol ContinuousControlProblem: ControlProblem {
    /// What the motor does, by name, and how much of it.
    var force: (name: String, range: ClosedRange<Double>) { get }

    /// Moves on by a step.
    ///
    /// - Parameters:
    ///   - state: Where the system is, and is then.
    ///   - force: Cut to its range.
    /// - Returns: The reward, and whether the episode is over.
    func step(_ state: inout SIMD4<Double>, force: Double) -> (reward: Double, isTerminal: Bool)
}

extension ControlProblem {
    /// Its numbers, each by the middle and half the length of its range.
    public func features(of state: SIMD4<Double>) -> [Double] {
        variables.indices.map { index in
            let range = variables[index].range
            return (2 * state[index] - range.lowerBound - range.upperBound) / (range.upperBound - range.lowerBound)
        }
    }
}

extension SplitMix64 {
    /// Draws a uniform number from a range.
    mutating func next(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * nextUnit()
    }
}
