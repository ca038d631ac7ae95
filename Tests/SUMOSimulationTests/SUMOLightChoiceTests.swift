import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

@Suite("Which lights and which seconds", .enabled(if: SampleNetwork.isInstalled), .serialized)
struct SUMOLightChoiceTests {
    private let user: ConfiguredNetwork
    /// The characters of a state of light A0.
    private let width: Int

    init() throws {
        user = try ConfiguredNetwork("with choices")
        width = user.sample.network.signals[0].links.count
    }

    private func names(_ lights: SUMOLightSelection) throws -> [String] {
        try user.scenario(lights: lights).network.signals.map(\.name)
    }

    @Test("lights are chosen or left out by name; the others are listed with the reason; unknown names are refused")
    func chosen() throws {
        #expect(try names(.init(chosen: ["B0"])) == ["B0"])
        #expect(try names(.init(leftOut: ["B0"])) == ["A0"])
        let network = try user.scenario(lights: .init(leftOut: ["B0"])).network
        // Where roads end there are lights too, with nothing to choose from.
        let reasons = Dictionary(grouping: network.leftAlone ?? [], by: \.reason).mapValues { $0.map(\.name) }
        #expect(reasons["left out"] == ["B0"])
        #expect(reasons["one green phase without yellow, so nothing to choose from"]?.count == 6)
        #expect(reasons.count == 2)
        #expect(network.approachCount == 4)
        for lights in [SUMOLightSelection(chosen: ["X9"]), .init(leftOut: ["X9"])] {
            let failure = #expect(throws: SUMOFailure.self) { try names(lights) }
            #expect(failure?.description.hasPrefix("the network has no light 'X9', it has A0, B0, bottom0") == true)
        }
        let failure = #expect(throws: SUMOFailure.self) { try names(.init(leftOut: ["A0", "B0"])) }
        #expect(failure?.code == .badInput)
    }

    @Test("a policy's settings keep what was left alone, and nothing of options that were not given")
    func kept() throws {
        let scenario = try user.scenario(lights: .init(leftOut: ["B0"]))
        let data = try JSONEncoder().encode(scenario)
        #expect(try JSONDecoder().decode(SUMOScenario.self, from: data) == scenario)
        let plain = String(decoding: try JSONEncoder().encode(user.sample), as: UTF8.self)
        for key in ["additional", "\"end\"", "left out"] { #expect(!plain.contains(key)) }
    }

    @Test("a light that cannot be controlled costs neither the others nor a word, unless it was asked for by name")
    func unusable() throws {
        // Every link but one has green only beside another's yellow.
        let first = "G" + String(repeating: "r", count: width - 1)
        let second = "y" + String(repeating: "G", count: width - 1)
        let third = "rG" + String(repeating: "r", count: width - 2)
        try user.write("<additional>\(user.program(of: "A0", [first, second, third]))</additional>", to: "odd.add.xml")
        let network = try user.scenario(additional: "odd.add.xml").network
        #expect(network.signals.map(\.name) == ["B0"])
        #expect(network.leftAlone?.first?.reason.hasPrefix("link 2 from lane") == true)
        let failure = #expect(throws: SUMOFailure.self) {
            try user.scenario(additional: "odd.add.xml", lights: .init(chosen: ["A0"]))
        }
        #expect(failure?.description.hasPrefix("light A0: link 2") == true)
    }

    @Test(
        "a light with a green for each of its links, and one with a link that always blinks, are driven without violations"
    )
    func manyPhases() throws {
        let greens = (0..<width).map { green in String((0..<width).map { $0 == green ? "G" : "r" }) }
        try #require(greens.count > 8)
        let blinking = user.sample.network.signals[1].phases.map { "o" + $0.state.dropFirst() }
        try user.write(
            "<additional>\(user.program(of: "A0", greens))\(user.program(of: "B0", blinking))</additional>",
            to: "many.add.xml"
        )
        var scenario = try user.scenario(additional: "many.add.xml")
        #expect(scenario.network.signals.map(\.phases.count) == [width, blinking.count])
        scenario.settings.timing.maximumRed = 300
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: 200)
        let controllers = evaluation.classical(websterGreens: [])
        for name in ["greedy", "longest-queue", "max-pressure"] {
            let metrics = try evaluation.run(.controller(controllers.named(name)), seed: 1)
            #expect(metrics.violations?.total == 0, "\(name)")
            #expect(metrics.trips.arrived > 0, "\(name)")
        }
    }

    @Test("episodes begin when they are told to, and the configuration says when they end")
    func times() throws {
        #expect(try user.scenario("<begin value=\"0:01:00\"/><end value=\"360\"/>").network.end == 360)
        var input = try user.scenario("<begin value=\"60\"/>").input
        #expect(try SUMONetwork(reading: input).begin == 60)
        #expect(try SUMONetwork(reading: input).end == nil)
        input.begin = 120
        #expect(try SUMONetwork(reading: input).begin == 120)
        input.additional = [user.path("none.add.xml")]
        #expect(throws: SUMOFailure.self) { try SUMONetwork(reading: input) }
    }

    @Test("an episode in which no vehicle comes to a light ends training with an error, one with vehicles does not")
    func empty() throws {
        func train(_ scenario: SUMOScenario) throws {
            var environment = try scenario.makeEnvironment(replicas: 0..<1, seed: 1)
            var batch = StepBatch()
            environment.begin(&batch)
            for _ in 0..<6 {
                let actions = batch.queries.masks.prefix(batch.decisionCount).map { UInt8($0.trailingZeroBitCount) }
                try environment.step(actions, &batch)
            }
        }
        try user.writeFlow(from: 7000, perHour: 900)
        var scenario = try user.scenario()
        scenario.settings.episodeSeconds = 30
        let failure = #expect(throws: EnvironmentFailure.self) { try train(scenario) }
        #expect(failure?.description.contains("from second 0 to 30, so there is nothing to learn") == true)
        scenario.input.begin = 7000
        scenario.network.begin = 7000
        try train(scenario)
    }
}
