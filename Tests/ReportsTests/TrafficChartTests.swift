import Evaluation
import Reports
import Scenarios
import Testing

@Suite("Charts of traffic")
struct TrafficChartTests {
    private static func evaluation(rows: Int, columns: Int) throws -> TrafficEvaluation {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns) = (rows, columns)
        return try TrafficEvaluation(scenario: scenario, seeds: [1, 2], seconds: 300)
    }

    @Test("the time-space diagram has a row of cells per road and lights that fill the time at each stop line")
    func timeSpace() throws {
        let evaluation = try Self.evaluation(rows: 1, columns: 3)
        let trace = try #require(evaluation.measure(evaluation.fixedTime(), seed: 1, isRecorded: true).trace)
        let chart = try #require(TrafficCharts(evaluation).timeSpace(trace, controller: "fixed", seed: 1))
        #expect(chart.cells.count == 3 * 60)
        #expect(chart.cells.allSatisfy { (0...100).contains($0.value) })
        #expect(Set(chart.segments.map(\.from.y)).count == 3)
        let lit = chart.segments.reduce(0) { $0 + $1.to.x - $1.from.x }
        #expect(lit == 3 * 300)
        #expect(chart.segments.contains { $0.ink == .green } && chart.segments.contains { $0.ink == .red })
        #expect((chart.x.unit, chart.y.unit) == ("s", "m"))
    }

    @Test("the map shows every road of a grid, entries outside, and no two on top of one another")
    func map() throws {
        let evaluation = try Self.evaluation(rows: 2, columns: 2)
        let trace = try #require(evaluation.measure(evaluation.fixedTime(), seed: 1, isRecorded: true).trace)
        let chart = TrafficCharts(evaluation).maps([("fixed", trace)], seed: 1)[0]
        #expect(chart.segments.count == evaluation.network.roads.count)
        #expect(Set(chart.segments.map { [$0.from, $0.to] }).count == chart.segments.count)
        #expect(chart.labels.map(\.text) == ["r0c0", "r0c1", "r1c0", "r1c1"])
        #expect(chart.colours?.unit == "%")
    }

    @Test("the queue has a curve per controller with a band over the seeds")
    func queue() async throws {
        let evaluation = try Self.evaluation(rows: 1, columns: 1)
        let controllers: [any SignalController] = [evaluation.fixedTime(), GreedyController(decisionInterval: 5)]
        let chart = TrafficCharts(evaluation).queue(try await evaluation.results(of: controllers))
        #expect(chart.curves.map(\.name) == ["fixed", "greedy"])
        #expect(chart.curves.allSatisfy { $0.points.map(\.x) == [0.5, 1.5, 2.5, 3.5, 4.5] })
        #expect(chart.curves[0].points.allSatisfy { ($0.lower ?? .infinity) <= $0.y && $0.y <= $0.upper ?? 0 })
    }

    @Test("maps of one page have one scale")
    func oneScale() throws {
        let evaluation = try Self.evaluation(rows: 2, columns: 2)
        let runs = try ["fixed", "greedy"].map { name in
            let controller: any SignalController =
                name == "fixed" ? evaluation.fixedTime() : GreedyController(decisionInterval: 5)
            return (name, try #require(evaluation.measure(controller, seed: 1, isRecorded: true).trace))
        }
        let maps = TrafficCharts(evaluation).maps(runs, seed: 1)
        #expect(maps.map(\.name) == ["network-fixed", "network-greedy"] && maps[0].colours == maps[1].colours)
    }

    @Test("delays of single vehicles are a curve per controller from 0 to 100 %, and a table; junctions are rows")
    func delays() async throws {
        let evaluation = try Self.evaluation(rows: 1, columns: 2)
        let controllers: [any SignalController] = [evaluation.fixedTime(), GreedyController(decisionInterval: 5)]
        let charts = TrafficCharts(evaluation)
        #expect(charts.delays(try await evaluation.results(of: controllers)) == nil)
        let results = try await evaluation.results(of: controllers, followsVehicles: true)
        let chart = try #require(charts.delays(results))
        #expect(chart.curves.map(\.name) == ["fixed", "greedy"])
        for curve in chart.curves {
            #expect(curve.points.map(\.y) == curve.points.map(\.y).sorted() && (curve.points.last?.y ?? 0) <= 100)
        }
        let table = try #require(TrafficCharts.delayTable(results))
        #expect(table.rows.map(\.[0]) == ["fixed", "greedy"] && table.header.count == 7)
        let junctions = try #require(charts.junctionTable(results))
        #expect(junctions.header == ["junction", "fixed", "greedy"] && junctions.rows.count == 2)
    }

    @Test("a plan becomes a SUMO program per intersection whose phases follow with yellow and all-red")
    func programs() async throws {
        let evaluation = try Self.evaluation(rows: 1, columns: 1)
        let plan = try await ResultingPlan(
            of: FixedTimeController(greens: [[20, 6, 15, 7]]),
            in: TrafficEvaluation(scenario: evaluation.scenario, seeds: [1], seconds: 3600)
        )
        let text = SUMOPrograms(plan, of: evaluation, origin: "made -- by hand").text
        #expect(text.hasPrefix("<?xml"))
        #expect(text.contains("made - - by hand"))
        let phases = text.split(separator: "\n").filter { $0.contains("<phase") }.map {
            $0.trimmingPrefix(while: \.isWhitespace)
        }
        #expect(phases.count == 12)
        #expect(phases[0] == "<phase duration=\"20\" state=\"rGGrrrrGGrrr\" name=\"north-south through\"/>")
        #expect(phases[1] == "<phase duration=\"3\" state=\"ryyrrrryyrrr\"/>")
        #expect(phases[2] == "<phase duration=\"1\" state=\"rrrrrrrrrrrr\"/>")
        #expect(phases[9] == "<phase duration=\"7\" state=\"rrrGrrrrrGrr\" name=\"east-west left\"/>")
    }

    @Test("a network whose positions nobody knows is drawn on a circle")
    func circle() {
        let map = NetworkMap(
            name: "map",
            title: "",
            caption: "",
            scale: .init("use", from: 0, to: 1),
            nodes: ["a", "b", "c", "d"],
            positions: nil,
            links: [
                .init(from: 0, to: 1, value: 0.5), .init(from: 1, to: 0, value: 0.2), .init(from: nil, to: 2, value: 1),
            ]
        )
        #expect(map.chart.segments.count == 2)
        let top = map.chart.labels[0].position
        #expect(abs(top.x) < 1e-12 && abs(top.y - 1) < 1e-12)
        #expect(map.chart.hasEqualScales)
    }
}
