import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import Testing

@Suite("Bicycles, buses and trams on lanes of their own", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct OwnLaneTests {
    /// Who has the lanes of the road from the north, from the right to the left.
    private static let kinds = ["bicycle", "bus", "tram"]

    /// A street full of cars and a road across it on which now and then a bicycle, a bus or a tram comes, each on its own lane.
    private static func crossing() throws -> SUMOInput {
        let lanes = kinds.enumerated().map { "<lane index=\"\($0)\" allow=\"\($1)\"/>" }.joined()
        let roads = [("nc", "n", "c"), ("cs", "c", "s")].map {
            "<edge id=\"\($0)\" from=\"\($1)\" to=\"\($2)\" numLanes=\"3\" speed=\"13.89\">\(lanes)</edge>"
        }
        let types = kinds.map { "<vType id=\"\($0)\" vClass=\"\($0)\"/>" }
        let flows = kinds.enumerated().map { lane, kind in
            "<flow id=\"\(kind)\" type=\"\(kind)\" from=\"nc\" to=\"cs\" begin=\"\(40 * lane)\" end=\"900\" period=\"120\""
                + " departLane=\"\(lane)\"/>"
        }
        return try HandMadeNetwork.make(
            "lanes",
            nodes: [HandMadeNetwork.node("c", 0, 0, "traffic_light")]
                + [("n", 0, 150), ("s", 0, -150), ("w", -150, 0), ("e", 150, 0)].map {
                    HandMadeNetwork.node($0.0, $0.1, $0.2)
                },
            edges: [HandMadeNetwork.edge("wc", "w", "c", lanes: 2), HandMadeNetwork.edge("ce", "c", "e", lanes: 2)]
                + roads,
            routes: types
                + [
                    "<flow id=\"cars\" from=\"wc\" to=\"ce\" begin=\"0\" end=\"900\" period=\"2.2\" departLane=\"free\"/>"
                ] + flows
        )
    }

    private static func run(_ controller: String, maximumRed: Int) throws -> SUMOMetrics {
        let input = try crossing()
        var scenario = SUMOScenario(input: input, network: try SUMONetwork(reading: input))
        scenario.settings.timing.maximumRed = maximumRed
        if maximumRed == SignalTiming.longest { scenario.settings.timing.maximumGreen = SignalTiming.longest }
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: 900)
        let classical = evaluation.classical(websterGreens: scenario.network.signals.map { $0.phases.map { _ in 20 } })
        return try evaluation.run(.controller(try classical.named(controller)), seed: 1)
    }

    /// The longest red with somebody waiting, by kind.
    private static func longestReds(_ metrics: SUMOMetrics) -> [Int] {
        kinds.indices.map { lane in
            metrics.starvation.approaches.filter { $0.name == "nc_\(lane)" }.map(\.longestRed).max() ?? -1
        }
    }

    @Test("each of them has a link of the light, is demand for its phase, and waits no longer than the maximum red")
    func served() throws {
        let network = try SUMONetwork(reading: try Self.crossing())
        let signal = try #require(network.signals.first)
        let lanes = Set(signal.links.flatMap { $0 }.map(\.from))
        #expect(lanes.isSuperset(of: ["nc_0", "nc_1", "nc_2"]))
        for controller in ["actuated", "greedy", "max-pressure"] {
            let metrics = try Self.run(controller, maximumRed: 45)
            let reds = Self.longestReds(metrics)
            #expect(reds.allSatisfy { (1...50).contains($0) }, "\(controller): \(reds)")
            #expect(metrics.violations?.total == 0, "\(controller)")
            #expect(metrics.starvation.neverInserted.isEmpty)
        }
    }

    @Test("without a maximum red a street full of cars starves them, and the figures name their lanes")
    func named() throws {
        let metrics = try Self.run("greedy", maximumRed: SignalTiming.longest)
        let reds = Self.longestReds(metrics)
        #expect(reds.allSatisfy { $0 > 50 }, "\(reds)")
        #expect(metrics.starvation.longestRed == reds.max())
    }
}
