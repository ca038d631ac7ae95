import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

/// A small network of our own, made once for all tests by SUMO's own tools.
struct SampleNetwork {
    static let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("shardq-sumo-tests-\(ProcessInfo.processInfo.processIdentifier)")

    static let shared = Result { try make() }

    /// Whether SUMO is there.
    static var isInstalled: Bool { find("sumo") != nil && find("netgenerate") != nil }

    static func find(_ name: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func make() throws -> SUMOScenario {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let net = folder.appendingPathComponent("grid.net.xml").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(find("netgenerate")))
        process.arguments = [
            "--grid", "--grid.x-number", "2", "--grid.y-number", "1", "--grid.length", "150", "--grid.attach-length",
            "150",
            "--default-junction-type", "traffic_light", "--output-file", net, "--no-warnings",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let flows = [
            ("left0A0", "B0right0", 500), ("right0B0", "A0left0", 300), ("top0A0", "A0bottom0", 250),
            ("bottom1B0", "B0top1", 250),
        ]
        let routes = folder.appendingPathComponent("grid.rou.xml").path
        let lines = flows.enumerated().map { index, flow in
            "<flow id=\"f\(index)\" begin=\"0\" end=\"3600\" from=\"\(flow.0)\" to=\"\(flow.1)\" vehsPerHour=\"\(flow.2)\"/>"
        }
        try Data("<routes>\(lines.joined())</routes>".utf8).write(to: URL(fileURLWithPath: routes))
        let input = SUMOInput(network: net, routes: [routes])
        var scenario = SUMOScenario(input: input, network: try SUMONetwork(reading: input))
        scenario.settings.episodeSeconds = 300
        return scenario
    }
}

@Suite("Traffic in SUMO", .enabled(if: SampleNetwork.isInstalled), .serialized)
struct SUMORunTests {
    private let scenario: SUMOScenario

    init() throws { scenario = try SampleNetwork.shared.get() }

    @Test("SUMO tells the lights, their phases and lanes")
    func reading() throws {
        #expect(scenario.network.signals.map(\.name) == ["A0", "B0"])
        #expect(scenario.network.signals.allSatisfy { (2...8).contains($0.phases.count) })
        #expect(scenario.network.approachCount == 8)
        #expect(scenario.network.version.hasPrefix("SUMO "))
        // Left turns wait in the middle of the junction, so their way across is two lanes long.
        let ways = scenario.network.signals.flatMap { $0.links.joined() }
        #expect(ways.allSatisfy { (1...2).contains($0.inside.count) })
        #expect(ways.contains { $0.inside.count == 2 })
        try scenario.check()
    }

    @Test("the environment keeps the contract, saved and restored in the middle of an episode and after it")
    func contract() {
        let checker = EnvironmentChecker(seed: 3) {
            // The checker makes environments only; one that cannot be made shows as a crash of this test.
            try! scenario.makeEnvironment(replicas: 0..<2, seed: 5)  // swift-format-ignore: NeverUseForceTry
        }
        #expect(checker.findings(steps: 150) == [])
    }

    /// Takes steps with actions that depend on nothing but their number.
    private func drive(_ environment: inout SUMOEnvironment, _ batch: inout StepBatch, steps: Range<Int>) throws {
        for step in steps {
            let actions = (0..<batch.decisionCount).map { decision in
                ActionMask.pick(
                    from: batch.queries.masks[decision],
                    random: SplitMix64.mix(UInt64(step * 64 + decision)) >> 32
                )
            }
            try environment.step(actions, &batch)
        }
    }

    private func makeEnvironment() throws -> SUMOEnvironment {
        try #require(try scenario.makeEnvironment(replicas: 0..<2, seed: 9) as? SUMOEnvironment)
    }

    @Test("a SUMO that is killed in the middle of an episode is replaced, and nothing of it shows")
    func killed() throws {
        var undisturbed = try makeEnvironment()
        var expected = StepBatch()
        undisturbed.begin(&expected)
        try drive(&undisturbed, &expected, steps: 0..<40)
        var environment = try makeEnvironment()
        var batch = StepBatch()
        environment.begin(&batch)
        try drive(&environment, &batch, steps: 0..<25)
        let victim = try #require(environment.processIdentifiers.last)
        kill(victim, SIGKILL)
        try drive(&environment, &batch, steps: 25..<40)
        #expect(batch.queries == expected.queries)
        #expect(batch.transitions == expected.transitions)
        #expect(environment.processIdentifiers.last != victim)
    }

    @Test("a copy of an environment goes its own way although both share a process")
    func copies() throws {
        var environment = try makeEnvironment()
        var batch = StepBatch()
        environment.begin(&batch)
        try drive(&environment, &batch, steps: 0..<10)
        var copy = environment
        var copied = batch
        try drive(&environment, &batch, steps: 10..<20)
        try drive(&copy, &copied, steps: 10..<20)
        #expect(batch.queries == copied.queries)
        #expect(batch.transitions == copied.transitions)
    }

    @Test("the same seed gives the same figures, without violations; every controller drives the lights")
    func evaluation() async throws {
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1, 2], seconds: 200)
        let classical = evaluation.classical(websterGreens: scenario.network.signals.map { $0.phases.map { _ in 20 } })
        var contenders: [SUMOEvaluation.Contender] = [.stock]
        for name in SignalControllers.names { contenders.append(.controller(try classical.named(name))) }
        let comparison = try await evaluation.compare(contenders)
        for contender in comparison.contenders {
            #expect(contender.metric("violations")?.worst == 0, "\(contender.name)")
            #expect(try #require(contender.metric("throughput")).worst > 0, "\(contender.name)")
        }
        let again = try evaluation.run(contenders[2], seed: 1)
        #expect(again.delay == comparison.contenders[2].metric("delay")?.values[0])
        let delays = comparison.contenders[1].metric("delay")?.values
        #expect(delays?[0] != delays?[1])
    }

    @Test("a program, a network or a configuration that is missing or broken is one line")
    func failures() throws {
        func reading(_ input: SUMOInput) -> SUMOFailure? {
            #expect(throws: SUMOFailure.self) { try SUMONetwork(reading: input) }
        }
        var input = scenario.input
        input.program = "no-such-sumo"
        #expect(reading(input)?.code == .unavailable)
        input.program = "/no/such/sumo"
        #expect(reading(input)?.code == .unavailable)
        #expect(reading(SUMOInput(network: "/no/such.sumocfg"))?.code == .badInput)
        let broken = SampleNetwork.folder.appendingPathComponent("broken.sumocfg")
        try Data("<configuration><input><net-file".utf8).write(to: broken)
        let failure = try #require(reading(SUMOInput(network: broken.path)))
        #expect(failure.code == .badInput)
        #expect(!failure.description.contains("\n"))
        #expect(throws: EnvironmentFailure.self) {
            var lost = scenario
            lost.input.program = "/no/such/sumo"
            _ = try lost.makeEnvironment(replicas: 0..<1, seed: 1)
        }
    }

    @Test("a network is known by what is in it, and what is neither it nor a configuration is refused")
    func networkByContent() throws {
        let town = SampleNetwork.folder.appendingPathComponent("town.xml")
        try? FileManager.default.removeItem(at: town)
        try FileManager.default.copyItem(at: URL(fileURLWithPath: scenario.input.network), to: town)
        let named = SUMOInput(network: town.path, routes: scenario.input.routes)
        #expect(!named.isConfiguration)
        #expect(try SUMONetwork(reading: named) == scenario.network)
        let routes = SUMOInput(network: scenario.input.routes[0])
        let refusal = #expect(throws: SUMOFailure.self) { try SUMONetwork(reading: routes) }
        #expect(refusal?.description.contains("begins with <routes>") == true)
    }

    @Test("a saved scenario of another network is refused, not believed")
    func checkedSettings() throws {
        var other = scenario
        other.network.signals[0].links[0][0].from = "nowhere_0"
        #expect(throws: ScenarioError.self) { try other.check() }
        other = scenario
        other.network.signals[1].phases[0].state += "G"
        #expect(throws: ScenarioError.self) { try other.check() }
        let data = try JSONEncoder().encode(scenario)
        #expect(try JSONDecoder().decode(SUMOScenario.self, from: data) == scenario)
        // What was saved when junctions were not cleared yet goes on as it was, and is written as it was.
        other = scenario
        other.clearsJunctions = false
        other.holdsChanges = false
        for signal in other.network.signals.indices {
            for link in other.network.signals[signal].links.indices {
                for way in other.network.signals[signal].links[link].indices {
                    other.network.signals[signal].links[link][way].inside = []
                }
            }
        }
        let older = try JSONEncoder().encode(other)
        let text = String(decoding: older, as: UTF8.self)
        #expect(!text.contains("clearsJunctions") && !text.contains("holdsChanges") && !text.contains("inside"))
        #expect(try JSONDecoder().decode(SUMOScenario.self, from: older) == other)
    }
}
