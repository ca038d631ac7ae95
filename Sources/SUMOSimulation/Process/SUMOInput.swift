internal import Foundation
internal import InputFiles

/// Which SUMO simulates what: the program and its files.
public struct SUMOInput: Sendable, Hashable, Codable {
    /// The program, a path or a name to be looked up in `PATH`.
    public var program = "sumo"
    /// A SUMO configuration (`.sumocfg`) or a network (`.net.xml`), told apart by what is in it.
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
    public var isConfiguration: Bool {
        !network.hasSuffix(".net.xml") && !network.hasSuffix(".net.xml.gz") && Self.rootElement(of: network) != "net"
    }

    /// The elements with which SUMO's other files begin; a configuration may begin with any other.
    private static let otherFiles: Set = [
        "routes", "additional", "nodes", "edges", "connections", "types", "tlLogics", "demand",
    ]
    /// Bytes in which an element has begun, behind whatever its writer has said before.
    private static let headLength = 1 << 16

    /// The name of the first element of a file, or nothing where it cannot be told.
    private static func rootElement(of file: String) -> String? {
        guard let handle = InputFile.open(file), let head = try? handle.read(upToCount: headLength) else { return nil }
        let compressed: [UInt8] = [0x1F, 0x8B]
        if head.starts(with: compressed) { return "net" }
        var root: String?
        XMLElements.scanAll(Array(head)) { name, _ in root = root ?? name }
        return root
    }

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
        if let root = Self.rootElement(of: network), Self.otherFiles.contains(root) {
            throw SUMOFailure(
                .badInput,
                "'\(network)' begins with <\(root)>, so it is neither a configuration nor a network: name a .sumocfg or a .net.xml"
            )
        }
    }
}
