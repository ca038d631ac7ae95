public import TabularLearning

/// A table as a graph of ONNX: states in, actions out, as `table show` has them.
///
///     action = argmaxₐ { values[state, a] where visits[state, a] > 0 and allowed[·, a] }, the lowest of equals
///
/// Written by hand, field by field: the format is Protocol Buffers, of which a dozen messages are needed, and a generator and a
/// runtime of it would be two packages. Source of the field numbers: onnx.proto3 of ONNX 1.14, IR version 8, operator set 13.
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

    private enum Element: UInt64 { case float = 1, int64 = 7, bool = 9, uint32 = 12 }

    /// The model as bytes.
    public var bytes: [UInt8] {
        var model = ProtocolBuffer()
        model.add(1, 8)
        model.add(2, "shardq")
        model.add(3, version)
        model.add(7, graph)
        model.add(8) {
            $0.add(1, ""); $0.add(2, 13)
        }
        model.add(14) {
            $0.add(1, "tableDigest"); $0.add(2, digest)
        }
        model.add(14) {
            $0.add(1, "actions"); $0.add(2, actions.joined(separator: "\n"))
        }
        return model.bytes
    }

    private var graph: ProtocolBuffer {
        var graph = ProtocolBuffer()
        let (rows, width) = (UInt64(table.rowCount), UInt64(table.actionCount))
        Self.node("Gather", ["values", "state"], "valuesThere", to: &graph)
        Self.node("Gather", ["visits", "state"], "visitsThere", to: &graph)
        Self.node("Cast", ["visitsThere"], "triesThere", [("to", Element.float.rawValue)], to: &graph)
        Self.node("Greater", ["triesThere", "zero"], "isTried", to: &graph)
        Self.node("And", ["isTried", "allowed"], "isKnown", to: &graph)
        Self.node("Where", ["isKnown", "valuesThere", "lowest"], "known", to: &graph)
        Self.node("ArgMax", ["known"], "action", [("axis", 1), ("keepdims", 0)], to: &graph)
        graph.add(2, "table")
        Self.tensor("values", .float, [rows, width], table.cells.map(\.value.bitPattern), to: &graph)
        Self.tensor("visits", .uint32, [rows, width], table.cells.map(\.visitCount), to: &graph)
        Self.tensor("zero", .float, [], [Float(0).bitPattern], to: &graph)
        Self.tensor("lowest", .float, [], [(-Float.infinity).bitPattern], to: &graph)
        Self.value(11, "state", .int64, [nil], to: &graph)
        Self.value(11, "allowed", .bool, [nil, width], to: &graph)
        Self.value(12, "action", .int64, [nil], to: &graph)
        Self.value(12, "valuesThere", .float, [nil, width], to: &graph)
        Self.value(12, "visitsThere", .uint32, [nil, width], to: &graph)
        return graph
    }

    private static func node(
        _ operation: String,
        _ inputs: [String],
        _ output: String,
        _ attributes: [(String, UInt64)] = [],
        to graph: inout ProtocolBuffer
    ) {
        graph.add(1) { node in
            for input in inputs { node.add(1, input) }
            node.add(2, output)
            node.add(3, output)
            node.add(4, operation)
            for (name, value) in attributes {
                node.add(5) {
                    $0.add(1, name); $0.add(3, value); $0.add(20, 2)
                }
            }
        }
    }

    private static func tensor(
        _ name: String,
        _ element: Element,
        _ shape: [UInt64],
        _ words: [UInt32],
        to graph: inout ProtocolBuffer
    ) {
        graph.add(5) { tensor in
            for length in shape { tensor.add(1, length) }
            tensor.add(2, element.rawValue)
            tensor.add(8, name)
            tensor.add(9, words: words)
        }
    }

    private static func value(
        _ field: UInt64,
        _ name: String,
        _ element: Element,
        _ shape: [UInt64?],
        to graph: inout ProtocolBuffer
    ) {
        graph.add(field) { value in
            value.add(1, name)
            value.add(2) { type in
                type.add(1) { tensor in
                    tensor.add(1, element.rawValue)
                    tensor.add(2) { dimensions in
                        for length in shape {
                            dimensions.add(1) { if let length { $0.add(1, length) } else { $0.add(2, "count") } }
                        }
                    }
                }
            }
        }
    }
}
