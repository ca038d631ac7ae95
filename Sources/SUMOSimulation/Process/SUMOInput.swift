internal import Foundation

/// Which SUMO simulates what: the program and its files.
public struct SUMOInput: Sendable, Hashable, Codable {
    /// The program, a path or a name to be looked up in `PATH`.
    public var program = "sumo"
    /// A SUMO configuration (`.sumocfg`) or a network (`.net.xml`).
    public var network: String
    /// Route files for a network without a configuration.
    public var routes: [String] = []
    /// Files of additional elements, beside those that a configuration names.
    public var additional: [String]?
    /// The second at which the simulation begins, instead of the configuration's.
    public var begin: Int?

    /// Names the files.
    public init(
        program: String = "sumo",
        network: String,
        routes: [String] = [],
        additional: [String]? = nil,
        begin: Int? = nil
    ) {
        self.program = program
        self.network = network
        self.routes = routes
        self.additional = additional
        self.begin = begin
    }

    /// Whether the network is a configuration that names its own routes.
    public var isConfiguration: Bool { !network.hasSuffix(".net.xml") && !network.hasSuffix(".net.xml.gz") }

    /// Finds the program.
    ///
    /// - Throws: `SUMOFailure` when there is no such program.
    func locateProgram() throws(SUMOFailure) -> String {
        if program.contains("/") {
            guard FileManager.default.isExecutableFile(atPath: program) else {
                throw SUMOFailure(.unavailable, "there is no SUMO at '\(program)': --sumo-binary names the program")
            }
            return program
        }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for folder in folders {
            let path = "\(folder)/\(program)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw SUMOFailure(
            .unavailable,
            "there is no '\(program)' in PATH: install SUMO (scripts/setup sumo) or name it with --sumo-binary"
        )
    }

    /// Refuses files that are not there.
    ///
    /// - Throws: `SUMOFailure` that names the first.
    func checkFiles() throws(SUMOFailure) {
        for file in [network] + routes + (additional ?? []) {
            guard FileManager.default.fileExists(atPath: file) else {
                throw SUMOFailure(.badInput, "there is no file '\(file)'")
            }
            guard !file.contains(",") || file == network && isConfiguration else {
                throw SUMOFailure(.badInput, "SUMO takes the comma in '\(file)' for the end of a name: rename it")
            }
        }
    }
}
