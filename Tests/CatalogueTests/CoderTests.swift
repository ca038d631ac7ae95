import PolicyServing
import Scenarios
import TabularLearning
import TrafficScenarios
import Testing
import shardq

/// What a server makes of what is seen, beside what the simulators make of it.
@Suite("Coders of served policies")
struct CoderTests {
    private static func served(_ scenario: any Scenario) throws -> ServedPolicy {
        let space = scenario.space
        let table = ActionValueTable(rowCount: Int(space.stateCount), actionCount: space.actionCount, initialValue: 0)
        return ServedPolicy(
            table: table,
            digest: "d",
            space: space,
            coder: try #require(try Catalogue.coder(of: scenario)),
            explanation: { "\($0)" }
        )
    }

    private static let streets = Catalogue.samples.compactMap { $0.scenario as? TrafficScenario }

    @Test(
        "every view of the traffic simulator, told to the server, is the simulator's own state with its own choices",
        arguments: streets
    )
    func traffic(scenario: TrafficScenario) throws {
        let network = try scenario.makeNetwork()
        let encoder = scenario.makeEncoder()
        let policy = try Self.served(scenario)
        let report = CabinetReport(
            of: scenario,
            intersections: network.intersections.map(\.name),
            phases: encoder.space.actions
        )
        // Heavy enough that roads fill up.
        var simulation = TrafficSimulation(
            network: network,
            demand: scenario.demand.scaled(by: 2),
            timing: scenario.timing,
            replica: 0,
            seed: 3
        )
        var controller = RandomPhaseController(decisionInterval: scenario.decisionInterval, seed: 5)
        var states: Set<UInt64> = []
        for _ in 0..<360 {
            for intersection in network.intersections.indices where simulation.canDecide(intersection) {
                let view = simulation.view(
                    of: intersection,
                    envelope: scenario.envelope,
                    detectorSeconds: scenario.detectorSeconds
                )
                guard case .object(let members) = report.json(of: view) else { return }
                let decision = try policy.decide(logged: members, leastVisits: 1)
                #expect(decision.state == encoder.state(of: view))
                #expect(decision.allowed == view.choices)
                states.insert(encoder.state(of: view))
                let wish = controller.choosePhase(view)
                simulation.request(
                    phase: scenario.envelope.admit(wish, allowed: view.allowedPhases, phaseCount: view.phaseCount),
                    at: intersection
                )
            }
            simulation.advance(seconds: scenario.decisionInterval)
        }
        #expect(states.count > 20)
    }

    @Test("what was seen long ago does not hold a light: its green has gone on since, and the plan ends it")
    func stale() throws {
        let policy = try Self.served(TrafficScenario())
        let server = PolicyServer(policy, .init(name: "t", terms: .init(staleAfter: 10)), now: { 1000 })
        func decide(seenAt time: Double) throws -> Decision {
            let members: [JSONValue.Member] = [
                .init("intersection", .number(0)), .init("phase", .number(1)), .init("elapsed", .number(6)),
                .init("vehicles", .array([.number(0), .number(9), .number(0), .number(0)])),
                .init("waited", .array([.number(0), .number(0), .number(0), .number(0)])),
                .init("time", .number(time)),
            ]
            return try server.decide([members], version: nil, server.present)[0]
        }
        let fresh = try decide(seenAt: 995)
        #expect(fresh.action == 1)
        let old = try decide(seenAt: 900)
        #expect(old.reason == .stale && old.rule == "fixed")
        #expect(old.action == 2)
        #expect(old.allowed & 0b10 == 0)
    }

    @Test("every state that packets meet is the one that the server makes of router and destination, with its own mask")
    func routing() throws {
        let scenario = try #require(Catalogue.samples.compactMap { $0.scenario as? RoutingScenario }.first)
        let policy = try Self.served(scenario)
        var environment = scenario.makeEnvironment(replicas: 0..<1, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var count = 0
        for step in 0..<200 {
            for index in 0..<batch.decisionCount {
                let levels = scenario.space.levels(of: batch.queries.states[index])
                let decision = try policy.decide(
                    logged: [
                        .init("router", .number(Double(levels[0]))), .init("destination", .number(Double(levels[1]))),
                    ],
                    leastVisits: 1
                )
                #expect(decision.state == batch.queries.states[index])
                #expect(
                    batch.queries.masks.isEmpty
                        || decision.allowed & batch.queries.masks[index] == batch.queries.masks[index]
                )
                count += 1
            }
            let actions = (0..<batch.decisionCount).map { index -> UInt8 in
                let mask =
                    batch.queries.masks.isEmpty
                    ? ActionMask.all(scenario.space.actionCount) : batch.queries.masks[index]
                return UInt8(ActionMask.pick(from: mask, random: UInt64(step * 7 + index * 13) << 20))
            }
            try environment.step(actions, &batch)
        }
        #expect(count > 500)
    }

    @Test("every state of the junction's environment is the one that the server makes of light and queues")
    func junction() throws {
        let scenario = JunctionScenario()
        let policy = try Self.served(scenario)
        var environment = scenario.makeEnvironment(replicas: 0..<4, seed: 1)
        var batch = StepBatch()
        environment.begin(&batch)
        var states: Set<UInt64> = []
        for step in 0..<500 {
            for index in 0..<batch.decisionCount {
                let state = batch.queries.states[index]
                let levels = scenario.space.levels(of: state)
                let decision = try policy.decide(
                    logged: [
                        .init("green", .string(scenario.space.factors[0].label(levels[0]))),
                        .init("first queue", .number(Double(levels[1]))),
                        .init("second queue", .number(Double(levels[2]))),
                        .init("elapsed", .number(30)),
                    ],
                    leastVisits: 1
                )
                #expect(decision.state == state)
                states.insert(state)
            }
            try environment.step((0..<batch.decisionCount).map { UInt8(($0 + step) % 3 == 0 ? 1 : 0) }, &batch)
        }
        #expect(states.count > 20)
    }
}
