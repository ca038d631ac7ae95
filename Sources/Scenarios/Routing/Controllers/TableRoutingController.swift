public import TabularLearning

/// Sends each packet to the neighbour with the highest action value in a learned table, the lowest slot on ties.
public struct TableRoutingController: RoutingController {
    /// The name in tables.
    public let name: String
    private let routerCount: Int
    private let table: ActionValueTable

    /// Creates a controller that no longer learns.
    ///
    /// - Parameters:
    ///   - table: One row per router and destination.
    ///   - topology: What it was learned on.
    public init(table: ActionValueTable, topology: NetworkTopology, name: String = "learned, frozen") {
        precondition(
            table.rowCount == topology.routerCount * topology.routerCount
                && table.actionCount == topology.largestDegree,
            "the table has a row for every router and destination"
        )
        self.name = name
        self.table = table
        routerCount = topology.routerCount
    }

    /// Chooses the best neighbour.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        let start = (entry.router * routerCount + entry.destination) * table.actionCount
        var best = 0
        for slot in 1..<max(1, network.topology.neighbors[entry.router].count)
        where table.cells[start + slot].value > table.cells[start + best].value {
            best = slot
        }
        return UInt8(truncatingIfNeeded: best)
    }
}
