import Foundation
import SUMOSimulation

/// The sample network as a user's folder with a configuration.
struct ConfiguredNetwork {
    let sample: SUMOScenario
    let folder: URL

    /// Makes the folder anew; its name has a blank, which has to be written otherwise in a configuration.
    init(_ name: String) throws {
        sample = try SampleNetwork.shared.get()
        folder = SampleNetwork.folder.appendingPathComponent(name)
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: sample.input.network, toPath: path("grid.net.xml"))
        try FileManager.default.copyItem(atPath: sample.input.routes[0], toPath: path("grid.rou.xml"))
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    /// Routes of one flow.
    func writeFlow(from begin: Int = 0, _ way: (String, String) = ("left0A0", "B0right0"), perHour flow: Int) throws {
        try write(
            "<routes><flow id=\"f\" begin=\"\(begin)\" end=\"9000\" from=\"\(way.0)\" to=\"\(way.1)\" vehsPerHour=\"\(flow)\"/></routes>",
            to: "grid.rou.xml"
        )
    }

    /// The problem that a configuration with further options describes.
    func scenario(
        _ options: String = "",
        additional: String? = nil,
        lights: SUMOLightSelection = SUMOLightSelection()
    ) throws -> SUMOScenario {
        let extra = additional.map { "<additional value=\"\($0)\"/>" } ?? ""
        try write(
            "<configuration><n v=\"grid.net.xml\"/><route-files value=\"grid.rou.xml\"/>\(extra)\(options)</configuration>",
            to: "town.sumocfg"
        )
        let input = SUMOInput(network: path("town.sumocfg"))
        var other = sample
        other.input = input
        other.network = try SUMONetwork(reading: input, lights: lights)
        return other
    }

    /// A program of a light as an additional file has it.
    func program(of light: String, _ states: [String], named name: String = "other") -> String {
        let phases = states.map { "<phase duration=\"20\" state=\"\($0)\"/>" }.joined()
        return "<tlLogic id=\"\(light)\" type=\"static\" programID=\"\(name)\" offset=\"0\">\(phases)</tlLogic>"
    }
}
