import Evaluation
import SUMOSimulation
import Scenarios
import Testing

@Suite("Vehicles that stand where no light is", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct StandingElsewhereTests {
    /// A light, and a road behind it on which somebody breaks down before two others.
    private static func breakdown() throws -> SUMOInput {
        let route = "from=\"wc\" to=\"ef\""
        return try HandMadeNetwork.make(
            "breakdown",
            nodes: [HandMadeNetwork.node("c", 0, 0, "traffic_light")]
                + [("n", 0, 150), ("s", 0, -150), ("w", -150, 0), ("e", 150, 0), ("f", 300, 0), ("g", 150, 150)].map {
                    HandMadeNetwork.node($0.0, $0.1, $0.2)
                },
            edges: ["wc", "ce", "ef", "ge", "nc", "cs"].map {
                HandMadeNetwork.edge($0, String($0.prefix(1)), String($0.suffix(1)))
            },
            routes: [
                "<trip id=\"broken\" depart=\"0\" \(route)><stop lane=\"ef_0\" endPos=\"50\" duration=\"3000\"/></trip>",
                "<trip id=\"first\" depart=\"20\" \(route)/>", "<trip id=\"second\" depart=\"40\" \(route)/>",
                "<flow id=\"across\" from=\"nc\" to=\"cs\" begin=\"0\" end=\"600\" period=\"20\"/>",
            ]
        )
    }

    @Test("they are counted by road, and an alarm names it; who is served by the light is not there")
    func counted() throws {
        let input = try Self.breakdown()
        let scenario = SUMOScenario(input: input, network: try SUMONetwork(reading: input))
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: 600)
        let classical = evaluation.classical(websterGreens: scenario.network.signals.map { $0.phases.map { _ in 20 } })
        let found = try evaluation.run(.controller(try classical.named("actuated")), seed: 1).starvation
        // Whoever has broken down stops by its own will, and waits for nobody.
        #expect(found.standingElsewhere == ["ef": 2])
        #expect(found.alarms == ["road ef, where no light is: 2 vehicles stood at the end for more than 240 s"])
        #expect(try evaluation.run(.stock, seed: 1).starvation.standingElsewhere == ["ef": 2])
    }
}
