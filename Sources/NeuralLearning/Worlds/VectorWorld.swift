public import ClassicWorlds
public import TabularLearning

/// A world that is seen as a vector of numbers.
public protocol ObservedWorld: Sendable {
    /// All there is of it.
    associatedtype State: Sendable

    /// The numbers that are seen.
    var featureCount: Int { get }
    /// The steps after which an episode is cut.
    var stepLimit: Int { get }

    /// Where an episode begins.
    func start(_ random: inout SplitMix64) -> State

    /// Appends what is seen of a state: `featureCount` numbers.
    func observe(_ state: State, into features: inout [Float])

    /// Writes a state down.
    func save(_ state: State, to writer: inout WordWriter)

    /// Reads what `save` wrote.
    func restore(from reader: inout WordReader) throws(WordReader.Failure) -> State
}

/// A world that is acted in by numbered actions.
public protocol VectorWorld: ObservedWorld {
    /// The actions.
    var actionCount: Int { get }

    /// Moves on by a step.
    func step(_ state: inout State, _ action: Int) -> (reward: Double, isTerminal: Bool)
}

/// A world that is acted in by numbers.
public protocol ContinuousWorld: ObservedWorld {
    /// How many numbers an action has.
    var forceCount: Int { get }

    /// Moves on by a step.
    ///
    /// - Parameters:
    ///   - state: Where the world is, and is then.
    ///   - forces: `forceCount` numbers within ±1, the ends of each one's range.
    /// - Returns: The reward, and whether the episode is over.
    func step(_ state: inout State, _ forces: [Float]) -> (reward: Double, isTerminal: Bool)
}

/// A mechanical system as a world of numbers.
public struct ControlWorld<Problem: ControlProblem>: VectorWorld {
    let problem: Problem

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

    /// The numbers of a system, one by one.
    ///
    /// Not as the vector that they are elsewhere: a value that is aligned to 32 bytes must not pass through an asynchronous
    /// function, whose memory is aligned to 16; and learners do.
    public struct State: Sendable, Hashable {
        let one: Double
        let two: Double
        let three: Double
        let four: Double
    }

    /// Where an episode begins.
    public func start(_ random: inout SplitMix64) -> State { State(problem.start(&random)) }

    /// Moves on by a step.
    public func step(_ state: inout State, _ action: Int) -> (reward: Double, isTerminal: Bool) {
        var vector = state.vector
        defer { state = State(vector) }
        return problem.step(&vector, action)
    }

    /// Appends what is seen.
    public func observe(_ state: State, into features: inout [Float]) {
        for number in problem.features(of: state.vector) { features.append(Float(number)) }
    }

    /// Writes four numbers.
    public func save(_ state: State, to writer: inout WordWriter) {
        for index in 0..<4 { writer.write(state.vector[index]) }
    }

    /// Reads four numbers.
    public func restore(from reader: inout WordReader) throws(WordReader.Failure) -> State {
        var vector = SIMD4<Double>()
        for index in 0..<4 { vector[index] = try reader.double() }
        for index in 0..<4 where !(vector[index].magnitude < 1e6) {
            throw WordReader.Failure("a state was saved that cannot have been")
        }
        return State(vector)
    }
}

extension ControlWorld.State {
    init(_ vector: SIMD4<Double>) { (one, two, three, four) = (vector[0], vector[1], vector[2], vector[3]) }

    var vector: SIMD4<Double> { SIMD4(one, two, three, four) }
}

extension ControlWorld: ContinuousWorld where Problem: ContinuousControlProblem {
    /// One.
    public var forceCount: Int { 1 }

    /// Moves on by a step.
    public func step(_ state: inout State, _ forces: [Float]) -> (reward: Double, isTerminal: Bool) {
        let range = problem.force.range
        let share = (Double(forces[0]) + 1) / 2
        var vector = state.vector
        defer { state = State(vector) }
        return problem.step(&vector, force: range.lowerBound + (range.upperBound - range.lowerBound) * share)
    }
}
