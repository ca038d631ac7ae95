import Scenarios
import TabularLearning
import Testing

@Suite("Spreading a routing table")
struct RoutingAffinityTests {
    private func scenario(_ network: String) throws -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.network = try RoutingNetwork(network)
        return scenario
    }

    @Test("the heaviest level goes first, each to the shard with the least work")
    func balance() {
        let affinity = Affinity(factor: 1, balancing: [5, 1, 4, 3, 3], over: 2)
        #expect(affinity.shards == [0, 1, 1, 1, 0])
        #expect(Affinity(factor: 0, balancing: [0, 0, 0], over: 3).shards == [0, 1, 2])
    }

    @Test(
        "by destination every shard has the same work within a few per cent",
        arguments: [("grid6x6", 4, 1.01), ("geant", 4, 1.1), ("abilene", 4, 1.1)]
    )
    func destinations(network: String, shards: Int, limit: Double) throws {
        let scenario = try scenario(network)
        let affinity = try #require(scenario.affinity(.scenario, shardCount: shards))
        #expect(affinity.factor == 1)
        let topology = scenario.topology
        var work = Array(repeating: 0.0, count: shards)
        for destination in 0..<topology.routerCount {
            for source in 0..<topology.routerCount {
                work[affinity.shards[destination]] += Double(topology.distance(source, destination))
            }
        }
        let mean = work.reduce(0, +) / Double(shards)
        #expect((work.max() ?? 0) / mean < limit)
    }

    @Test("a cut leaves no part empty, joins neighbours, and crosses few of the links", arguments: [2, 4, 7])
    func cut(parts: Int) throws {
        let scenario = try scenario("gabriel:150:2")
        let shards = try #require(scenario.affinity(.cut, shardCount: parts)).shards
        #expect(Set(shards) == Set(0..<parts))
        let links = scenario.topology.links
        let crossing = links.count { shards[$0.0] != shards[$0.1] }
        let inTurn = try #require(scenario.affinity(.router, shardCount: parts)).shards
        #expect(3 * crossing < links.count { inTurn[$0.0] != inTurn[$0.1] })
    }

    @Test("a cut of the grid in two carries no more than the border between its halves")
    func halves() throws {
        let scenario = try scenario("grid6x6")
        let shards = try #require(scenario.affinity(.cut, shardCount: 2)).shards
        let flows = ShortestPathFlows(scenario.topology, shares: scenario.trafficMatrix.shares(of: scenario.topology))
        func crossing(_ part: (Int) -> Int) -> Double {
            (0..<36).reduce(0.0) { sum, router in
                sum
                    + flows.links.leaving(router).filter { part(router) != part(flows.links.targets[$0]) }
                    .reduce(0) { $0 + flows.first[$1] + flows.later[$1] }
            }
        }
        #expect(crossing { shards[$0] } <= 1.001 * crossing { $0 % 6 / 3 })
    }

    @Test("other scenarios keep together what can be learned apart, in turn, and nothing else")
    func others() {
        var apart = TrafficScenario()
        apart.sharesTable = false
        #expect(apart.affinity(.scenario, shardCount: 2)?.shards.prefix(4) == [0, 1, 0, 1])
        #expect(TrafficScenario().affinity(.scenario, shardCount: 2) == nil)
        #expect(TrafficScenario().affinity(.cut, shardCount: 2) == nil)
        #expect(SyntheticScenario(stateCount: 9, actionCount: 2).affinity(.scenario, shardCount: 2) == nil)
    }
}
