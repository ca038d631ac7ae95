public import TabularLearning

/// Sends packets on in the fixed shares of a static split, each packet at random.
///
/// Where a link has failed its share goes to the others; a packet for which no traffic was foreseen takes a shortest path.
public struct StaticSplitController: RoutingController {
    /// The name in tables.
    public let name = "static split"
    private let links: DirectedLinks
    private let split: StaticSplit
    private var paths: ShortestPaths

    /// Creates the controller.
    ///
    /// - Parameters:
    ///   - split: The shares.
    ///   - topology: The network they were made for.
    public init(_ split: StaticSplit, topology: NetworkTopology) {
        self.split = split
        links = DirectedLinks(topology)
        paths = ShortestPaths(topology)
    }

    /// Draws a neighbour.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        paths.update(to: network)
        let leaving = links.leaving(entry.router)
        let flow = split.flows[entry.destination]
        let usable = network.usableSlots(of: entry.router)
        func share(_ link: Int) -> Double { usable >> UInt64(link - leaving.lowerBound) & 1 == 1 ? flow[link] : 0 }
        var total = 0.0
        for link in leaving { total += share(link) }
        guard total > 1e-12 else { return paths.closerSlots(for: entry, in: network).anySlot(&random) }
        var rest = random.nextUnit() * total
        var last = leaving.lowerBound
        for link in leaving where share(link) > 0 {
            last = link
            rest -= share(link)
            if rest < 0 { break }
        }
        return UInt8(truncatingIfNeeded: last - leaving.lowerBound)
    }
}
