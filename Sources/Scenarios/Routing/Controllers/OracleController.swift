public import TabularLearning

/// Knows every queue of the network in every tick and sends each packet along the way with the fewest packets on it now.
///
/// A way costs a tick per link and per packet that waits for one of its servers. The oracle is myopic: it sees what waits
/// and not what will come, so that it is no lower bound.
public struct OracleController: RoutingController {
    /// The name in tables.
    public let name = "oracle"
    private let servers: Servers
    private var search: CostSearch
    private var linkCosts: [Double]
    /// For each destination the best slots of every router, and the tick for which they hold.
    private var best: [[UInt64]]
    private var ticks: [UInt32?]
    private var costsTick: UInt32?

    /// Creates the controller of a network.
    ///
    /// - Parameters:
    ///   - topology: The network.
    ///   - model: What forwards one packet a tick.
    public init(_ topology: NetworkTopology, model: RoutingScenario.Model = .node) {
        servers = Servers(topology, model)
        search = CostSearch(servers.links)
        linkCosts = Array(repeating: 1, count: servers.links.count)
        best = Array(repeating: [], count: topology.routerCount)
        ticks = Array(repeating: nil, count: topology.routerCount)
    }

    /// Chooses a way at random among the best.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        if costsTick != network.tick {
            costsTick = network.tick
            let lengths = network.queueLengths
            for link in linkCosts.indices { linkCosts[link] = 1 + Double(lengths[servers.ofLink[link]]) }
            if network.lastTopologyChange != nil { closeFailedLinks(of: network) }
        }
        if ticks[entry.destination] != network.tick {
            ticks[entry.destination] = network.tick
            search.search(to: entry.destination, linkCosts: linkCosts)
            best[entry.destination] = (0..<servers.links.routerCount).map {
                search.bestSlots(from: $0, linkCosts: linkCosts)
            }
        }
        let slots = best[entry.destination][entry.router]
        return (slots == 0 ? network.usableSlots(of: entry.router) : slots).anySlot(&random)
    }

    private mutating func closeFailedLinks(of network: PacketNetwork) {
        for router in 0..<servers.links.routerCount {
            let usable = network.works(router) ? network.usableSlots(of: router) : 0
            let leaving = servers.links.leaving(router)
            for link in leaving where usable >> UInt64(link - leaving.lowerBound) & 1 == 0 {
                linkCosts[link] = .infinity
            }
        }
    }
}
