public import Scenarios
public import TabularLearning

/// What a learned table does with packets when it no longer learns: how many it carries, and over which links.
public struct PolicyMeasurement: Sendable {
    /// The highest load that was tried at which packets do not pile up, in packets per tick; 0 where they always do.
    public let sustainableLoad: Double
    /// The load at which packets were counted, a little below, in packets per tick.
    public let load: Double
    /// [destinations × directed links] packets that were sent, links in the order of routers and slots.
    public let uses: [UInt32]

    /// The packet hops of one look at a load, and of the count: some seconds on large networks.
    private static let (lookHops, countHops) = (2_000_000.0, 20_000_000.0)

    /// Measures a table.
    ///
    /// - Parameters:
    ///   - table: One row per router and destination.
    ///   - scenario: What it was learned on; its load and its events are not looked at.
    public init(of table: ActionValueTable, on scenario: RoutingScenario) {
        var scenario = scenario
        scenario.events = []
        let bounds = SustainableLoad(
            scenario.topology,
            scenario.trafficMatrix,
            model: scenario.model,
            rules: scenario.rules
        )
        let hops = bounds.meanHops
        var (low, high) = (
            0.0, min(RoutingScenario.loads.upperBound, bounds.bestRouting(within: 0, limit: .zero).atMost)
        )
        for _ in 0..<8 {
            let middle = (low + high) / 2
            guard RoutingScenario.loads.contains(middle) else { break }
            scenario.load = middle
            let ticks = Int(min(4_000, max(500, Self.lookHops / (middle * hops))))
            if Self.carries(table, scenario, ticks: ticks) { low = middle } else { high = middle }
        }
        sustainableLoad = low
        load = max(RoutingScenario.loads.lowerBound, 0.95 * low)
        scenario.load = load
        let ticks = Int(min(50_000, max(2_000, Self.countHops / (load * hops))))
        uses = Self.count(table, scenario, ticks: ticks)
    }

    /// Whether packets do not pile up, nor are refused or dropped, in the last of three windows.
    private static func carries(_ table: ActionValueTable, _ scenario: RoutingScenario, ticks: Int) -> Bool {
        var controller = TableRoutingController(table: table, scenario: scenario)
        var network = PacketNetwork(scenario, replica: 0, seed: 1)
        let random = CounterBasedRandom(seed: 1, stream: .controller)
        network.run(&controller, ticks: 2 * ticks, random: random)
        network.resetStatistics()
        let before = network.liveCount
        network.run(&controller, ticks: ticks, random: random)
        let counts = network.statistics
        let lost = counts.refused + counts.dropped + max(0, network.liveCount - before)
        // What is in the network varies by as much in any case.
        return Double(lost) <= 0.01 * Double(counts.offered) + 2 * Double(before).squareRoot()
    }

    private static func count(_ table: ActionValueTable, _ scenario: RoutingScenario, ticks: Int) -> [UInt32] {
        let links = DirectedLinks(scenario.topology)
        var controller = CountingController(
            base: TableRoutingController(table: table, scenario: scenario),
            links: links,
            uses: Array(repeating: 0, count: scenario.topology.routerCount * links.count)
        )
        var network = PacketNetwork(scenario, replica: 1, seed: 1)
        let random = CounterBasedRandom(seed: 1, stream: .controller)
        network.run(&controller, ticks: ticks / 4, random: random)
        controller.forget()
        network.run(&controller, ticks: ticks, random: random)
        return controller.uses
    }
}

/// Counts what another controller chooses.
private struct CountingController: RoutingController {
    var base: TableRoutingController
    let links: DirectedLinks
    private(set) var uses: [UInt32]

    init(base: TableRoutingController, links: DirectedLinks, uses: [UInt32]) {
        self.base = base
        self.links = links
        self.uses = uses
    }

    var name: String { base.name }

    mutating func forget() {
        for index in uses.indices { uses[index] = 0 }
    }

    mutating func chooseNeighbor(
        for entry: PacketNetwork.Pending,
        in network: PacketNetwork,
        _ random: inout SplitMix64
    ) -> UInt8 {
        let slot = base.chooseNeighbor(for: entry, in: network, &random)
        uses[entry.destination * links.count + links.offsets[entry.router] + Int(slot)] &+= 1
        return slot
    }
}
