public import TabularLearning

/// Packet routing that learns: each router sends a packet on to one of its neighbours, knowing only where it is bound.
///
/// State: router and destination. Action: a neighbour's slot. Reward: −(ticks in the router's queue + 1 for the link).
/// Undiscounted; terminal at the destination; the bootstrap is the best of the next router's row for the destination.
/// With α = 0.5, greedy choice and a table of zeros this is Q-routing.
///
/// Source: Boyan and Littman, *Packet Routing in Dynamically Changing Networks*, NIPS 6, 1994.
public struct RoutingScenario: Scenario, Hashable {
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

    /// Names of built-in networks.
    public enum Network: String, Sendable, Hashable, Codable, CaseIterable {
        /// The irregular 6×6 grid of Boyan & Littman.
        case grid6x6
        /// Two routers and one link: two independent queues, for checks against queueing theory.
        case pair
    }

    /// The network.
    public var network = Network.grid6x6
    /// Packets that enter the network per tick on average, from and to routers drawn uniformly; above 0, at most 100.
    public var load = 2.0
    /// When a packet uses a router's server.
    public var rules = Rules.bl94
    /// With `bl94`, packets beyond this number are refused entry.
    public var packetLimit = 1000

    /// The most packets that wait in a router's queue, at least 1; `nil` for queues without end.
    ///
    /// A packet that comes to a full queue is dropped. To the sender a drop costs this many ticks besides the hop, as if
    /// the packet had gone to the end of a full queue: a journey that ended without a cost would teach routers to drop.
    public var queueCapacity: Int?

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
        guard (1...1_000_000).contains(packetLimit) else {
            throw ScenarioError("a limit of \(packetLimit) packets is not within 1...1000000")
        }
        guard queueCapacity ?? 1 >= 1 else {
            throw ScenarioError("a queue capacity of \(queueCapacity ?? 0) is not at least 1 packet")
        }
    }

    /// The network.
    public var topology: NetworkTopology {
        switch network {
        case .grid6x6: .grid6x6
        case .pair: NetworkTopology(routerCount: 2, links: [(0, 1)])
        }
    }

    /// Router × destination; the rows where both are the same are never used.
    public var space: StateSpace {
        let topology = topology
        return StateSpace(
            factors: [
                .init("router", count: topology.routerCount), .init("destination", count: topology.routerCount),
            ],
            actions: (0..<topology.largestDegree).map { "neighbour \($0)" }
        )
    }

    /// The routers.
    public var lanesPerReplica: Int { topology.routerCount }

    /// The destination: a packet's next row has the same one, so that no bootstrap leaves a shard.
    public var affinityFactor: Int? { 1 }

    /// Q-routing: α 0.5, γ 1, greedy, Q₀ = 0.
    public var defaults: TrainingDefaults {
        TrainingDefaults(
            parameters: LearningParameters(discount: 1, stepSize: .constant(0.5), epsilon: .constant(0)),
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
