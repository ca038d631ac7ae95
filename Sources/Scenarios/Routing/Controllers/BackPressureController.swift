public import TabularLearning

/// Back-pressure: sends a packet to the neighbour where fewest packets wait for the same destination, hops counted too.
///
/// The original serves, over all destinations, the greatest difference between a router's packets and a neighbour's. Here
/// routers are first in, first out: the rule chooses where the first packet goes, not which packet is first. Each hop
/// weighs like one waiting packet; without that bias packets wander.
///
/// Source: Tassiulas and Ephremides, *Stability Properties of Constrained Queueing Systems*, IEEE Transactions on
/// Automatic Control 37(12), 1992.
public struct BackPressureController: RoutingController {
    /// The name in tables.
    public let name = "back-pressure"
    private var paths: ShortestPaths
    /// [routers × destinations] packets that wait, in the tick they were counted.
    private var waiting: [Int32]
    private var countedTick: UInt32?

    /// Creates the controller of a network.
    public init(_ topology: NetworkTopology) {
        paths = ShortestPaths(topology)
        waiting = Array(repeating: 0, count: topology.routerCount * topology.routerCount)
    }

    /// Compares what waits at the neighbours.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        if countedTick != network.tick {
            countedTick = network.tick
            network.countWaiting(into: &waiting)
        }
        paths.update(to: network)
        let (paths, waiting) = (paths, waiting)
        return network.usableSlots(of: entry.router)
            .lowest { slot in
                let neighbor = paths.topology.neighbors[entry.router][slot]
                let backlog = Int(waiting[neighbor * paths.topology.routerCount + entry.destination])
                return backlog + paths.distance(neighbor, entry.destination)
            }
            .anySlot(&random)
    }
}
