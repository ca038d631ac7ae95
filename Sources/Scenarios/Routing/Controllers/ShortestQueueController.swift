public import TabularLearning

/// Sends each packet along a shortest path, there where the next queue is shortest; at random among equals.
public struct ShortestQueueController: RoutingController {
    /// The name in tables.
    public let name = "shortest queue"
    private var paths: ShortestPaths

    /// Creates the controller of a network.
    public init(_ topology: NetworkTopology) {
        paths = ShortestPaths(topology)
    }

    /// Compares the queues that the packet would join.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        paths.update(to: network)
        return paths.closerSlots(for: entry, in: network)
            .lowest { network.queueAhead(entry.router, $0, to: entry.destination) }
            .anySlot(&random)
    }
}
