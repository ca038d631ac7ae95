public import TabularLearning

/// Sends each packet along a shortest path in hops; where several neighbours lie on one, each equally often.
public struct ShortestPathController: RoutingController {
    /// The name in tables.
    public let name = "shortest path"
    private var paths: ShortestPaths

    /// Creates the controller of a network.
    public init(_ topology: NetworkTopology) {
        paths = ShortestPaths(topology)
    }

    /// Chooses at random among the neighbours that are closer.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        paths.update(to: network)
        return paths.closerSlots(for: entry, in: network).anySlot(&random)
    }
}
