import Foundation
import SUMOSimulation
import Testing

/// Networks that tests put together from nodes and edges with SUMO's own tool.
struct HandMadeNetwork {
    static let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("shardq-sumo-nets-\(ProcessInfo.processInfo.processIdentifier)")

    /// Whether SUMO and its tool are there.
    static var isPossible: Bool { SampleNetwork.isInstalled && SampleNetwork.find("netconvert") != nil }

    /// Makes a network and its routes.
    ///
    /// - Parameters:
    ///   - name: A name of its own.
    ///   - nodes: Elements of a node file.
    ///   - edges: Elements of an edge file.
    ///   - routes: Elements of a route file.
    ///   - options: Further options of netconvert.
    /// - Returns: What SUMO needs to simulate it.
    /// - Throws: When netconvert does not make it.
    static func make(
        _ name: String,
        nodes: [String],
        edges: [String],
        routes: [String],
        options: [String] = []
    ) throws -> SUMOInput {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        func write(_ element: String, _ lines: [String], _ suffix: String) throws -> String {
            let url = folder.appendingPathComponent("\(name).\(suffix).xml")
            try Data("<\(element)>\(lines.joined(separator: "\n"))</\(element)>".utf8).write(to: url)
            return url.path
        }
        let net = folder.appendingPathComponent("\(name).net.xml").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(SampleNetwork.find("netconvert")))
        process.arguments =
            [
                "--node-files", try write("nodes", nodes, "nod"), "--edge-files", try write("edges", edges, "edg"),
                "--output-file", net, "--no-warnings",
            ] + options
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "netconvert makes \(name)")
        return SUMOInput(network: net, routes: [try write("routes", routes, "rou")])
    }

    /// Two one-way streets that cross under a light; the one from the north ends in a piece of so many metres.
    static func crossing(lastPiece length: Double) throws -> SUMOInput {
        try make(
            "short\(length)",
            nodes: [
                node("c", 0, 0, "traffic_light"), node("n", 0, 250), node("m", 0, 4 + length), node("s", 0, -200),
                node("w", -200, 0), node("e", 200, 0),
            ],
            edges: [
                edge("nm", "n", "m"), edge("mc", "m", "c"), edge("cs", "c", "s"), edge("wc", "w", "c"),
                edge("ce", "c", "e"),
            ],
            routes: [
                flow("a", "wc", "ce", probability: 0.15), flow("b", "nm", "cs", probability: 0.15),
            ]
        )
    }

    static func node(_ id: String, _ x: Double, _ y: Double, _ type: String = "priority") -> String {
        "<node id=\"\(id)\" x=\"\(x)\" y=\"\(y)\" type=\"\(type)\"/>"
    }

    static func edge(_ id: String, _ from: String, _ to: String, lanes: Int = 1) -> String {
        "<edge id=\"\(id)\" from=\"\(from)\" to=\"\(to)\" numLanes=\"\(lanes)\" speed=\"13.89\"/>"
    }

    static func flow(_ id: String, _ from: String, _ to: String, probability: Double) -> String {
        "<flow id=\"\(id)\" from=\"\(from)\" to=\"\(to)\" begin=\"0\" end=\"3600\" probability=\"\(probability)\"/>"
    }
}
