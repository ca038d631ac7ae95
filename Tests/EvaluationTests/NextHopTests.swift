import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("Next hops that routers can install")
struct NextHopTests {
    private let triangle = NetworkTopology(routerCount: 3, links: [(0, 1), (0, 2), (1, 2)])

    /// Counts toward router 2 of the triangle, links in the order 0→1, 0→2, 1→0, 1→2, 2→0, 2→1.
    private func weights(_ toward2: [UInt32]) -> WeightedNextHops {
        WeightedNextHops(triangle, uses: Array(repeating: 0, count: 12) + toward2)
    }

    @Test("weights are shares of what was counted, without what flowed in circles")
    func circles() {
        let weights = weights([6, 4, 2, 10, 0, 0])
        #expect(weights.weight(from: 0, slot: 0, to: 2) == 0.5)
        #expect(weights.weight(from: 0, slot: 1, to: 2) == 0.5)
        #expect(weights.weight(from: 1, slot: 0, to: 2) == 0)
        #expect(weights.weight(from: 1, slot: 1, to: 2) == 1)
        #expect(weights.isCounted(0, to: 2) && !weights.isCounted(0, to: 1))
    }

    @Test("what flows to where nothing leaves is taken off, and the neighbours closer in hops take its place")
    func deadEnds() {
        let weights = weights([6, 0, 0, 0, 0, 0])
        #expect(weights.weight(from: 0, slot: 0, to: 2) == 0)
        #expect(weights.weight(from: 0, slot: 1, to: 2) == 1)
        #expect(!weights.isCounted(0, to: 2))
    }

    @Test(
        "longer circles go too, whatever was counted, and every packet arrives",
        arguments: 1...5 as ClosedRange<UInt64>
    )
    func longCircles(seed: UInt64) {
        let scenario = RoutingScenario()
        let topology = scenario.topology
        var random = SplitMix64(state: seed)
        let uses = (0..<(36 * 2 * topology.linkCount)).map { _ in UInt32(random.nextIndex(below: 4)) }
        let weights = WeightedNextHops(topology, uses: uses)
        for destination in 0..<36 {
            // As many rounds as routers: what is left after that flows in a circle.
            var amounts = (0..<36).map { $0 == destination ? 0.0 : 1 }
            var arrived = 0.0
            for _ in 0..<36 {
                var next = Array(repeating: 0.0, count: 36)
                for router in 0..<36 where router != destination {
                    for (slot, neighbor) in topology.neighbors[router].enumerated() {
                        next[neighbor] += amounts[router] * weights.weight(from: router, slot: slot, to: destination)
                    }
                }
                arrived += next[destination]
                next[destination] = 0
                amounts = next
            }
            #expect(abs(arrived - 35) < 1e-9)
        }
    }

    @Test("where nothing was counted the weights are those of shortest paths and carry what they carry")
    func shortestPaths() {
        var scenario = RoutingScenario()
        for (rules, load) in [(.tick, 2.2039), (.bl94, 2.3476)] as [(RoutingScenario.Rules, Double)] {
            scenario.rules = rules
            let uses = [UInt32](repeating: 0, count: 36 * 2 * scenario.topology.linkCount)
            let weights = WeightedNextHops(scenario.topology, uses: uses)
            #expect(abs(weights.sustainableLoad(of: scenario) - load) < 1e-4)
        }
    }

    @Test("next hops without weights lose the pairs whose packets go in circles")
    func singleHops() {
        var scenario = RoutingScenario()
        scenario.network = RoutingNetwork(imported: "triangle", topology: triangle)
        scenario.rules = .tick
        let direct = SingleNextHops(of: scenario) { router, destination in
            scenario.topology.neighbors[router].firstIndex(of: destination)
        }
        #expect(direct.lostPairs == 0 && direct.pairs == 6 && abs(direct.sustainableLoad - 3) < 1e-12)
        let circling = SingleNextHops(of: scenario) { router, destination in
            destination == 2 ? 0 : scenario.topology.neighbors[router].firstIndex(of: destination)
        }
        #expect(circling.lostPairs == 2 && circling.sustainableLoad == 0)
    }

    @Test("weights that were counted carry what the policy carries, and more than shortest paths")
    func measured() throws {
        var scenario = RoutingScenario()
        scenario.rules = .tick
        scenario.rule.start = .hops
        let table = try #require(scenario.initialTable)
        let measurement = PolicyMeasurement(of: table, on: scenario)
        let weighted = WeightedNextHops(scenario.topology, uses: measurement.uses).sustainableLoad(of: scenario)
        #expect(measurement.sustainableLoad > 1.5 && measurement.sustainableLoad < 35.0 / 9)
        #expect(weighted > max(2.2039, measurement.sustainableLoad) && weighted <= 35.0 / 9, "\(weighted)")
    }
}
