import Evaluation
import Foundation
import Scenarios
import TabularLearning
import Testing

@Suite("Events in a packet network")
struct RoutingEventTests {
    private static let cut = [
        RoutingEvent(tick: 400, .linkFails(20, 21)), RoutingEvent(tick: 800, .linkReturns(20, 21)),
    ]

    private func scenario(_ events: [RoutingEvent], load: Double = 1, _ rule: RoutingRule = .standard)
        -> RoutingScenario
    {
        var scenario = RoutingScenario()
        scenario.rules = .tick
        scenario.load = load
        scenario.events = events
        scenario.rule = rule
        return scenario
    }

    @Test("the mask of a dead link holds in decisions and bootstraps from its tick on, until it returns")
    func masks() throws {
        let scenario = scenario(Self.cut, load: 3, .fullEcho)
        let neighbors = scenario.topology.neighbors
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var seen = (decisions: 0, bootstraps: 0)
        for tick in 1...1_000 {
            let actions = (0..<batch.decisionCount).map { UInt8(batch.queries.masks[$0].trailingZeroBitCount) }
            environment.step(actions, &batch)
            let isDead = (400..<800).contains(tick)
            for query in 0..<batch.queries.count {
                let router = Int(batch.queries.states[query] / 36)
                guard router == 20 || router == 21 else { continue }
                let slot = try #require(neighbors[router].firstIndex(of: 41 - router))
                #expect((batch.queries.masks[query] >> UInt64(slot) & 1 == 1) == !isDead)
                if isDead { if query < batch.decisionCount { seen.decisions += 1 } else { seen.bootstraps += 1 } }
            }
        }
        #expect(seen.decisions > 0 && seen.bootstraps > 0)
    }

    @Test(
        "no rule livelocks when a link fails: neighbours do not trust what they knew of it",
        arguments: [.qRouting, .fullEcho, .dual, .standard] as [RoutingRule]
    )
    func noLivelock(rule: RoutingRule) throws {
        let events = [RoutingEvent(tick: 5_000, .linkFails(20, 21))]
        let run = try RoutingTrial(scenario(events, rule)).run(seed: 1, windows: [5_000, 10_000, 5_000])
        // The other way between the halves takes 7.7 hops.
        #expect((7.5..<20).contains(run.windows[2].meanDeliveryTime), "\(run.windows[2].meanDeliveryTime)")
    }

    @Test("a packet sent into a dead link comes back to its sender")
    func comesBack() {
        var scenario = scenario([RoutingEvent(tick: 0, .linkFails(0, 1))], load: 0.5)
        scenario.network = RoutingNetwork(imported: "triangle", topology: .ring(3))
        scenario.trafficMatrix = .weights([0, 1, 0, 0, 0, 0, 0, 0, 0])
        var network = PacketNetwork(scenario, replica: 0, seed: 1)
        for _ in 0..<200 { network.forward(network.pending.map { _ in 0 }) }
        #expect(network.statistics.delivered == 0)
        #expect(network.liveCount == network.statistics.offered)
        for _ in 0..<400 { network.forward(network.pending.map { $0.router == 0 ? 1 : 0 }) }
        for _ in 0..<200 { network.forward(network.pending.map { $0.router == 0 ? 1 : $0.router == 2 ? 1 : 0 }) }
        #expect(network.statistics.delivered > 100)
    }

    @Test(
        "a router that fails loses its packets and refuses others; all are accounted for",
        arguments: [
            RoutingScenario.Model.node, .link,
        ]
    )
    func routerFailure(model: RoutingScenario.Model) {
        var scenario = scenario(
            [RoutingEvent(tick: 300, .routerFails(14)), RoutingEvent(tick: 900, .routerReturns(14))],
            load: model == .node ? 2 : 5
        )
        scenario.model = model
        var network = PacketNetwork(scenario, replica: 0, seed: 2)
        for tick in 1...1_500 as ClosedRange<UInt32> {
            network.forward(
                network.pending.enumerated().map { index, entry in
                    ActionMask.pick(
                        from: network.usableSlots(of: entry.router),
                        random: UInt64(truncatingIfNeeded: (Int(tick) * 31 + index) * 2_654_435_761) & 0xFFFF_FFFF
                    )
                }
            )
            let counts = network.statistics
            #expect(counts.offered == counts.refused + counts.dropped + counts.delivered + network.liveCount)
            let isDown = (300..<900).contains(tick)
            #expect(network.works(14) == !isDown)
            if isDown { #expect(network.pending.allSatisfy { $0.router != 14 && $0.destination != 14 }) }
        }
        #expect(network.statistics.refused > 0)
        #expect(network.statistics.dropped > 0)
    }

    @Test("a change of the load changes the load, and a change of the traffic who sends")
    func loadAndTraffic() {
        let groups = TrafficMatrix.between([0, 1, 2], [33, 34, 35], routerCount: 36)
        var network = PacketNetwork(
            scenario([RoutingEvent(tick: 5_000, .load(0.4)), RoutingEvent(tick: 10_000, .traffic(groups))], load: 1.2),
            replica: 0,
            seed: 1
        )
        var controller = ShortestPathController(network.topology)
        let random = CounterBasedRandom(seed: 1, stream: .controller)
        let offered = [5_000, 5_000, 5_000].map { ticks in
            network.resetStatistics()
            network.run(&controller, ticks: ticks, random: random)
            return Double(network.statistics.offered) / 5_000
        }
        #expect(abs(offered[0] - 1.2) < 0.08)
        #expect(abs(offered[1] - 0.4) < 0.04)
        let ends = Set([0, 1, 2, 33, 34, 35])
        #expect(network.pending.allSatisfy { ends.contains($0.source) && ends.contains($0.destination) })
    }

    @Test("packets enter between pairs as often as the matrix says")
    func matrix() {
        var scenario = scenario([], load: 5)
        scenario.network = RoutingNetwork(imported: "triangle", topology: .ring(3))
        scenario.rules = .bl94
        scenario.packetLimit = 1_000_000
        scenario.trafficMatrix = .weights([0, 1, 2, 0, 0, 3, 4, 0, 0])
        var network = PacketNetwork(scenario, replica: 0, seed: 1)
        var counts = Array(repeating: 0, count: 9)
        for _ in 0..<20_000 {
            for entry in network.pending where entry.router == entry.source && entry.wait == 0 {
                counts[entry.source * 3 + entry.destination] += 1
            }
            // In a ring of three every destination is a neighbour.
            network.forward(
                network.pending.map { entry in
                    UInt8(network.topology.neighbors[entry.router].firstIndex(of: entry.destination) ?? 0)
                }
            )
        }
        let sum = Double(counts.reduce(0, +))
        for (pair, weight) in [0.0, 1, 2, 0, 0, 3, 4, 0, 0].enumerated() {
            #expect(abs(Double(counts[pair]) / sum - weight / 10) < 0.01)
            if weight == 0 { #expect(counts[pair] == 0) }
        }
    }

    @Test("the environment keeps the contract through failures", arguments: [RoutingScenario.Model.node, .link])
    func contract(model: RoutingScenario.Model) {
        // Before, at and behind the half way where the checker restores a copy.
        let events = [
            RoutingEvent(tick: 60, .load(3)), RoutingEvent(tick: 100, .linkFails(20, 21)),
            RoutingEvent(tick: 150, .routerFails(7)), RoutingEvent(tick: 200, .linkReturns(20, 21)),
            RoutingEvent(tick: 220, .routerReturns(7)), RoutingEvent(tick: 240, .traffic(.gravity)),
        ]
        let shared = [false, true].map { RoutingRule(echo: 0.3, asksFirst: $0, isDual: true) }
        for rule in [.standard, .fullEcho] + shared {
            var scenario = scenario(events, load: 2, rule)
            scenario.model = model
            let checker = EnvironmentChecker(seed: 3) { [scenario] in
                scenario.makeEnvironment(replicas: 0..<2, seed: 5)
            }
            #expect(checker.findings(steps: 300) == [])
        }
    }

    @Test("schedules that make no sense are refused")
    func checks() throws {
        try scenario(Self.cut).check()
        let bad: [[RoutingEvent]] = [
            Self.cut.reversed(),
            [RoutingEvent(tick: 1, .linkFails(0, 7))],
            [RoutingEvent(tick: 1, .routerFails(36))],
            [RoutingEvent(tick: 1, .load(-1))],
            [RoutingEvent(tick: 1, .traffic(.weights([1])))],
            // Both ways between the halves.
            [RoutingEvent(tick: 1, .linkFails(20, 21)), RoutingEvent(tick: 2, .linkFails(32, 33))],
        ]
        for events in bad { #expect(throws: ScenarioError.self) { try scenario(events).check() } }
    }

    @Test("a scenario with events is read back as it was written")
    func coding() throws {
        var scenario = scenario(
            Self.cut + [
                RoutingEvent(tick: 900, .load(2)), RoutingEvent(tick: 901, .traffic(.gravity)),
                RoutingEvent(tick: 902, .routerFails(3)), RoutingEvent(tick: 903, .routerReturns(3)),
            ]
        )
        scenario.model = .link
        let data = try JSONEncoder().encode(scenario)
        #expect(try JSONDecoder().decode(RoutingScenario.self, from: data) == scenario)
    }
}
