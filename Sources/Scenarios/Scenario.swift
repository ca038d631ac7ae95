public import TabularLearning

/// A problem in the box: its configuration as a value, and the environments it makes.
///
/// A replica is the smallest whole copy of the problem: a grid of cells, a road network, a packet network. It has one or more
/// lanes; a cohort holds as many replicas as its number of lanes allows.
public protocol Scenario: Sendable, Codable {
    /// The name on the command line.
    static var name: String { get }

    /// Checks every setting; comes before anything else is asked of a scenario that was not made in code.
    ///
    /// - Throws: `ScenarioError` that names the first setting that makes no sense.
    func check() throws(ScenarioError)

    /// The states and actions of the one table that all replicas share.
    var space: StateSpace { get }

    /// The grids over the states of its worlds, where action values are sums over tiles, whose rows `space` has; `nil` where each
    /// state has a row.
    var tiles: TileCoding? { get }

    /// The number of lanes of one replica: 1, or the intersections, or the routers.
    var lanesPerReplica: Int { get }

    /// About the bytes that a lane takes beside the table: what the world and the learner keep of it.
    ///
    /// Asked before there are lanes, so that more than the system allows is refused and ends nothing. Measured: what a run with
    /// twice the lanes takes more (`/usr/bin/time -f %M`).
    var bytesPerLane: Int { get }

    /// The factor of the space whose levels can be learned apart: intersections, destinations.
    ///
    /// States that share a level stay on one shard under the scenario's own partitioner; `nil` when there is none.
    var affinityFactor: Int? { get }

    /// Which shard the levels of a factor go to when states are kept together; `nil` when there is no such way.
    ///
    /// - Parameters:
    ///   - kind: By what states are kept together.
    ///   - shardCount: The number of shards, at least 1.
    /// - Returns: The factor and its levels' shards, each below `shardCount`.
    func affinity(_ kind: Affinity.Kind, shardCount: Int) -> Affinity?

    /// What to train with unless told otherwise.
    var defaults: TrainingDefaults { get }

    /// The table that learning begins with, one row per state; `nil` when every action has the same initial value.
    var initialTable: ActionValueTable? { get }

    /// Whether what `makeWorld` gives can be written down and put back, so that a run can return to a checkpoint.
    var isRestorable: Bool { get }

    /// Makes the environment of a cohort; a `RestorableEnvironment` where `isRestorable` says so.
    ///
    /// - Parameters:
    ///   - replicas: The numbers of the replicas within the run; a replica's random numbers depend on its number and
    ///     the seed, not on the cohort that holds it.
    ///   - seed: The run's seed.
    /// - Returns: A fresh environment with `replicas.count` × `lanesPerReplica` lanes.
    /// - Throws: `EnvironmentFailure` when what is behind it cannot be started.
    func makeWorld(replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) -> any Environment
}

/// A scenario whose environments can always be written down and put back.
public protocol RestorableScenario: Scenario {
    /// Makes the environment of a cohort; parameters and errors are those of `makeWorld`.
    func makeEnvironment(replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) -> any RestorableEnvironment
}

extension RestorableScenario {
    /// It can be put back.
    public var isRestorable: Bool { true }

    /// What `makeEnvironment` makes.
    public func makeWorld(replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) -> any Environment {
        try makeEnvironment(replicas: replicas, seed: seed)
    }
}

extension Scenario {
    /// A row each state.
    public var tiles: TileCoding? { nil }

    /// What a small world's lane takes: 70 to 170 bytes.
    public var bytesPerLane: Int { 128 }

    /// No table: every action has the initial value.
    public var initialTable: ActionValueTable? { nil }
}

/// The settings a scenario is trained with unless told otherwise.
public struct TrainingDefaults: Sendable, Hashable {
    /// The numbers of the learning rule.
    public var parameters: LearningParameters
    /// Lanes per cohort.
    public var lanes: Int
    /// Cohorts in flight.
    public var cohorts: Int
    /// Lane-steps of the whole run.
    public var steps: UInt64

    /// Creates settings.
    public init(parameters: LearningParameters, lanes: Int, cohorts: Int, steps: UInt64) {
        self.parameters = parameters
        self.lanes = lanes
        self.cohorts = cohorts
        self.steps = steps
    }
}
