import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("The link model")
struct LinkModelTests {
    private func scenario(_ network: RoutingNetwork, load: Double) -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.network = network
        scenario.model = .link
        scenario.rules = .tick
        scenario.load = load
        return scenario
    }

    private func statistics(_ scenario: RoutingScenario, ticks: Int) -> DeliveryStatistics {
        var network = PacketNetwork(scenario, replica: 0, seed: 1)
        var controller = ShortestPathController(scenario.topology)
        let random = CounterBasedRandom(seed: 1, stream: .controller)
        network.run(&controller, ticks: 5_000, random: random)
        network.resetStatistics()
        network.run(&controller, ticks: ticks, random: random)
        return network.statistics
    }

    @Test("a single link has the delay 1 + ρ / (2 (1 − ρ))", arguments: [0.3, 0.6, 0.8, 0.9])
    func singleLink(utilisation: Double) {
        let statistics = statistics(scenario(.pair, load: 2 * utilisation), ticks: 400_000)
        let expected = 1 + utilisation / (2 * (1 - utilisation))
        #expect(abs(statistics.meanDeliveryTime - expected) < 0.03 * expected)
    }

    @Test("at vanishing load a packet takes its hops")
    func vanishingLoad() {
        let statistics = statistics(scenario(.grid6x6, load: 0.02), ticks: 400_000)
        #expect(abs(statistics.meanHops - 6092.0 / 1260) < 0.06)
        #expect((0..<0.03).contains(statistics.meanDeliveryTime - statistics.meanHops))
    }

    @Test("links carry more than routers: twice the load that saturates the routers, with hardly a queue")
    func capacity() {
        #expect(statistics(scenario(.geant, load: 4.8), ticks: 20_000).meanDeliveryTime < 6)
    }

    @Test("packets and Little's law are kept")
    func conservation() {
        var scenario = scenario(.abilene, load: 6)
        scenario.queueCapacity = 4
        var network = PacketNetwork(scenario, replica: 0, seed: 4)
        var controller = ShortestPathController(network.topology)
        let random = CounterBasedRandom(seed: 4, stream: .controller)
        for _ in 0..<3_000 {
            network.run(&controller, ticks: 1, random: random)
            let counts = network.statistics
            #expect(counts.offered == counts.refused + counts.dropped + counts.delivered + network.liveCount)
            let waiting = network.queueLengths.reduce(0) { $0 + Int($1) }
            #expect(waiting + network.pending.count == network.liveCount)
            #expect(network.queueLengths.allSatisfy { $0 <= 4 })
        }
        #expect(network.statistics.dropped > 0)
        scenario.queueCapacity = nil
        scenario.load = 3
        let long = statistics(scenario, ticks: 100_000)
        let expected = Double(long.deliveryTicks) / Double(long.ticks)
        #expect(abs(long.meanLive - expected) < 0.01 * expected)
    }

    @Test("the environment keeps the contract", arguments: [RoutingRule.standard, .qRouting, .fullEcho])
    func contract(rule: RoutingRule) {
        var scenario = scenario(.geant, load: 6)
        scenario.rule = rule
        let checker = EnvironmentChecker(seed: 3) { [scenario] in
            scenario.makeEnvironment(replicas: 0..<2, seed: 5)
        }
        #expect(checker.findings(steps: 300) == [])
    }

    @Test("a table learns to use all links")
    func learns() throws {
        // Shortest paths saturate at 7.04, the best routing at 7.33.
        let scenario = scenario(.abilene, load: 6)
        let run = try RoutingTrial(scenario).run(seed: 1, windows: [5_000, 5_000])
        #expect(run.windows[1].meanDeliveryTime < statistics(scenario, ticks: 20_000).meanDeliveryTime)
    }
}
