import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

@Suite("Kinds of vehicles in SUMO", .enabled(if: SampleNetwork.isInstalled), .serialized)
struct SUMOVehicleKindTests {
    /// The sample network, crossed by a coach a minute from above.
    private static func scenario(_ kinds: [VehicleKind]) throws -> SUMOScenario {
        var scenario = try SampleNetwork.shared.get()
        let file = SampleNetwork.folder.appendingPathComponent("coaches.rou.xml").path
        let text = """
            <routes>
            <vType id="coach" vClass="bus"/>
            <flow id="c" begin="5" end="3600" from="top0A0" to="A0bottom0" type="coach" period="60"/>
            </routes>
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        scenario.input.routes.append(file)
        scenario.settings.kinds = kinds
        return scenario
    }

    private static func run(_ kinds: [VehicleKind]) throws -> SUMOMetrics {
        let evaluation = try SUMOEvaluation(scenario: try scenario(kinds), seeds: [1], seconds: 900)
        return try evaluation.run(.controller(GreedyController(decisionInterval: 5)), seed: 1)
    }

    @Test("buses are known by their class, change nothing by that, and lose less where they have priority")
    func priority() throws {
        let plain = try Self.run([])
        let known = try Self.run([VehicleKind("bus"), VehicleKind("emergency")])
        #expect(plain.kinds.isEmpty)
        #expect(known.delay == plain.delay)
        #expect(known.kinds.map(\.demanded) == [15, 0])
        let first = try Self.run([VehicleKind("bus", hasPriority: true), VehicleKind("emergency")])
        #expect(first.kinds[0].demanded == 15)
        #expect(first.kinds[0].delay < known.kinds[0].delay)
        #expect(first.violations?.total == 0)
    }

    @Test("what weighs more is rewarded less, and the environment keeps its contract")
    func weights() throws {
        let kinds = [VehicleKind("bus", weight: 30)]
        let (light, heavy) = (try Self.run([VehicleKind("bus")]), try Self.run(kinds))
        #expect(light.reward == nil)
        #expect(try #require(heavy.reward) < 0)
        #expect(heavy.delay == light.delay)
        let scenario = try Self.scenario([VehicleKind("bus", weight: 30, hasPriority: true)])
        let checker = EnvironmentChecker(seed: 3) {
            try! scenario.makeEnvironment(replicas: 0..<1, seed: 5)  // swift-format-ignore: NeverUseForceTry
        }
        #expect(checker.findings(steps: 80) == [])
    }
}
