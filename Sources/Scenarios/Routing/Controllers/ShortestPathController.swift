public import TabularLearning

/// Sends each packet along a shortest path in hops.
public struct ShortestPathController: RoutingController {
    /// What decides where several neighbours lie on a shortest path.
    public enum Ties: Sendable, Hashable {
        /// Each is chosen equally often.
        case random
        /// Equal-cost multipath: all packets of a flow, that is of a source and a destination, go the same way.
        ///
        /// The hash that spreads flows takes in the router, so that the flows that one router sends to a neighbour are
        /// spread again there.
        case byFlow
        /// The shortest queue that the packet would join, at random among equals.
        case shortestQueue
    }

    private let ties: Ties
    private var paths: ShortestPaths

    /// Creates the controller of a network.
    public init(_ topology: NetworkTopology, ties: Ties = .random) {
        self.ties = ties
        paths = ShortestPaths(topology)
    }

    /// The name in tables.
    public var name: String {
        switch ties {
        case .random: "shortest path"
        case .byFlow: "ECMP"
        case .shortestQueue: "shortest queue"
        }
    }

    /// Chooses among the neighbours that are closer.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        paths.update(to: network)
        let slots = paths.closerSlots(for: entry, in: network)
        switch ties {
        case .random: return slots.anySlot(&random)
        case .byFlow:
            let flow = UInt64(entry.source) << 32 | UInt64(entry.destination) << 16 | UInt64(entry.router)
            var hash = SplitMix64(state: flow)
            return slots.anySlot(&hash)
        case .shortestQueue:
            return slots.lowest { network.queueAhead(entry.router, $0, to: entry.destination) }.anySlot(&random)
        }
    }
}
