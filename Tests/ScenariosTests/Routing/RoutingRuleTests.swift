import Evaluation
import Scenarios
import TabularLearning
import Testing

/// A line of four routers, 0 – 1 – 2 – 3, and packets from 0 to 3 only.
@Suite("Learning rules of routing")
struct RoutingRuleTests {
    private func line(_ rule: RoutingRule) -> RoutingScenario {
        var scenario = RoutingScenario()
        let topology = NetworkTopology(routerCount: 4, links: [(0, 1), (1, 2), (2, 3)])
        scenario.network = RoutingNetwork(imported: "line", topology: topology)
        var weights = Array(repeating: 0.0, count: 16)
        weights[3] = 1
        scenario.trafficMatrix = .weights(weights)
        scenario.rules = .tick
        scenario.load = 0.8
        scenario.rule = rule
        return scenario
    }

    private struct Lesson: Hashable {
        let router: Int
        let destination: Int
        let slot: Int
        /// The router whose row follows; `nil` at the destination.
        let next: Int?
    }

    /// What one tick teaches when every packet goes on to the right, with rewards, and the packets it was taught by.
    private func lessons(_ rule: RoutingRule, ticks: Int) -> [(sent: [PacketNetwork.Pending], batch: StepBatch)] {
        let scenario = line(rule)
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 3)
        var twin = PacketNetwork(scenario, replica: 0, seed: 3)
        var batch = StepBatch()
        environment.begin(&batch)
        return (0..<ticks).map { _ in
            let slots = twin.pending.map { UInt8($0.router == 0 ? 0 : 1) }
            environment.step(slots, &batch)
            twin.forward(slots)
            return (twin.sent, batch)
        }
    }

    private func lesson(_ index: Int, of batch: StepBatch) -> Lesson {
        let state = Int(batch.transitions.states[index])
        let bootstrap = Int(batch.transitions.bootstraps[index])
        if bootstrap >= 0 { #expect(Int(batch.queries.states[bootstrap]) % 4 == state % 4) }
        return Lesson(
            router: state / 4,
            destination: state % 4,
            slot: Int(batch.transitions.actions[index]),
            next: bootstrap < 0 ? nil : Int(batch.queries.states[bootstrap]) / 4
        )
    }

    @Test("Q-routing teaches the entry that was used, by the wait and what lies behind")
    func qRouting() {
        for (sent, batch) in lessons(.qRouting, ticks: 200) {
            #expect(batch.transitions.rewards == sent.map { -Float($0.wait + 1) })
            for (index, entry) in sent.enumerated() {
                let expected = Lesson(
                    router: entry.router,
                    destination: 3,
                    slot: entry.router == 0 ? 0 : 1,
                    next: entry.router == 2 ? nil : entry.router + 1
                )
                #expect(lesson(index, of: batch) == expected)
            }
        }
    }

    @Test("full echo teaches the other entries too, after the one that was used")
    func fullEcho() {
        for (sent, batch) in lessons(.fullEcho, ticks: 200) {
            var index = 0
            for entry in sent {
                #expect(lesson(index, of: batch).next == (entry.router == 2 ? nil : entry.router + 1))
                index += 1
                guard entry.router > 0 else { continue }
                let back = Lesson(router: entry.router, destination: 3, slot: 0, next: entry.router - 1)
                #expect(lesson(index, of: batch) == back)
                #expect(batch.transitions.rewards[index] == -Float(entry.wait + 1))
                index += 1
            }
            #expect(index == batch.transitions.count)
        }
    }

    @Test("dual teaches the next router the way back to the source, by the queue it would wait in")
    func dual() {
        for (sent, batch) in lessons(.dual, ticks: 200) {
            #expect(batch.transitions.count == 2 * sent.count)
            for (position, entry) in sent.enumerated() {
                // The first hop ends the way back: its bootstrap is the source itself.
                let back = Lesson(
                    router: entry.router + 1,
                    destination: 0,
                    slot: 0,
                    next: entry.router == 0 ? nil : entry.router
                )
                #expect(lesson(2 * position + 1, of: batch) == back)
                #expect(batch.transitions.rewards[2 * position + 1] <= -1)
            }
        }
    }

    @Test("with a look at queues a link costs a tick, and the queues are in the offsets of choice and bootstrap alike")
    func queues() {
        let scenario = line(RoutingRule(isDual: true, seesQueues: true))
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 3)
        var twin = PacketNetwork(scenario, replica: 0, seed: 3)
        var batch = StepBatch()
        environment.begin(&batch)
        var longest: Float = 0
        for tick in 0..<300 {
            // Every second packet of router 1 turns back, so that queues build up.
            let slots = twin.pending.map { UInt8($0.router == 1 && tick % 2 == 0 || $0.router == 0 ? 0 : 1) }
            environment.step(slots, &batch)
            twin.forward(slots)
            #expect(batch.transitions.rewards.allSatisfy { $0 == -1 })
            for query in 0..<batch.queries.count {
                let (router, destination) = (Int(batch.queries.states[query]) / 4, Int(batch.queries.states[query]) % 4)
                let expected = (0..<2).map { slot -> Float in
                    guard slot < twin.topology.neighbors[router].count else { return 0 }
                    let neighbor = twin.topology.neighbors[router][slot]
                    return neighbor == destination ? 0 : -Float(twin.queueLengths[neighbor])
                }
                #expect(Array(batch.queries.offsets[(2 * query)..<(2 * query + 2)]) == expected)
                longest = max(longest, -(expected.min() ?? 0))
            }
        }
        #expect(longest > 1)
    }

    @Test("a share of echo echoes that share")
    func echoShare() {
        var (echoed, possible) = (0, 0)
        for (sent, batch) in lessons(RoutingRule(echo: 0.3), ticks: 3_000) {
            echoed += batch.transitions.count - sent.count
            possible += sent.count { $0.router > 0 }
        }
        #expect(abs(Double(echoed) / Double(possible) - 0.3) < 0.03)
    }

    @Test("sweeps ask about every destination in turn, all neighbours of all routers, and end")
    func sweeps() {
        let ticks = lessons(RoutingRule(sweeps: 2), ticks: 12)
        for (tick, (sent, batch)) in zip(1..., ticks) {
            let swept = batch.transitions.count - sent.count
            guard tick <= 8 else {
                #expect(swept == 0)
                continue
            }
            // Six directed links, but for those that leave the destination.
            let destination = tick % 4
            #expect(swept == 6 - [1, 2, 2, 1][destination])
            let swepts = (sent.count..<batch.transitions.count).map { lesson($0, of: batch) }
            #expect(Set(swepts).count == swept && swepts.allSatisfy { $0.destination == destination })
        }
    }

    @Test("from hops a table begins with the delivery times of an empty network, and acts on them")
    func hops() throws {
        var scenario = RoutingScenario()
        scenario.rule = RoutingRule(start: .hops)
        let table = try #require(scenario.initialTable)
        let topology = scenario.topology
        for router in 0..<36 {
            for destination in 0..<36 where destination != router {
                let row = topology.neighbors[router].indices.map {
                    table.cells[(router * 36 + destination) * 4 + $0].value
                }
                #expect(row.max() == -Float(topology.distance(router, destination)))
            }
        }
        #expect(table.updateCount == 0)
        scenario.load = 0.05
        let run = try RoutingTrial(scenario).run(seed: 1, windows: [20_000])
        #expect(abs(run.windows[0].meanHops - 6092.0 / 1260) < 0.15)
    }

    @Test("settings that make no sense are refused")
    func checks() {
        var scenario = RoutingScenario()
        scenario.rule.echo = 1.5
        #expect(throws: ScenarioError.self) { try scenario.check() }
        scenario.rule = RoutingRule(sweeps: -1)
        #expect(throws: ScenarioError.self) { try scenario.check() }
        scenario.rule = .standard
        scenario.model = .link
        #expect(throws: ScenarioError.self) { try scenario.check() }
    }
}
