internal import Foundation

/// Which SUMO simulates what: the program and its files.
public struct SUMOInput: Sendable, Hashable, Codable {
    /// The program, a path or a name to be looked up in `PATH`.
    public var program = "sumo"
    /// A SUMO configuration (`.sumocfg`) or a network (`.net.xml`).
    public var network: String
    /// Route files for a network without a configuration.
    public var routes: [String] = []

    /// Names the files.
    public init(program: String = "sumo", network: String, routes: [String] = []) {
        self.program = program
        self.network = network
        self.routes = routes
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

    /// The options that do not change from episode to episode.
    ///
    /// - Parameter additional: A file of additional elements, beside those that the configuration names.
    /// - Returns: Options of the command line, without seed and port.
    /// - Throws: `SUMOFailure` when a file is missing.
    func options(additional: String?) throws(SUMOFailure) -> [String] {
        for file in [network] + routes where !FileManager.default.fileExists(atPath: file) {
            throw SUMOFailure(.badInput, "there is no file '\(file)'")
        }
        var options = isConfiguration ? ["--configuration-file", network] : ["--net-file", network]
        if !routes.isEmpty { options += ["--route-files", routes.joined(separator: ",")] }
        // On the command line the option replaces what the configuration says, so both are named.
        let extra = isConfiguration ? try configuredAdditions() : []
        let additions = extra + (additional.map { [$0] } ?? [])
        if !additions.isEmpty { options += ["--additional-files", additions.joined(separator: ",")] }
        return options + [
            // Without SUMO_HOME some versions cannot check route files that name a schema on the web.
            "--xml-validation", "never", "--xml-validation.net", "never",
            // A vehicle that is taken out of a jam would hide it.
            "--time-to-teleport", "-1",
            "--random", "false", "--no-step-log", "true", "--no-warnings", "true", "--duration-log.disable", "true",
        ]
    }

    private func configuredAdditions() throws(SUMOFailure) -> [String] {
        let url = URL(fileURLWithPath: network)
        guard let data = try? Data(contentsOf: url) else {
            throw SUMOFailure(.badInput, "'\(network)' cannot be read")
        }
        var files: [String] = []
        XMLElements.scan(Array(data), named: "additional-files") { attributes in
            for file in (attributes["value"] ?? attributes["v"] ?? "").split(separator: ",") {
                let name = file.trimmingCharacters(in: .whitespaces)
                files.append(URL(fileURLWithPath: name, relativeTo: url.deletingLastPathComponent()).path)
            }
        }
        return files
    }
}
