/// A graph of ONNX that grows node by node.
///
/// Written by hand, field by field: the format is Protocol Buffers, of which a dozen messages are needed, and a generator and a
/// runtime of it would be two packages. Source of the field numbers: onnx.proto3 of ONNX 1.14, IR version 8, operator set 13.
struct ONNXGraph {
    /// What an array is made of.
    enum Element: UInt64 { case float = 1, int64 = 7, bool = 9, uint32 = 12 }

    private var graph = ProtocolBuffer()

    /// The whole file: the graph, and what is said of it.
    func model(version: String, _ properties: [(key: String, value: String)]) -> [UInt8] {
        var model = ProtocolBuffer()
        model.add(1, 8)
        model.add(2, "shardq")
        model.add(3, version)
        model.add(7, graph)
        model.add(8) {
            $0.add(1, ""); $0.add(2, 13)
        }
        for (key, value) in properties {
            model.add(14) {
                $0.add(1, key); $0.add(2, value)
            }
        }
        return model.bytes
    }

    /// Adds an operation, which is called as its output.
    mutating func node(
        _ operation: String,
        _ inputs: [String],
        _ output: String,
        _ attributes: [(String, UInt64)] = []
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

    /// Names the graph.
    mutating func name(_ name: String) { graph.add(2, name) }

    /// Adds an array of words.
    mutating func tensor(_ name: String, _ element: Element, _ shape: [UInt64], _ words: [UInt32]) {
        graph.add(5) { tensor in
            for length in shape { tensor.add(1, length) }
            tensor.add(2, element.rawValue)
            tensor.add(8, name)
            tensor.add(9, words: words)
        }
    }

    /// Adds something that goes in; a length that is `nil` is whatever is asked for at once.
    mutating func input(_ name: String, _ element: Element, _ shape: [UInt64?]) { value(11, name, element, shape) }

    /// Adds something that comes out.
    mutating func output(_ name: String, _ element: Element, _ shape: [UInt64?]) { value(12, name, element, shape) }

    private mutating func value(_ field: UInt64, _ name: String, _ element: Element, _ shape: [UInt64?]) {
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
