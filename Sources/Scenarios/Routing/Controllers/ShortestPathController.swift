public import TabularLearning

/// Sends each packet along a shortest path in hops; where several neighbours lie on one, each equally often.
public struct ShortestPathController: RoutingController {
    /// The name in tables.
    public let name = "shortest path"
    private let routerCount: Int
    /// For router and destination the slots that lead closer.
    private let slots: [[UInt8]]

    /// Finds all shortest paths of a network.
    public init(_ topology: NetworkTopology) {
        routerCount = topology.routerCount
        slots = (0..<routerCount).flatMap { router in
            (0..<topology.routerCount).map { destination in
                topology.neighbors[router].enumerated().compactMap { slot, neighbor in
                    topology.distance(neighbor, destination) < topology.distance(router, destination)
                        ? UInt8(slot) : nil
                }
            }
        }
    }

    /// Chooses at random among the neighbours that are closer.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        let choices = slots[entry.router * routerCount + entry.destination]
        return choices[choices.count == 1 ? 0 : random.nextIndex(below: choices.count)]
    }
}
