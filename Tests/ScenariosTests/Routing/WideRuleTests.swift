import Evaluation
import Foundation
import Scenarios
import TabularLearning
import Testing

/// What keeps large networks from jamming: split horizon, detours, waves.
@Suite("The standard rule of large networks")
struct WideRuleTests {
    private func scenario(_ network: String, load: Double, _ rule: RoutingRule? = nil) throws -> RoutingScenario {
        var scenario = RoutingScenario()
        scenario.network = try RoutingNetwork(network)
        (scenario.load, scenario.rules) = (load, .tick)
        scenario.rule = rule ?? .standard(for: scenario.topology)
        return scenario
    }

    @Test("it is the standard of meshes by size, rings have one of their own, and small networks keep theirs")
    func sizes() throws {
        func standard(_ network: String) throws -> RoutingRule {
            .standard(for: try scenario(network, load: 1, .dual).topology)
        }
        #expect(try standard("grid6x6") == .standard && standard("pair") == .standard)
        #expect(try standard("grid:6x7") == .large && standard("gabriel:50:0") == .large)
        #expect(try standard("ring:6") == .ring && standard("ring:200") == .ring)
    }

    @Test(
        "at 95 % of its bound a ring delivers within 15 % of shortest paths, from its own start",
        arguments: [("ring:24", 3.642), ("ring:30", 3.673), ("ring:31", 3.681), ("ring:50", 3.724)]
    )
    func rings(network: String, load: Double) throws {
        let scenario = try scenario(network, load: load)
        let (trial, windows) = (RoutingTrial(scenario), [8_000, 4_000])
        let shortest = RoutingBaseline.shortestPath.controller(for: scenario)
        let reference = trial.run(shortest, seed: 1, windows: windows)[1].meanDeliveryTime
        #expect(try trial.run(seed: 1, windows: windows).windows[1].meanDeliveryTime < 1.15 * reference)
        let other = try RoutingTrial(self.scenario(network, load: load, .large)).run(seed: 1, windows: windows).windows[
            1
        ]
        #expect(other.meanDeliveryTime > 1.15 * reference)
    }

    @Test(
        "from its own start it delivers within 15 % of the reference where the rule of small networks jams",
        arguments: [("ring:100", 3.56, 60.4), ("torus:10x10", 17.8, 12.5)]
    )
    func start(network: String, load: Double, reference: Double) throws {
        let run = try RoutingTrial(scenario(network, load: load)).run(seed: 1, windows: [3_000, 2_000])
        #expect(run.windows[1].meanDeliveryTime < 1.15 * reference)
        #expect(!run.windows[1].isGrowing)
        let small = try RoutingTrial(scenario(network, load: load, .standard)).run(seed: 1, windows: [3_000, 2_000])
        #expect(small.windows[1].meanDeliveryTime > 2 * reference)
    }

    @Test("with split horizon no choice and no bootstrap allows the way back, but where there is no other")
    func splitHorizon() throws {
        var environment = RoutingEnvironment(
            try scenario("grid:3x3", load: 1.5, RoutingRule(isDual: true, seesQueues: true, splitsHorizon: true)),
            replicas: 0..<1,
            seed: 5
        )
        var twin = PacketNetwork(
            try scenario("grid:3x3", load: 1.5, RoutingRule(splitsHorizon: true)),
            replica: 0,
            seed: 5
        )
        var batch = StepBatch()
        environment.begin(&batch)
        var barred = 0
        for tick in 0..<300 {
            for (index, entry) in twin.pending.enumerated() {
                let mask = batch.queries.masks[index]
                #expect(mask != 0 && mask & entry.wayBack == 0)
                barred += entry.wayBack == 0 ? 0 : 1
            }
            let slots = twin.pending.indices.map { index in
                let mask = batch.queries.masks[index]
                return UInt8(
                    (mask & ~(mask & (mask - 1) == 0 || tick % 2 == 0 ? 0 : mask & ~(mask - 1))).trailingZeroBitCount
                )
            }
            environment.step(slots, &batch)
            twin.forward(slots)
            for index in 0..<batch.transitions.count where batch.transitions.bootstraps[index] >= 0 {
                let router = Int(batch.transitions.states[index]) / 9
                let query = Int(batch.transitions.bootstraps[index])
                let next = Int(batch.queries.states[query]) / 9
                let back = try #require(twin.topology.neighbors[next].firstIndex(of: router))
                #expect(batch.queries.masks[query] >> UInt64(back) & 1 == 0)
            }
        }
        #expect(barred > 300)
    }

    @Test("a saved network goes on with the ways its packets came")
    func saving() throws {
        let scenario = try scenario("grid:3x3", load: 1.2, .medium)
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 2)
        var batch = StepBatch()
        environment.begin(&batch)
        func step(_ environment: inout RoutingEnvironment, _ batch: inout StepBatch) {
            let slots = (0..<batch.decisionCount).map { UInt8(batch.queries.masks[$0].trailingZeroBitCount) }
            environment.step(slots, &batch)
        }
        for _ in 0..<100 { step(&environment, &batch) }
        var writer = WordWriter()
        environment.save(to: &writer)
        var restored = RoutingEnvironment(scenario, replicas: 0..<1, seed: 2)
        var reader = WordReader(writer.words)
        try restored.restore(from: &reader)
        var other = batch
        for _ in 0..<50 {
            step(&environment, &batch)
            step(&restored, &other)
            #expect(batch.queries == other.queries && batch.transitions == other.transitions)
        }
    }

    @Test("estimates begin at the ways that do not come back, far away where there is none")
    func detours() throws {
        var scenario = try scenario("ring:6", load: 1, RoutingRule(start: .detours, ticksPerHop: 3))
        let ring = try #require(scenario.initialTable)
        // From router 0 to router 2: two hops over router 1, four the other way round.
        let row = (0..<2).map { ring.cells[(0 * 6 + 2) * 2 + $0].value }
        #expect(scenario.topology.neighbors[0] == [1, 5] && row == [-6, -12])
        let line = NetworkTopology(routerCount: 3, links: [(0, 1), (1, 2)])
        scenario.network = RoutingNetwork(imported: "line", topology: line)
        let table = try #require(scenario.initialTable)
        // Router 1 to router 2: behind router 0 there is no way.
        #expect((0..<2).map { table.cells[(1 * 3 + 2) * 2 + $0].value } == [-21, -3])
    }

    @Test(
        "a wave brings every router's row of a destination once, nearer routers first, and what is heard counts twice"
    )
    func waves() throws {
        let scenario = try scenario("ring:6", load: 0.001, RoutingRule(seesQueues: true, waves: 2))
        var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var lessons: [UInt64: Int] = [:]
        for _ in 0..<40 {
            environment.step([UInt8](repeating: 0, count: batch.decisionCount), &batch)
            for (state, action) in zip(batch.transitions.states, batch.transitions.actions) {
                lessons[state << 8 | UInt64(action), default: 0] += 1
            }
        }
        // Two waves from each of six destinations, five routers, two neighbours, twice; hardly a packet.
        #expect(lessons.count == 60)
        #expect(lessons.values.allSatisfy { (4...6).contains($0) })
    }

    @Test("waves that go on after the series bring every row again and again, at the same pace in a small network")
    func refresh() throws {
        let rule = RoutingRule(seesQueues: true, waves: 1, refreshes: true)
        var environment = RoutingEnvironment(
            try scenario("ring:6", load: 0.001, rule),
            replicas: 0..<1,
            seed: 1
        )
        var batch = StepBatch()
        environment.begin(&batch)
        var lessons: [UInt64: Int] = [:]
        for tick in 0..<48 {
            environment.step([UInt8](repeating: 0, count: batch.decisionCount), &batch)
            guard tick >= 12 else { continue }
            for (state, action) in zip(batch.transitions.states, batch.transitions.actions) {
                lessons[state << 8 | UInt64(action), default: 0] += 1
            }
        }
        // A wave a tick from six destinations in turn: six rounds in 36 ticks, each twice.
        #expect(lessons.count == 60)
        #expect(lessons.values.allSatisfy { (12...14).contains($0) })
    }

    @Test("a rule is written as before without what it does not have, and read as it was written")
    func coding() throws {
        let old = String(decoding: try JSONEncoder().encode(RoutingRule.standard), as: UTF8.self)
        for word in ["splitsHorizon", "waves", "ticksPerHop"] { #expect(!old.contains(word)) }
        let data = try JSONEncoder().encode(RoutingRule.medium)
        #expect(try JSONDecoder().decode(RoutingRule.self, from: data) == .medium)
        let large = try JSONEncoder().encode(RoutingRule.large)
        #expect(try JSONDecoder().decode(RoutingRule.self, from: large) == .large)
        #expect(throws: ScenarioError.self) { try RoutingRule(queueWeight: 0.5).check() }
        #expect(throws: ScenarioError.self) { try RoutingRule(refreshes: true).check() }
        #expect(throws: ScenarioError.self) { try RoutingRule(ticksPerHop: 2).check() }
        #expect(throws: ScenarioError.self) { try RoutingRule(waves: -1).check() }
    }
}
