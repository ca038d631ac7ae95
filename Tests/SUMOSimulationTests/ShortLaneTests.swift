import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import Testing

@Suite("Roads that are cut before the stop line", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct ShortLaneTests {
    /// What rules make of a network, by their names.
    static func run(
        _ input: SUMOInput,
        _ names: [String],
        seconds: Int
    ) throws -> [String: SUMOMetrics] {
        let scenario = SUMOScenario(input: input, network: try SUMONetwork(reading: input))
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: seconds)
        let classical = evaluation.classical(websterGreens: scenario.network.signals.map { $0.phases.map { _ in 20 } })
        var results: [String: SUMOMetrics] = [:]
        for name in names {
            let contender =
                name == "stock" ? SUMOEvaluation.Contender.stock : .controller(try classical.named(name))
            results[name] = try evaluation.run(contender, seed: 1)
        }
        return results
    }

    @Test("vehicles before a piece too short for one are seen and served", arguments: [0.9, 3.0])
    func shortPiece(_ length: Double) throws {
        let whole = try Self.run(try HandMadeNetwork.crossing(lastPiece: 20), ["greedy"], seconds: 1200)
        let cut = try Self.run(try HandMadeNetwork.crossing(lastPiece: length), ["greedy"], seconds: 1200)
        let (reference, delay) = (try #require(whole["greedy"]), try #require(cut["greedy"]))
        #expect(delay.delay < 1.2 * reference.delay + 2)
        #expect(delay.starvation.neverInserted.isEmpty)
        #expect(delay.starvation.longestRed < 60)
        #expect(delay.violations?.total == 0)
    }

    /// Four junctions in a square; every fourth approach ends in a piece of 0.5 to 8 m if that is wanted.
    private static func square(isCut: Bool) throws -> SUMOInput {
        let places = [("a", 0.0, 0.0), ("b", 200.0, 0.0), ("c", 0.0, 200.0), ("d", 200.0, 200.0)]
        var nodes = places.map { HandMadeNetwork.node($0.0, $0.1, $0.2, "traffic_light") }
        var edges: [String] = []
        var starts: [String: String] = [:]
        let pieces = ["a": 0.5, "b": 2.0, "c": 5.0, "d": 8.0]
        func road(_ from: String, _ to: String, _ x: Double, _ y: Double, isShort: Bool, towards: (Double, Double)) {
            guard isShort, isCut, let piece = pieces[to] else {
                edges.append(HandMadeNetwork.edge("\(from)\(to)", from, to))
                starts["\(from)\(to)"] = "\(from)\(to)"
                return
            }
            // The junction itself takes up 7.2 m on each side.
            let distance = 7.2 + piece
            nodes.append(
                HandMadeNetwork.node("\(from)\(to)cut", x + towards.0 * distance, y + towards.1 * distance)
            )
            edges.append(HandMadeNetwork.edge("\(from)\(to)", from, "\(from)\(to)cut"))
            edges.append(HandMadeNetwork.edge("\(from)\(to)last", "\(from)\(to)cut", to))
        }
        for (name, x, y) in places {
            let (dx, dy) = (x == 0 ? -1.0 : 1.0, y == 0 ? -1.0 : 1.0)
            nodes.append(HandMadeNetwork.node("\(name)x", x + 200 * dx, y))
            nodes.append(HandMadeNetwork.node("\(name)y", x, y + 200 * dy))
            road("\(name)x", name, x, y, isShort: true, towards: (dx, 0))
            road("\(name)y", name, x, y, isShort: false, towards: (0, dy))
            edges.append(HandMadeNetwork.edge("\(name)\(name)x", name, "\(name)x"))
            edges.append(HandMadeNetwork.edge("\(name)\(name)y", name, "\(name)y"))
        }
        for (one, other) in [("a", "b"), ("c", "d"), ("a", "c"), ("b", "d")] {
            edges.append(HandMadeNetwork.edge("\(one)\(other)", one, other))
            edges.append(HandMadeNetwork.edge("\(other)\(one)", other, one))
        }
        let routes = [
            ("axa", "bbx"), ("bxb", "aax"), ("cxc", "ddx"), ("dxd", "ccx"), ("aya", "ccy"), ("cyc", "aay"),
            ("byb", "ddy"), ("dyd", "bby"),
        ].enumerated().map { HandMadeNetwork.flow("f\($0)", $1.0, $1.1, probability: 0.08) }
        return try HandMadeNetwork.make(
            isCut ? "cut" : "merged",
            nodes: nodes,
            edges: edges,
            routes: routes,
            options: ["--no-turnarounds", "true"]
        )
    }

    @Test("a network whose every fourth approach is cut is served as the same network with the pieces merged")
    func cutNetwork() throws {
        let names = ["actuated", "sotl", "longest-queue", "greedy", "max-pressure"]
        let merged = try Self.run(try Self.square(isCut: false), names, seconds: 1800)
        let cut = try Self.run(try Self.square(isCut: true), names, seconds: 1800)
        for name in names {
            let (one, other) = (try #require(merged[name]).delay, try #require(cut[name]).delay)
            #expect(other < 1.05 * one, "\(name): \(other) s with pieces, \(one) s without")
            #expect(cut[name]?.violations?.total == 0, "\(name)")
        }
    }

    /// A road from the north with more vehicles than it takes, and a street that crosses it; if that is wanted, with a lane
    /// and a phase of its own for turns, which nobody makes.
    private static func full(hasTurns: Bool) throws -> SUMOInput {
        let turn = hasTurns ? [("nc", 1, "ce", "rGr")] : []
        let ways = [("nc", 0, "cs", hasTurns ? "Grr" : "Gr")] + turn + [("wc", 0, "ce", hasTurns ? "rrG" : "rG")]
        let phases = ways.map { way in
            let yellow = way.3.replacingOccurrences(of: "G", with: "y")
            return "<phase duration=\"30\" state=\"\(way.3)\"/><phase duration=\"3\" state=\"\(yellow)\"/>"
        }
        let links = ways.enumerated().map { index, way in
            "<connection from=\"\(way.0)\" to=\"\(way.2)\" fromLane=\"\(way.1)\" toLane=\"0\" tl=\"c\" "
                + "linkIndex=\"\(index)\"/>"
        }
        let name = hasTurns ? "full-turns" : "full"
        func write(_ suffix: String, _ element: String, _ lines: [String]) throws -> String {
            try FileManager.default.createDirectory(at: HandMadeNetwork.folder, withIntermediateDirectories: true)
            let url = HandMadeNetwork.folder.appendingPathComponent("\(name).\(suffix).xml")
            try Data("<\(element)>\(lines.joined())</\(element)>".utf8).write(to: url)
            return url.path
        }
        let program = "<tlLogic id=\"c\" type=\"static\" programID=\"0\" offset=\"0\">\(phases.joined())</tlLogic>"
        let connections = ways.map {
            "<connection from=\"\($0.0)\" to=\"\($0.2)\" fromLane=\"\($0.1)\" toLane=\"0\"/>"
        }
        return try HandMadeNetwork.make(
            name,
            nodes: [
                HandMadeNetwork.node("c", 0, 0, "traffic_light"), HandMadeNetwork.node("n", 0, 150),
                HandMadeNetwork.node("s", 0, -200), HandMadeNetwork.node("w", -200, 0),
                HandMadeNetwork.node("e", 200, 0),
            ],
            edges: [
                HandMadeNetwork.edge("nc", "n", "c", lanes: hasTurns ? 2 : 1), HandMadeNetwork.edge("cs", "c", "s"),
                HandMadeNetwork.edge("wc", "w", "c"), HandMadeNetwork.edge("ce", "c", "e"),
            ],
            routes: [
                "<flow id=\"a\" from=\"nc\" to=\"cs\" departLane=\"0\" begin=\"0\" end=\"3600\" probability=\"0.7\"/>",
                HandMadeNetwork.flow("b", "wc", "ce", probability: 0.05),
            ],
            options: [
                "--connection-files", try write("con", "connections", connections),
                "--tllogic-files", try write("tll", "tlLogics", [program] + links),
            ]
        )
    }

    @Test("who waits to enter a full lane is no demand of the lane beside it")
    func fullLane() throws {
        let names = ["greedy", "max-pressure"]
        let one = try Self.run(try Self.full(hasTurns: false), names, seconds: 1200)
        let two = try Self.run(try Self.full(hasTurns: true), names, seconds: 1200)
        for name in names {
            let alone = try #require(one[name]).trips.entered
            let beside = try #require(two[name]).trips.entered
            #expect(alone < 800, "\(name): the road is full")
            #expect(Double(beside) > 0.97 * Double(alone), "\(name): \(beside) entered, \(alone) without the turns")
        }
    }

    @Test("streams that cross and have right of way together are refused with light, phase and lanes")
    func conflict() throws {
        let input = try HandMadeNetwork.crossing(lastPiece: 20)
        let text = try String(contentsOfFile: input.network, encoding: .utf8)
        let program = try #require(text.range(of: "state=\"GGrr\""))
        let broken = HandMadeNetwork.folder.appendingPathComponent("conflict.net.xml")
        try Data(text.replacingCharacters(in: program, with: "state=\"GGGG\"").utf8).write(to: broken)
        var other = input
        other.network = broken.path
        let failure = #expect(throws: SUMOFailure.self) { try SUMONetwork(reading: other) }
        #expect(failure?.code == .badInput)
        #expect(failure?.description.hasPrefix("light c: phase 'GGGG' has G for link") == true, "\(failure as Any)")
    }
}
