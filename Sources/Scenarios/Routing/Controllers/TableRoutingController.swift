public import TabularLearning

/// Sends each packet to the neighbour with the highest action value in a learned table, the lowest slot on ties.
public struct TableRoutingController: RoutingController {
    /// The name in tables.
    public let name: String
    private let routerCount: Int
    private let seesQueues: Bool
    private let splitsHorizon: Bool
    private let queueWeight: Float
    private let table: ActionValueTable

    /// Creates a controller that no longer learns.
    ///
    /// - Parameters:
    ///   - table: One row per router and destination.
    ///   - scenario: What it was learned on, and by which rule.
    ///   - name: The name in tables.
    public init(table: ActionValueTable, scenario: RoutingScenario, name: String = "learned, frozen") {
        let topology = scenario.topology
        precondition(
            table.rowCount == topology.routerCount * topology.routerCount
                && table.actionCount == topology.largestDegree,
            "the table has a row for every router and destination"
        )
        self.name = name
        self.table = table
        seesQueues = scenario.rule.seesQueues
        splitsHorizon = scenario.rule.splitsHorizon
        queueWeight = scenario.rule.queueWeight
        routerCount = topology.routerCount
    }

    /// Chooses the best neighbour, by what the table knows and, if the rule says so, what the queues are now.
    public mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        let start = (entry.router * routerCount + entry.destination) * table.actionCount
        var slots = network.usableSlots(of: entry.router)
        if splitsHorizon, slots & ~entry.wayBack != 0 { slots &= ~entry.wayBack }
        var (best, bestValue) = (slots.trailingZeroBitCount, -Float.infinity)
        while slots != 0 {
            let slot = slots.trailingZeroBitCount
            slots &= slots - 1
            var value = table.cells[start + slot].value
            if seesQueues {
                value += -queueWeight * Float(network.queueAhead(entry.router, slot, to: entry.destination))
            }
            if value > bestValue { (best, bestValue) = (slot, value) }
        }
        return UInt8(truncatingIfNeeded: best)
    }
}
