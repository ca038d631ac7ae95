import Scenarios
import TabularLearning
import Testing

@Suite("Routing controllers that do not learn")
struct RoutingControllerTests {
    private func settled(_ controller: RoutingBaseline, _ scenario: RoutingScenario, seed: UInt64) -> Double {
        var network = PacketNetwork(scenario, replica: 0, seed: seed)
        var controller = controller.controller(for: scenario)
        let random = CounterBasedRandom(seed: seed, stream: .controller)
        network.run(&controller, ticks: 5_000, random: random)
        network.resetStatistics()
        network.run(&controller, ticks: 10_000, random: random)
        return network.statistics.meanDeliveryTime
    }

    private func scenario(_ load: Double, _ rules: RoutingScenario.Rules) -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.load = load
        scenario.rules = rules
        return scenario
    }

    @Test(
        "delivery times on the grid are within 10 % of the reference",
        arguments: [
            (.staticSplit, .tick, 1, 5.26), (.staticSplit, .tick, 2, 6.22), (.staticSplit, .tick, 3, 8.45),
            (.oracle, .tick, 1, 5.31), (.oracle, .tick, 2, 6.29), (.oracle, .tick, 3, 9.45),
            (.staticSplit, .bl94, 1, 5.17), (.staticSplit, .bl94, 3, 7.17), (.staticSplit, .bl94, 3.5, 8.65),
            (.oracle, .bl94, 1, 5.18), (.oracle, .bl94, 3, 7.69), (.oracle, .bl94, 3.5, 9.67),
            (.shortestQueue, .tick, 1, 5.34), (.shortestQueue, .tick, 2, 7.52),
            (.backPressure, .tick, 0.5, 5.06), (.backPressure, .tick, 1.5, 6.02),
        ] as [(RoutingBaseline, RoutingScenario.Rules, Double, Double)]
    )
    func reference(controller: RoutingBaseline, rules: RoutingScenario.Rules, load: Double, expected: Double) {
        let times = [1, 2, 3].map { settled(controller, scenario(load, rules), seed: $0) }
        let median = times.sorted()[1]
        #expect(abs(median - expected) < 0.1 * expected, "\(times)")
    }

    /// Queues smooth what they pass on, so that servers further on see less than Poisson's bursts.
    @Test(
        "a static split gives the delivery time that its formula promises, or less where queues smooth the traffic",
        arguments: [(1.0, 0.05), (2.0, 0.08), (2.5, 0.13)]
    )
    func formula(load: Double, smoothing: Double) {
        let scenario = scenario(load, .tick)
        let promised = StaticSplit(scenario).expectedDeliveryTime
        let given = settled(.staticSplit, scenario, seed: 4)
        #expect(given < 1.01 * promised && given > (1 - smoothing) * promised, "\(promised) \(given)")
    }

    /// The bound is Frank and Wolfe's, from convexity alone: it needs no better solution to compare with.
    @Test("a static split is within a thousandth of the optimum of its formula", arguments: [2.0, 3.5, 4.0])
    func optimality(load: Double) {
        let split = StaticSplit(scenario(load, .bl94))
        #expect(split.optimalityGap >= 0 && split.optimalityGap < 1e-3, "\(split.optimalityGap)")
        // It would prove nothing if it called every split optimal: one of few sweeps, one that overloads a router.
        #expect(StaticSplit(scenario(5, .bl94)).optimalityGap == .infinity)
        #expect(StaticSplit(scenario(load, .bl94), sweeps: 3).optimalityGap > 10 * split.optimalityGap)
    }

    @Test("no static split of a square's two ways beats half and half")
    func square() {
        var scenario = scenario(1, .tick)
        scenario.network = RoutingNetwork(imported: "square", topology: .grid(rows: 2, columns: 2))
        scenario.trafficMatrix = .weights([0, 0, 0, 1] + Array(repeating: 0, count: 12))
        scenario.load = 0.9
        // One server of load 0.9, then one of two servers of load 0.45.
        let expected = 1 + 0.9 / 0.2 + 1 + 0.45 / (2 * 0.55)
        #expect(abs(StaticSplit(scenario).expectedDeliveryTime - expected) < 1e-3)
        // The link model: two servers of 0.45 each, then two more.
        let links = 2 * (1 + 0.45 / (2 * 0.55))
        scenario.model = .link
        #expect(abs(StaticSplit(scenario).expectedDeliveryTime - links) < 1e-3)
    }

    @Test("packets of a flow keep to one shortest path under ECMP")
    func flows() throws {
        var network = PacketNetwork(scenario(2, .tick), replica: 0, seed: 3)
        var controller = ShortestPathController(.grid6x6, ties: .byFlow)
        var slots: [[Int]: UInt8] = [:]
        var draw = SplitMix64(state: 1)
        var choices = Set<UInt8>()
        for _ in 0..<2_000 {
            var chosen: [UInt8] = []
            for entry in network.pending {
                let slot = controller.chooseNeighbor(for: entry, in: network, &draw)
                let neighbor = NetworkTopology.grid6x6.neighbors[entry.router][Int(slot)]
                let distances = [neighbor, entry.router].map { NetworkTopology.grid6x6.distance($0, entry.destination) }
                #expect(distances[0] == distances[1] - 1)
                let flow = [entry.source, entry.destination, entry.router]
                #expect(slots[flow] ?? slot == slot)
                slots[flow] = slot
                choices.insert(slot)
                chosen.append(slot)
            }
            network.forward(chosen)
        }
        #expect(choices.count == 4)
    }

    @Test("controllers are found by name")
    func names() {
        #expect(RoutingBaseline(rawValue: "back-pressure") == .backPressure)
        #expect(RoutingBaseline(rawValue: "magic") == nil)
        let names = RoutingBaseline.allCases.map { $0.controller(for: RoutingScenario()).name }
        #expect(Set(names).count == names.count)
    }
}
