import Evaluation
import SUMOSimulation
import Scenarios
import Testing

@Suite("Bicycles, buses and trams at lights", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct LaneClassTests {
    /// A busy street and, across it, a lane that only one class of vehicles may use, with one of them every hundred seconds.
    private static func crossing(of vehicleClass: String) throws -> SUMOInput {
        func reserved(_ id: String, _ from: String, _ to: String) -> String {
            "<edge id=\"\(id)\" from=\"\(from)\" to=\"\(to)\" numLanes=\"1\" speed=\"13.89\" "
                + "allow=\"\(vehicleClass)\"/>"
        }
        return try HandMadeNetwork.make(
            "class-\(vehicleClass)",
            nodes: [
                HandMadeNetwork.node("c", 0, 0, "traffic_light"), HandMadeNetwork.node("n", 0, 250),
                HandMadeNetwork.node("s", 0, -200), HandMadeNetwork.node("w", -200, 0),
                HandMadeNetwork.node("e", 200, 0),
            ],
            edges: [
                HandMadeNetwork.edge("nc", "n", "c"), HandMadeNetwork.edge("cs", "c", "s"),
                reserved("wc", "w", "c"), reserved("ce", "c", "e"),
            ],
            routes: [
                "<vType id=\"own\" vClass=\"\(vehicleClass)\"/>",
                HandMadeNetwork.flow("cars", "nc", "cs", probability: 0.25),
                "<flow id=\"own\" type=\"own\" from=\"wc\" to=\"ce\" begin=\"0\" end=\"3600\" period=\"100\"/>",
            ]
        )
    }

    @Test("whoever has a lane of its own is seen and served by every rule", arguments: ["bicycle", "bus", "tram"])
    func served(_ vehicleClass: String) throws {
        let names = ["actuated", "sotl", "longest-queue", "greedy", "max-pressure"]
        let cars = try ShortLaneTests.run(try Self.crossing(of: "passenger"), names, seconds: 1800)
        let results = try ShortLaneTests.run(try Self.crossing(of: vehicleClass), names, seconds: 1800)
        for name in names {
            let (result, reference) = (try #require(results[name]), try #require(cars[name]))
            #expect(result.delay < 1.2 * reference.delay + 2, "\(name): \(result.delay) s, cars \(reference.delay) s")
            #expect(result.starvation.neverInserted.isEmpty, "\(name)")
            #expect(result.starvation.longestRed <= 120, "\(name): \(result.starvation.longestRed) s")
            #expect(result.violations?.total == 0, "\(name): \(result.starvation.incidents)")
        }
    }
}
