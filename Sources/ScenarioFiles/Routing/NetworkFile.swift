internal import Foundation
public import Scenarios

/// A network that was read from a file, with the demands that came with it.
///
/// Formats, told apart by their content: node-link JSON (networkx, topohub), SNDlib native and XML, GraphML, GML, and CSV
/// (an edge list, or a square matrix).
public struct NetworkFile: Sendable, Hashable {
    /// What a demand between two nodes says; most formats do not tell, so somebody has to.
    public enum Demands: String, Sendable, Hashable, CaseIterable {
        /// From the first node to the second.
        case directed
        /// The same in both directions.
        case undirected
    }

    /// The network, named after its file.
    public let network: RoutingNetwork
    /// The file's demands; `nil` when it has none.
    public let matrix: TrafficMatrix?

    /// Reads a network.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - demands: What a demand says.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(readingFrom path: String, demands: Demands = .directed) throws(NetworkFileError) {
        try self.init(Self.describe(path), file: path, demands)
    }

    /// Reads a text in any of the formats.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - file: What messages call it.
    ///   - demands: What a demand says.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(parsing text: String, file: String, demands: Demands = .directed) throws(NetworkFileError) {
        try self.init(TextFile.parse(text, file: file, Self.parse), file: file, demands)
    }

    private init(_ description: NetworkDescription, file path: String, _ demands: Demands) throws(NetworkFileError) {
        do {
            let topology = try description.topology()
            let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            network = RoutingNetwork(imported: name, topology: topology)
            matrix = try description.matrix(for: topology, areTwoWay: demands == .undirected)
        } catch {
            throw NetworkFileError(path, error)
        }
    }

    /// Reads the traffic matrix of a network from another file: any format with demands, or a square CSV matrix.
    ///
    /// - Parameters:
    ///   - path: The file; its links, if any, are not looked at.
    ///   - topology: The network; routers are found by name.
    ///   - demands: What a demand says.
    /// - Returns: The weights.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public static func matrix(
        readingFrom path: String,
        for topology: NetworkTopology,
        demands: Demands = .directed
    ) throws(NetworkFileError) -> TrafficMatrix {
        let description = try describe(path)
        do {
            if let matrix = try description.matrix(for: topology, areTwoWay: demands == .undirected) { return matrix }
        } catch {
            throw NetworkFileError(path, error)
        }
        throw NetworkFileError(path, NetworkTextError(nil, "there are no demands"))
    }

    /// Reads a folder of matrices as a time series, in the order of the file names.
    ///
    /// - Parameters:
    ///   - path: The folder; hidden files are not looked at.
    ///   - topology: The network; routers are found by name.
    ///   - demands: What a demand says.
    /// - Returns: The matrices with the names of their files; at least one.
    /// - Throws: `NetworkFileError` of the first file that cannot be read.
    public static func matrices(
        readingFrom path: String,
        for topology: NetworkTopology,
        demands: Demands = .directed
    ) throws(NetworkFileError) -> [(name: String, matrix: TrafficMatrix)] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw NetworkFileError(path, NetworkTextError(nil, "the folder cannot be read"))
        }
        guard !names.isEmpty else { throw NetworkFileError(path, NetworkTextError(nil, "the folder is empty")) }
        var matrices: [(name: String, matrix: TrafficMatrix)] = []
        for name in names {
            let matrix = try matrix(readingFrom: "\(path)/\(name)", for: topology, demands: demands)
            matrices.append((name, matrix))
        }
        return matrices
    }

    private static func describe(_ path: String) throws(NetworkFileError) -> NetworkDescription {
        try TextFile.read(path, parse)
    }

    /// Tells the format and parses it.
    private static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let text = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let content = text.drop { $0.isWhitespace }
        if content.isEmpty { throw NetworkTextError(nil, "it is empty") }
        if content.hasPrefix("{") || content.hasPrefix("[") { return try NodeLinkJSON.parse(text) }
        if content.hasPrefix("?SNDlib") { return try SNDlibNative.parse(text) }
        if content.hasPrefix("<") {
            let root = try XMLTree.parse(text)
            switch root.name {
            case "graphml": return try GraphML.parse(root)
            case "network": return try SNDlibXML.parse(root)
            default:
                throw NetworkTextError(root.line, "'\(root.name)' is neither GraphML nor a network of SNDlib")
            }
        }
        if GraphModellingLanguage.isLikely(text) { return try GraphModellingLanguage.parse(text) }
        if SeparatedValues.isLikely(text) { return try SeparatedValues.parse(text) }
        throw NetworkTextError(1, "this is not node-link JSON, SNDlib, GraphML, GML or CSV")
    }
}
