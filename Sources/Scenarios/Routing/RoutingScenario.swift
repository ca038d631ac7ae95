public import TabularLearning

/// Packet routing that learns: each router sends a packet on to one of its neighbours, knowing only where it is bound.
///
/// State: router and destination. Action: a neighbour's slot; those of links that do not work are masked. Reward: −(ticks in
/// the queue + 1 for the link), or −1 for a rule that looks at queues. Undiscounted; terminal at the destination; the bootstrap
/// is the best of the next router's row for the destination. With α = 0.5 and greedy choice the plainest rule is Q-routing.
///
/// Source: Boyan and Littman, *Packet Routing in Dynamically Changing Networks*, NIPS 6, 1994.
public struct RoutingScenario: RestorableScenario, Hashable {
    /// The name on the command line.
    public static let name = "routing"

    /// When a packet uses a router's server.
    public enum Rules: String, Sendable, Hashable, Codable, CaseIterable {
        /// Every hop waits for the server of the router it leaves.
        case tick
        /// A packet's first hop is free, and at most `packetLimit` packets live in the network: the rules of the original
        /// program.
        case bl94
    }

    /// The network.
    public var network = RoutingNetwork.grid6x6
    /// Who sends how much to whom.
    public var trafficMatrix = TrafficMatrix.uniform
    /// Packets that enter the network per tick on average; above 0, at most 100.
    public var load = 2.0
    /// What forwards one packet a tick.
    public var model = Model.node
    /// When a packet uses a router's server; in the link model always.
    public var rules = Rules.bl94
    /// With `bl94`, packets beyond this number are refused entry.
    public var packetLimit = 1000

    /// The most packets that wait in a router's queue, at least 1; `nil` for queues without end.
    ///
    /// A packet that comes to a full queue is dropped. To the sender a drop costs this many ticks besides the hop, as if
    /// the packet had gone to the end of a full queue: a journey that ended without a cost would teach routers to drop.
    public var queueCapacity: Int?

    /// What happens to the network, in the order of the ticks.
    public var events: [RoutingEvent] = []

    /// What routers tell one another.
    public var rule = RoutingRule.standard

    /// The most neighbours of a router where packets are simulated: a table has no more actions.
    ///
    /// Bounds on the load know no limit.
    public static let degreeLimit = 64

    /// The most ticks of a network: its clock ends there.
    public static let mostTicks = UInt64(Int32.max)

    /// The loads that make sense, in packets per tick.
    public static let loads = 0.001...100.0

    /// Creates the default problem.
    public init() {}

    /// Checks every setting.
    ///
    /// - Throws: `ScenarioError` that names the first one that makes no sense.
    public func check() throws(ScenarioError) {
        guard Self.loads.contains(load) else {
            throw ScenarioError(
                "a load of \(load) packets per tick is not within \(Self.loads.lowerBound)...\(Self.loads.upperBound)"
            )
        }
        if let router = topology.neighbors.firstIndex(where: { $0.count > Self.degreeLimit }) {
            throw ScenarioError(
                "router '\(topology.names[router])' has \(topology.neighbors[router].count) links: packets are simulated "
                    + "with at most \(Self.degreeLimit) at a router (shardq routing capacity bounds the load of any network)"
            )
        }
        guard (1...1_000_000).contains(packetLimit) else {
            throw ScenarioError("a limit of \(packetLimit) packets is not within 1...1000000")
        }
        guard model == .node || rules == .tick else {
            throw ScenarioError("in the link model every hop uses a server: the rules are tick")
        }
        try rule.check()
        try trafficMatrix.check(for: topology)
        try RoutingEvent.check(events, for: topology)
        guard queueCapacity ?? 1 >= 1 else {
            throw ScenarioError("a queue capacity of \(queueCapacity ?? 0) is not at least 1 packet")
        }
    }

    /// The routers and links.
    public var topology: NetworkTopology { network.topology }

    /// Router × destination; the rows where both are the same are never used.
    public var space: StateSpace {
        let topology = topology
        return StateSpace(
            factors: [Self.factor("router", topology), Self.factor("destination", topology)],
            actions: (0..<topology.largestDegree).map { "neighbour \($0)" }
        )
    }

    private static func factor(_ name: String, _ topology: NetworkTopology) -> StateSpace.Factor {
        topology.isNamed ? .init(name, levels: topology.names) : .init(name, count: topology.routerCount)
    }

    /// The routers.
    public var lanesPerReplica: Int { topology.routerCount }

    /// Its queues.
    public var bytesPerLane: Int { 1_050 }

    /// The destination: a packet's next row has the same one, so that no bootstrap leaves a shard.
    public var affinityFactor: Int? { 1 }

    /// Estimates of delivery times before anything is learned, where they are not zero: 1 + the hops from the neighbour on.
    public var initialTable: ActionValueTable? {
        guard rule.start != .zero else { return nil }
        let (topology, width) = (topology, topology.largestDegree)
        let count = topology.routerCount
        var table = ActionValueTable(rowCount: count * count, actionCount: width, initialValue: 0)
        for router in 0..<count {
            let detours = rule.start == .detours ? topology.detours(of: router) : []
            for destination in 0..<count where destination != router {
                let row = topology.neighbors[router].enumerated().map { slot, neighbor in
                    let hops =
                        rule.start == .detours
                        ? Int(detours[slot][destination]) : topology.distance(neighbor, destination)
                    return ActionValueTable.Cell(value: -rule.ticksPerHop * Float(1 + hops), visitCount: 0)
                }
                table.replaceCells(from: (router * count + destination) * width, with: row)
            }
        }
        return table
    }

    /// The rule's α, γ 1, greedy, Q₀ = 0.
    public var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(
                discount: 1,
                stepSize: .constant(rule.defaultStepSize),
                epsilon: .constant(0)
            ),
            lanes: lanesPerReplica,
            cohorts: 1,
            steps: UInt64(lanesPerReplica) * 30_000
        )
    }

    /// Makes networks that start empty.
    public func makeEnvironment(replicas: Range<Int>, seed: UInt64) -> any RestorableEnvironment {
        RoutingEnvironment(self, replicas: replicas, seed: seed)
    }
}
