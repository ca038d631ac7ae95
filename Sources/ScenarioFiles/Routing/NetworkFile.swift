internal import Foundation
public import Scenarios

/// A network that was read from a file, with the demands that came with it.
///
/// Formats, told apart by their content: JSON (node-link and adjacency of networkx, topohub, D3, Cytoscape), SNDlib native and
/// XML, GraphML, GEXF, GML, Pajek, CSV (an edge list, or a square matrix), and words with blanks between (an edge list, or a
/// list of neighbours). XML is read in the encoding it declares, all else as UTF-8 or UTF-16.
public struct NetworkFile: Sendable, Hashable {
    /// What a demand between two nodes says; most formats do not tell, so somebody has to.
    public enum Demands: String, Sendable, Hashable, CaseIterable {
        /// From the first node to the second.
        case directed
        /// The same in both directions.
        case undirected
    }

    /// What the nodes of a file are called besides the names of the routers.
    public struct Identifiers: Sendable, Hashable {
        let routers: [String: Int]
        let leftOut: Set<String>

        /// Those of a network that came from no file: none.
        public static let none = Identifiers(routers: [:], leftOut: [])
    }

    /// The network, named after its file.
    public let network: RoutingNetwork
    /// The file's demands; `nil` when it has none, or none that can be used.
    public let matrix: TrafficMatrix?
    /// Why the demands cannot be used, if so.
    public let matrixFailure: NetworkFileError?
    /// What the file calls the routers, for matrices from other files.
    public let identifiers: Identifiers
    /// What of the file is not in the network, and what goes by another name: a sentence each.
    public let remarks: [String]

    /// Reads a network.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - demands: What a demand says.
    ///   - largestPart: Whether only the largest part that hangs together is taken, instead of refusing what does not.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason; demands that cannot be used are no
    ///   reason, but kept as `matrixFailure`.
    public init(
        readingFrom path: String,
        demands: Demands = .directed,
        largestPart: Bool = false
    ) throws(NetworkFileError) {
        try self.init(Self.describe(path), file: path, demands, largestPart: largestPart)
    }

    /// Reads a text in any of the formats.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - file: What messages call it.
    ///   - demands: What a demand says.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public init(parsing text: String, file: String, demands: Demands = .directed) throws(NetworkFileError) {
        let description: NetworkDescription
        do {
            description = try Self.parse(Data(text.utf8))
        } catch {
            throw NetworkFileError(file, error)
        }
        try self.init(description, file: file, demands, largestPart: false)
    }

    private init(
        _ description: NetworkDescription,
        file path: String,
        _ demands: Demands,
        largestPart: Bool
    ) throws(NetworkFileError) {
        let described: DescribedNetwork
        do {
            described = try description.network(largestPart: largestPart)
        } catch {
            throw NetworkFileError(path, error)
        }
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        network = RoutingNetwork(imported: name, topology: described.topology)
        identifiers = Identifiers(routers: described.routers, leftOut: described.leftOut)
        remarks = described.remarks
        var failure: NetworkFileError?
        do {
            matrix = try Self.matrix(description, for: described.topology, identifiers, demands)
        } catch {
            matrix = nil
            failure = NetworkFileError(path, error)
        }
        matrixFailure = failure
    }

    private static func matrix(
        _ description: NetworkDescription,
        for topology: NetworkTopology,
        _ identifiers: Identifiers,
        _ demands: Demands
    ) throws(NetworkTextError) -> TrafficMatrix? {
        try description.matrix(
            for: topology,
            routers: identifiers.routers,
            leftOut: identifiers.leftOut,
            areTwoWay: demands == .undirected
        )
    }

    /// Reads the traffic matrix of a network from another file: any format with demands, or a square CSV matrix.
    ///
    /// - Parameters:
    ///   - path: The file; its links, if any, are not looked at.
    ///   - topology: The network; routers are found by name.
    ///   - identifiers: What the network's own file calls them.
    ///   - demands: What a demand says.
    /// - Returns: The weights.
    /// - Throws: `NetworkFileError` with the line, where it is known, and the reason.
    public static func matrix(
        readingFrom path: String,
        for topology: NetworkTopology,
        identifiers: Identifiers = .none,
        demands: Demands = .directed
    ) throws(NetworkFileError) -> TrafficMatrix {
        let description = try describe(path)
        do {
            if let matrix = try matrix(description, for: topology, identifiers, demands) { return matrix }
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
    ///   - identifiers: What the network's own file calls them.
    ///   - demands: What a demand says.
    /// - Returns: The matrices with the names of their files; at least one.
    /// - Throws: `NetworkFileError` of the first file that cannot be read.
    public static func matrices(
        readingFrom path: String,
        for topology: NetworkTopology,
        identifiers: Identifiers = .none,
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
            let file = "\(path)/\(name)"
            let matrix = try matrix(readingFrom: file, for: topology, identifiers: identifiers, demands: demands)
            matrices.append((name, matrix))
        }
        return matrices
    }

    private static func describe(_ path: String) throws(NetworkFileError) -> NetworkDescription {
        try TextFile.readBytes(path, parse)
    }

    private static func parse(_ data: Data) throws(NetworkTextError) -> NetworkDescription {
        XMLTree.isLikely(data) ? try parse(XMLTree.parse(data)) : try parse(TextFile.text(data))
    }

    private static func parse(_ root: XMLTree) throws(NetworkTextError) -> NetworkDescription {
        switch root.name {
        case "graphml": try GraphML.parse(root)
        case "gexf": try GEXF.parse(root)
        case "network": try SNDlibXML.parse(root)
        default: throw NetworkTextError(root.line, "'\(root.name)' is neither GraphML, GEXF nor a network of SNDlib")
        }
    }

    /// Tells the format and parses it.
    private static func parse(_ text: String) throws(NetworkTextError) -> NetworkDescription {
        let content = text.drop { $0.isWhitespace }
        if content.isEmpty { throw NetworkTextError(nil, "it is empty") }
        if content.hasPrefix("{") || content.hasPrefix("[") { return try NodeLinkJSON.parse(text) }
        if content.hasPrefix("?SNDlib") { return try SNDlibNative.parse(text) }
        if Pajek.isLikely(text) { return try Pajek.parse(text) }
        if GraphModellingLanguage.isLikely(text) { return try GraphModellingLanguage.parse(text) }
        if SeparatedValues.isLikely(text) { return try SeparatedValues.parse(text) }
        throw NetworkTextError(
            1,
            "this is not JSON of nodes and links, SNDlib, GraphML, GEXF, GML, Pajek, CSV or an edge list"
        )
    }
}
