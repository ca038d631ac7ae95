public import TabularLearning

/// Traffic signals that learn: each intersection of a road network is a lane and chooses its next phase.
///
/// State: `SignalStateEncoder`. Action: the phase to show next, among `IntersectionView.choices`; the present one is
/// kept. Reward of a decision interval: `SignalReward`, unless told otherwise −(vehicles waiting at the intersection,
/// averaged over the interval) / `rewardScale`. A forced hold (yellow, all-red, minimum green) makes one transition of several intervals.
public struct TrafficScenario: RestorableScenario, Hashable {
    /// The name on the command line.
    public static let name = "traffic"

    /// The kinds of networks.
    public enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
        /// Rows and columns of four-armed intersections; 1×1 is an isolated junction.
        case grid
        /// The junction of two one-way streets.
        case crossing
        /// A main street with a side street across it at each junction.
        case arterial
        /// A network of the user's own: `customNetwork`.
        case custom
    }

    /// The kind of network.
    public var layout = Layout.grid
    /// Rows of the grid.
    public var rows = 4
    /// Columns of the grid.
    public var columns = 4
    /// Junctions of the arterial, one of `RoadNetwork.arterialLengths`.
    public var junctions = 6
    /// The network of the layout `custom`; part of the scenario, so that a saved one needs no other file.
    public var customNetwork: RoadNetwork?
    /// Lengths and capacities; of a custom network only the speed counts, to see how far detectors look ahead.
    public var geometry = RoadGeometry()
    /// What wants to enter.
    ///
    /// Default 400 vehicles per hour at each entry.
    public var demand = TrafficDemand.steady(400)
    /// The times of the signals.
    public var timing = SignalTiming()
    /// Seconds between the instants at which signals may be changed.
    ///
    /// Default 5 (sumo-rl, RESCO).
    public var decisionInterval = 5
    /// What the learned controller sees.
    public var observation = SignalObservation()
    /// Whether intersections of the same shape learn one table together.
    ///
    /// Default yes: sixteen intersections that pool what they see learn as much in a sixteenth of the time. With a
    /// table each, shards can be told apart by intersection.
    public var sharesTable = true
    /// Simulated seconds of an episode, a multiple of the decision interval.
    ///
    /// Default one hour.
    public var episodeSeconds = 3600
    /// γ per decision interval; the reward of a hold is discounted with it inside the environment.
    public var discount: Float = 0.95
    /// The number of waiting vehicles that makes a reward of −1 for an interval.
    public var rewardScale: Float = 10
    /// What signals are rewarded with.
    ///
    /// Default the delay.
    @AddedSetting<AbsentReward> public var reward = SignalReward.delay
    /// The kinds of vehicles that are told apart.
    ///
    /// Default none.
    @AddedSetting<AbsentList<VehicleKind>> public var kinds: [VehicleKind] = []

    /// Creates the default problem: the 4×4 grid.
    public init() {}

    /// Creates the default problem on a kind of generated network: an arterial has 1200 vehicles per hour at each end
    /// and a quarter of that on each side street, everything else 400 at each entry.
    public init(layout: Layout, pattern: DemandPattern = .steady) {
        self.layout = layout
        demand = TrafficDemand(
            pattern,
            northSouth: layout == .arterial ? 300 : 400,
            eastWest: layout == .arterial ? 1200 : 400
        )
    }

    /// Creates the problem on a network of one's own.
    ///
    /// - Parameters:
    ///   - network: The roads.
    ///   - demand: What wants to enter them.
    public init(network: RoadNetwork, demand: TrafficDemand) {
        layout = .custom
        customNetwork = network
        self.demand = demand
    }

    /// Builds the road network.
    ///
    /// - Throws: `ScenarioError` with the first value that makes no sense.
    public func makeNetwork() throws(ScenarioError) -> RoadNetwork {
        switch layout {
        case .grid: try RoadNetwork.grid(rows: rows, columns: columns, geometry: geometry)
        case .crossing: try RoadNetwork.crossing(geometry: geometry)
        case .arterial: try RoadNetwork.arterial(junctions: junctions, geometry: geometry)
        case .custom: try givenNetwork()
        }
    }

    private func givenNetwork() throws(ScenarioError) -> RoadNetwork {
        guard let customNetwork else { throw ScenarioError("the layout custom needs a network") }
        return customNetwork
    }

    /// The network in a few words: `4x4 grid`.
    public var networkDescription: String {
        switch layout {
        case .grid: "\(rows)x\(columns) grid"
        case .crossing: "two one-way streets"
        case .arterial: "arterial of \(junctions) junctions"
        case .custom: "network of \(lanesPerReplica) intersections"
        }
    }

    /// Checks every value.
    ///
    /// - Throws: `ScenarioError` that names the first value that makes no sense and what would be right.
    public func check() throws(ScenarioError) {
        let network = try makeNetwork()
        try geometry.check()
        try demand.check(entryCount: network.entries.count)
        try timing.check(interval: decisionInterval, phaseCount: network.phaseCount)
        try observation.check()
        guard (decisionInterval...31_622_400).contains(episodeSeconds), episodeSeconds % decisionInterval == 0 else {
            throw ScenarioError(
                "an episode of \(episodeSeconds) s is not a multiple of the decision interval of \(decisionInterval) s"
            )
        }
        guard discount >= 0, discount <= 1 else {
            throw ScenarioError("a discount of \(discount) is not within 0...1")
        }
        guard rewardScale > 0, rewardScale.isFinite else {
            throw ScenarioError("a reward scale of \(rewardScale) is not above 0")
        }
        try reward.check()
        try VehicleKind.check(kinds)
    }

    /// Whether the reward says something else than the delay of all vehicles alike.
    package var hasOwnReward: Bool { reward != .delay || kinds.contains { $0.weight != 1 } }

    /// The network of a configuration that has been checked.
    private var network: RoadNetwork {
        do {
            return try makeNetwork()
        } catch {
            preconditionFailure("check() comes before use: \(error)")
        }
    }

    /// Returns the encoder of states.
    public func makeEncoder() -> SignalStateEncoder {
        SignalStateEncoder(network: network, observation: observation, isShared: sharesTable)
    }

    /// Returns what the signals are held to.
    public var envelope: SafetyEnvelope { SafetyEnvelope(timing: timing, interval: decisionInterval) }

    /// The seconds that the detectors look ahead: their distance at free-flow speed.
    public var detectorSeconds: Int { Int(observation.detectorDistance / geometry.speed + 0.5) }

    /// The reward of a vehicle-second of waiting in an interval, without its sign.
    package var waitingUnit: Float { 1 / (Float(decisionInterval) * rewardScale) }

    /// The states and actions.
    public var space: StateSpace { makeEncoder().space }

    /// The number of intersections.
    public var lanesPerReplica: Int {
        switch layout {
        case .grid: rows * columns
        case .crossing: 1
        case .arterial: junctions
        case .custom: customNetwork?.intersections.count ?? 1
        }
    }

    /// Its vehicles.
    public var bytesPerLane: Int { 1_400 }

    /// The intersection, or its shape where there are several; `nil` where all share one table.
    public var affinityFactor: Int? { sharesTable && network.shapes.names.count == 1 ? nil : 0 }

    /// What to train with unless told otherwise.
    ///
    /// ε begins at 0.2 and not at 1: signals that are switched at random jam the network, and what is learned in a jam
    /// is of no use outside it.
    public var defaults: TrainingDefaults {
        let steps: UInt64 = 8_000_000
        let replicas = max(1, 512 / lanesPerReplica)
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: discount,
                stepSize: .visitCount(horizon: 1 / (1 - min(discount, 0.999)), minimum: 0.02),
                epsilon: .linear(initial: 0.2, final: 0.01, steps: steps / 5 * 4)
            ),
            lanes: replicas * lanesPerReplica,
            cohorts: 2,
            steps: steps
        )
    }

    /// Makes the environment of a cohort.
    public func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        TrafficEnvironment(self, network: network, replicas: replicas, seed: seed)
    }
}
