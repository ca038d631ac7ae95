import Scenarios
import TabularLearning
import Testing

@Suite("The packet network")
struct PacketNetworkTests {
    private func scenario(load: Double, rules: RoutingScenario.Rules = .tick) -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.load = load
        scenario.rules = rules
        return scenario
    }

    private func statistics(
        _ scenario: RoutingScenario,
        warmUp: Int = 5_000,
        ticks: Int,
        seed: UInt64 = 1
    ) -> DeliveryStatistics {
        var network = PacketNetwork(scenario, replica: 0, seed: seed)
        var controller = ShortestPathController(scenario.topology)
        let random = CounterBasedRandom(seed: seed, stream: .controller)
        network.run(&controller, ticks: warmUp, random: random)
        network.resetStatistics()
        network.run(&controller, ticks: ticks, random: random)
        return network.statistics
    }

    @Test("at vanishing load a packet takes its hops", arguments: RoutingScenario.Rules.allCases)
    func vanishingLoad(rules: RoutingScenario.Rules) {
        let statistics = statistics(scenario(load: 0.02, rules: rules), ticks: 400_000)
        #expect(abs(statistics.meanHops - 6092.0 / 1260) < 0.06)
        #expect(statistics.meanDeliveryTime - statistics.meanHops < 0.06)
        #expect(statistics.meanDeliveryTime >= statistics.meanHops)
    }

    @Test("every packet that was let in is delivered or in the network, in every tick")
    func conservation() {
        var network = PacketNetwork(scenario(load: 3, rules: .bl94), replica: 0, seed: 4)
        var controller = ShortestPathController(network.topology)
        let random = CounterBasedRandom(seed: 4, stream: .controller)
        for _ in 0..<3_000 {
            network.run(&controller, ticks: 1, random: random)
            let counts = network.statistics
            #expect(counts.offered == counts.refused + counts.delivered + network.liveCount)
            #expect(network.liveCount <= 1000)
            let waiting = network.queueLengths.reduce(0) { $0 + Int($1) }
            #expect(waiting + network.pending.count == network.liveCount)
        }
        #expect(network.statistics.refused > 0)
    }

    @Test("Little's law: packets in the network are throughput times delivery time", arguments: [1.0, 2.0])
    func littlesLaw(load: Double) {
        let statistics = statistics(scenario(load: load), ticks: 100_000)
        let throughput = Double(statistics.delivered) / Double(statistics.ticks)
        let expected = throughput * statistics.meanDeliveryTime
        #expect(abs(statistics.meanLive - expected) < 0.01 * expected)
    }

    /// One server: two routers, and all packets that matter go from one to the other.
    @Test("a single server has the delay 1 + ρ / (2 (1 − ρ))", arguments: [0.3, 0.6, 0.8, 0.9])
    func singleServer(utilisation: Double) {
        var scenario = scenario(load: 2 * utilisation)
        scenario.network = .pair
        let statistics = statistics(scenario, ticks: 400_000)
        let expected = 1 + utilisation / (2 * (1 - utilisation))
        #expect(abs(statistics.meanDeliveryTime - expected) < 0.03 * expected)
    }

    @Test("shortest path saturates between 2.25 and 2.5 packets per tick under the original rules")
    func saturation() {
        let below = statistics(scenario(load: 2.25, rules: .bl94), warmUp: 10_000, ticks: 10_000)
        let above = statistics(scenario(load: 2.5, rules: .bl94), warmUp: 10_000, ticks: 10_000)
        #expect(below.meanDeliveryTime < 60)
        #expect(above.meanDeliveryTime > 300)
    }

    @Test(
        "the delivery times below saturation are those of the reference",
        arguments: [(1.0, 5.28), (1.5, 5.74), (2.0, 7.31)]
    )
    func shortestPathReference(load: Double, expected: Double) {
        let statistics = statistics(scenario(load: load, rules: .bl94), warmUp: 10_000, ticks: 20_000)
        #expect(abs(statistics.meanDeliveryTime - expected) < 0.1 * expected)
    }

    @Test("arrivals depend on seed and replica and on nothing else")
    func determinism() {
        let one = statistics(scenario(load: 2), ticks: 2_000)
        #expect(statistics(scenario(load: 2), ticks: 2_000) == one)
        #expect(statistics(scenario(load: 2), ticks: 2_000, seed: 2) != one)
    }
}
