import Scenarios
import Testing

@Suite("Counts of deliveries")
struct DeliveryStatisticsTests {
    /// A single server that gets more than it serves: the last packet of n waits about n (1 - 1 / load) ticks.
    private func overloaded(ticks: Int) throws -> DeliveryStatistics {
        var scenario = RoutingScenario()
        scenario.network = try RoutingNetwork("pair")
        (scenario.load, scenario.rules) = (6, .tick)
        var network = PacketNetwork(scenario, replica: 0, seed: 1)
        for _ in 0..<ticks { network.forward([UInt8](repeating: 0, count: network.pending.count)) }
        return network.statistics
    }

    @Test("percentiles beyond 4095 ticks are not cut off")
    func percentiles() throws {
        // Served three times slower than filled: after 30,000 ticks the last deliveries are 20,000 ticks old.
        let statistics = try overloaded(ticks: 30_000)
        #expect(abs(Double(statistics.quantile(0.5)) - 10_000) < 500)
        #expect(abs(Double(statistics.quantile(0.99)) - 19_800) < 700)
        #expect(DeliveryStatistics().quantile(0.99) == 0)
    }

    @Test("overload is told from load")
    func growth() throws {
        #expect(try overloaded(ticks: 1_000).isGrowing)
        #expect(try overloaded(ticks: 100).isGrowing)
        var scenario = RoutingScenario()
        scenario.network = try RoutingNetwork("pair")
        scenario.rules = .tick
        for (load, grows) in [(1.0, false), (1.9, false), (2.2, true)] {
            scenario.load = load
            var network = PacketNetwork(scenario, replica: 0, seed: 3)
            for _ in 0..<10_000 { network.forward([UInt8](repeating: 0, count: network.pending.count)) }
            #expect(network.statistics.isGrowing == grows, "load \(load)")
        }
    }
}
