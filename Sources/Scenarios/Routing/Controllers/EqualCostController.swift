public import TabularLearning

/// Equal-cost multipath: all packets of a flow take the same shortest path, and flows are spread by a hash.
///
/// A flow is a source and a destination. The hash takes in the router, so that the flows that one router sends to a
/// neighbour are spread again there.
public struct EqualCostController: RoutingController {
    /// The name in tables.
    public let name = "ECMP"
    private var paths: ShortestPaths

    /// Creates the controller of a network.
    public init(_ topology: NetworkTopology) {
        paths = ShortestPaths(topology)
    }

    /// Hashes the packet's flow.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        paths.update(to: network)
        let slots = paths.closerSlots(for: entry, in: network)
        let count = slots.nonzeroBitCount
        guard count > 1 else { return slots.slot(0) }
        let flow = UInt64(entry.source) << 32 | UInt64(entry.destination) << 16 | UInt64(entry.router)
        var hash = SplitMix64(state: flow)
        return slots.slot(hash.nextIndex(below: count))
    }
}
