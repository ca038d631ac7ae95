public import TabularLearning

/// Something that learns networks in a world: a value without threads, which says what is to be computed and takes what came of it.
///
/// Everything is a function of the settings: who computes a slice, and when, changes no bit.
public protocol NetworkLearner: Sendable {
    /// Where it lives.
    associatedtype World: ObservedWorld
    /// All that decides what it learns, beside the world.
    associatedtype Settings: NetworkSettings
    /// What computes the gradient of a slice.
    associatedtype Computer: PortableComputer

    /// Begins.
    ///
    /// - Parameters:
    ///   - world: Where it lives.
    ///   - settings: Without an `objection`.
    init(_ world: World, _ settings: Settings)

    /// The settings.
    var settings: Settings { get }
    /// How far it has come.
    var course: LearningCourse { get }
    /// The network that is the policy.
    var shape: NetworkShape { get }
    /// The policy's parameters at the best evaluation so far, the later of equal ones; those of the beginning before the first.
    var best: [Vector] { get }
    /// All networks that learn, the policy's first, as they are now.
    var learning: [(shape: NetworkShape, parameters: [Vector])] { get }

    /// What computes slices, to be copied for each thread.
    var computer: Computer { get }
    /// The parameters that the slices of now are computed with.
    var parameters: Computer.Parameters { get }

    /// Steps the world until something is to be done, or for long enough.
    mutating func next() -> LearnerTask<Computer.Slice>
    /// Takes the gradients of the slices that `next` gave, in their order, for each slice one for each network that learns.
    ///
    /// - Throws: `LearningFailure` when numbers are none any more.
    mutating func take(_ gradients: consuming [[SliceGradient]]) throws(LearningFailure)
    /// Whether nothing is out: where a run can be written down.
    var isBetweenBouts: Bool { get }

    /// What the policy of now is worth, over the episodes by which all moments of the run are compared.
    func evaluate() -> Double
    /// Notes what `evaluate` gave, and keeps the parameters where none were better.
    mutating func note(meanReturn: Double)

    /// The mean return of other episodes by the best policy.
    func meanReturn(episodes: Int, stream: CounterBasedRandom.Stream) -> Double

    /// All of the run, to go on from; between two bouts.
    var saved: SavedSections { get }
    /// Goes on from what a learner of the same settings saved.
    ///
    /// - Throws: `WordReader.Failure` when it is of another run.
    mutating func restore(_ saved: SavedSections) throws(WordReader.Failure)
}

extension NetworkLearner {
    /// Environment steps taken.
    public var stepsTaken: UInt64 { course.stepsTaken }
    /// Updates made.
    public var updateCount: UInt64 { course.updateCount }
    /// Episodes that ended or were cut.
    public var episodeCount: UInt64 { course.episodeCount }
    /// The returns of the last episodes, exploration included; at most 100.
    public var recentReturns: [Double] { course.recentReturns }
    /// The course of the policy without exploration.
    public var curve: [EvaluationPoint] { course.curve }
    /// The return of the best evaluation so far.
    public var bestReturn: Double? { course.bestReturn }
}

/// What whoever drives a learner has to do next.
public enum LearnerTask<Slice: Sendable>: Sendable {
    /// Compute these slices' gradients, each anywhere, and `take` them.
    case update([Slice])
    /// Find out what the policy is worth, and `note` it.
    case evaluate
    /// Look whether the run is to be stopped or written down: many steps were taken with nothing to compute.
    case pause
    /// Nothing: the run is complete.
    case finished
}

/// The settings of a learner.
public protocol NetworkSettings: Sendable, Hashable, Codable {
    /// The learner's name on the command line.
    var learnerName: String { get }
    /// The seed of all random numbers.
    var seed: UInt64 { get }
    /// Environment steps of the run.
    var steps: UInt64 { get }
    /// What does not go together or lies out of range, in the words of the command line; `nil` for none.
    var objection: String? { get }
    /// The samples of a slice.
    var rowsOfSlice: Int { get }
    /// The policy's network.
    ///
    /// - Parameters:
    ///   - features: What is seen.
    ///   - actions: The numbered actions, or the numbers of an action.
    /// - Returns: A network that the settings and the world have in common.
    func shape(features: Int, actions: Int) -> NetworkShape
}

/// Learning that came to numbers which are none.
public struct LearningFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened and what can be done.
    public let description: String

    /// Says what happened.
    public init(description: String) { self.description = description }
}
