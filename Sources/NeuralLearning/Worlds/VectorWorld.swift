public import ClassicWorlds
public import TabularLearning

/// A world that is seen as a vector of numbers and acted in by numbered actions.
public protocol VectorWorld: Sendable {
    /// All there is of it.
    associatedtype State: Sendable

    /// The numbers that are seen.
    var featureCount: Int { get }
    /// The actions.
    var actionCount: Int { get }
    /// The steps after which an episode is cut.
    var stepLimit: Int { get }

    /// Where an episode begins.
    func start(_ random: inout SplitMix64) -> State

    /// Moves on by a step.
    func step(_ state: inout State, _ action: Int) -> (reward: Double, isTerminal: Bool)

    /// Appends what is seen of a state: `featureCount` numbers.
    func observe(_ state: State, into features: inout [Float])

    /// Writes a state down.
    func save(_ state: State, to writer: inout WordWriter)

    /// Reads what `save` wrote.
    func restore(from reader: inout WordReader) throws(WordReader.Failure) -> State
}

/// A mechanical system as a world of numbers.
public struct ControlWorld<Problem: ControlProblem>: VectorWorld {
    private let problem: Problem

    /// The numbers that are seen.
    public let featureCount: Int
    /// The actions.
    public let actionCount: Int

    /// Wraps a system.
    public init(_ problem: Problem) {
        self.problem = problem
        actionCount = problem.actions.count
        featureCount = problem.features(of: .zero).count
    }

    /// The system's.
    public var stepLimit: Int { problem.stepLimit }

    /// Where an episode begins.
    public func start(_ random: inout SplitMix64) -> SIMD4<Double> { problem.start(&random) }

    /// Moves on by a step.
    public func step(_ state: inout SIMD4<Double>, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        problem.step(&state, action)
    }

    /// Appends what is seen.
    public func observe(_ state: SIMD4<Double>, into features: inout [Float]) {
        for number in problem.features(of: state) { features.append(Float(number)) }
    }

    /// Writes four numbers.
    public func save(_ state: SIMD4<Double>, to writer: inout WordWriter) {
        for index in 0..<4 { writer.write(state[index]) }
    }

    /// Reads four numbers.
    public func restore(from reader: inout WordReader) throws(WordReader.Failure) -> SIMD4<Double> {
        var state = SIMD4<Double>()
        for index in 0..<4 { state[index] = try reader.double() }
        for index in 0..<4 where !(state[index].magnitude < 1e6) {
            throw WordReader.Failure("a state was saved that cannot have been")
        }
        return state
    }
}
