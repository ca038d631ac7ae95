public import TabularLearning

/// A table as a graph of ONNX: states in, actions out, as `table show` has them.
///
///     action = argmaxₐ { values[state, a] where visits[state, a] > 0 and allowed[·, a] }, the lowest of equals
public struct ONNXModel: Sendable {
    private let table: ActionValueTable
    private let actions: [String]
    private let digest: String
    private let version: String

    /// Names a table.
    ///
    /// - Parameters:
    ///   - table: One plane.
    ///   - actions: Their names.
    ///   - digest: The table's.
    ///   - version: The program's.
    public init(_ table: ActionValueTable, actions: [String], digest: String, version: String) {
        self.table = table
        self.actions = actions
        self.digest = digest
        self.version = version
    }

    /// The most cells that a message can hold: it ends below 2 GiB.
    public static let mostCells = 200_000_000

    /// The model as bytes.
    public var bytes: [UInt8] {
        graph.model(version: version, [("tableDigest", digest), ("actions", actions.joined(separator: "\n"))])
    }

    private var graph: ONNXGraph {
        var graph = ONNXGraph()
        let (rows, width) = (UInt64(table.rowCount), UInt64(table.actionCount))
        graph.node("Gather", ["values", "state"], "valuesThere")
        graph.node("Gather", ["visits", "state"], "visitsThere")
        graph.node("Cast", ["visitsThere"], "triesThere", [("to", ONNXGraph.Element.float.rawValue)])
        graph.node("Greater", ["triesThere", "zero"], "isTried")
        graph.node("And", ["isTried", "allowed"], "isKnown")
        graph.node("Where", ["isKnown", "valuesThere", "lowest"], "known")
        graph.node("ArgMax", ["known"], "action", [("axis", 1), ("keepdims", 0)])
        graph.name("table")
        graph.tensor("values", .float, [rows, width], table.cells.map(\.value.bitPattern))
        graph.tensor("visits", .uint32, [rows, width], table.cells.map(\.visitCount))
        graph.tensor("zero", .float, [], [Float(0).bitPattern])
        graph.tensor("lowest", .float, [], [(-Float.infinity).bitPattern])
        graph.input("state", .int64, [nil])
        graph.input("allowed", .bool, [nil, width])
        graph.output("action", .int64, [nil])
        graph.output("valuesThere", .float, [nil, width])
        graph.output("visitsThere", .uint32, [nil, width])
        return graph
    }
}
