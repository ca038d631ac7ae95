import Evaluation
import Foundation
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
        courses(rule, ticks: ticks).map { ($0.sent, $0.batch) }
    }

    private struct Tick {
        let sent: [PacketNetwork.Pending]
        let batch: StepBatch
        /// The packets that are sent in the next tick.
        let next: [PacketNetwork.Pending]
    }

    private func courses(_ rule: RoutingRule, ticks: Int) -> [Tick] {
        let scenario = line(rule)
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 3)
        var twin = PacketNetwork(scenario, replica: 0, seed: 3)
        var batch = StepBatch()
        environment.begin(&batch)
        return (0..<ticks).map { _ in
            let slots = twin.pending.map { UInt8($0.router == 0 ? 0 : 1) }
            environment.step(slots, &batch)
            twin.forward(slots)
            return Tick(sent: twin.sent, batch: batch, next: twin.pending)
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

    @Test("full echo teaches all entries of the packets that are about to be sent, by their wait so far")
    func fullEcho() {
        let neighbors = [[1], [0, 2], [1, 3], [2]]
        for (tick, course) in courses(.fullEcho, ticks: 200).enumerated() {
            // Nobody was asked before the first tick.
            var index = tick == 0 ? course.sent.count : 0
            for entry in course.next {
                for slot in neighbors[entry.router].indices {
                    let next = neighbors[entry.router][slot]
                    let expected = Lesson(
                        router: entry.router,
                        destination: 3,
                        slot: slot,
                        next: next == 3 ? nil : next
                    )
                    #expect(lesson(index, of: course.batch) == expected)
                    #expect(course.batch.transitions.rewards[index] == -Float(entry.wait + 1))
                    index += 1
                }
            }
            #expect(index == course.batch.transitions.count)
        }
    }

    @Test("an echo with the choice teaches the other entries too, after the one that was used")
    func echoWithTheChoice() {
        for (sent, batch) in lessons(RoutingRule(echo: 1), ticks: 200) {
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

    @Test("a share of echo echoes that share, and no entry of a packet is taught twice", arguments: [false, true])
    func echoShare(asksFirst: Bool) {
        var (echoed, possible) = (0, 0)
        for (sent, batch) in lessons(RoutingRule(echo: 0.3, asksFirst: asksFirst), ticks: 3_000) {
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

    @Test("full echo reproduces the reference at load 3 when its answers are heard in time")
    func published() throws {
        var scenario = RoutingScenario()
        (scenario.load, scenario.rule) = (3, .fullEcho)
        var parameters = scenario.defaults.parameters
        parameters.staleness = .fresh
        let trial = RoutingTrial(scenario, parameters: parameters)
        let times = try (1...5 as ClosedRange<UInt64>).map {
            try trial.run(seed: $0, windows: [20_000, 10_000]).windows[1].meanDeliveryTime
        }
        #expect(abs(times.sorted()[2] - 8.61) < 0.1 * 8.61, "\(times)")
    }

    @Test("a rule written before rules could ask first is read as one that does not")
    func decoding() throws {
        let old = #"{"echo": 1, "isDual": false, "seesQueues": true, "sweeps": 2, "start": "hops"}"#
        let rule = try JSONDecoder().decode(RoutingRule.self, from: Data(old.utf8))
        #expect(rule == RoutingRule(echo: 1, seesQueues: true, sweeps: 2, start: .hops))
        #expect(!String(decoding: try JSONEncoder().encode(rule), as: UTF8.self).contains("asksFirst"))
        let data = try JSONEncoder().encode(RoutingRule.fullEcho)
        #expect(try JSONDecoder().decode(RoutingRule.self, from: data) == .fullEcho)
    }

    @Test("settings that make no sense are refused")
    func checks() {
        var scenario = RoutingScenario()
        scenario.rule.echo = 1.5
        #expect(throws: ScenarioError.self) { try scenario.check() }
        scenario.rule = RoutingRule(sweeps: -1)
        #expect(throws: ScenarioError.self) { try scenario.check() }
        scenario.rule = RoutingRule(asksFirst: true)
        #expect(throws: ScenarioError.self) { try scenario.check() }
        scenario.rule = .standard
        scenario.model = .link
        #expect(throws: ScenarioError.self) { try scenario.check() }
    }
}
