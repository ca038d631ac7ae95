import NeuralLearning
import PolicyExport
import TabularLearning
import Testing

@Suite("A policy for other readers")
struct PolicyExportTests {
    private static let space = StateSpace(
        factors: [.init("row", count: 2), .init("column", count: 3)],
        actions: ["left", "right"]
    )

    /// Ties, actions that were never tried, and a state without any.
    private static let table: ActionValueTable = {
        var table = ActionValueTable(rowCount: 6, actionCount: 2, initialValue: 0)
        let cells: [(Float, UInt32)] = [
            (1, 1), (2, 1), (2, 1), (2, 1), (5, 0), (-1, 3), (-1, 1), (9, 0), (0, 0), (0, 0), (-2, 1), (-1, 9),
        ]
        table.replaceCells(from: 0, with: cells.map { .init(value: $0.0, visitCount: $0.1) })
        return table
    }()

    @Test("has its states' actions behind a head that says how many, and a sum over both")
    func image() {
        let digest = String(repeating: "ab", count: 32)
        let bytes = PolicyImage(Self.table, space: Self.space, digest: digest).bytes
        #expect(bytes.count == 88 + 2 * 4 + 6)
        #expect(Array(bytes[..<20]) == Array("SHARDQ1\n".utf8) + [6, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0])
        let sum = bytes[24...].reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        #expect((0..<4).map { UInt8(truncatingIfNeeded: sum >> UInt32(8 * $0)) } == Array(bytes[20..<24]))
        #expect(Array(bytes[24..<88]) == Array(digest.utf8) && Array(bytes[88..<96]) == [2, 0, 0, 0, 3, 0, 0, 0])
        #expect(Array(bytes[96...]) == [1, 0, 1, 0, 255, 1])
    }

    @Test("as a graph of ONNX is well-formed: every length ends where its message does")
    func graph() throws {
        let model = ONNXModel(Self.table, actions: Self.space.actions, digest: "d", version: "1").bytes
        let fields = try #require(Self.fields(of: model[...]))
        #expect(fields.map(\.number) == [1, 2, 3, 7, 8, 14, 14])
        let graph = try #require(Self.fields(of: fields[3].content))
        #expect(graph.filter { $0.number == 1 }.count == 7 && graph.filter { $0.number == 5 }.count == 4)
        let values = try #require(Self.fields(of: graph.filter { $0.number == 5 }[0].content))
        // [6, 2] floats, then their bytes.
        #expect(values.map(\.number) == [1, 1, 2, 8, 9] && values[4].content.count == 48)
        #expect(Array(values[4].content.prefix(8)) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40])
    }

    @Test(
        "of a network is a graph with a product for each layer, and one more where it is dueling",
        arguments: [false, true]
    )
    func network(isDueling: Bool) throws {
        let shape = NetworkShape(inputCount: 3, hiddenCounts: [5, 4], outputCount: 2, isDueling: isDueling)
        let model = NetworkModel(
            shape,
            shape.initialParameters(seed: 1),
            actions: ["a", "b"],
            digest: "d",
            version: "1"
        ).bytes
        let fields = try #require(Self.fields(of: model[...]))
        let graph = try #require(Self.fields(of: fields[3].content))
        let operations = try graph.filter { $0.number == 1 }.map { node in
            let operation = try #require(Self.fields(of: node.content)).first { $0.number == 4 }
            return String(decoding: try #require(operation).content, as: UTF8.self)
        }
        let expected = ["Gemm", "Relu", "Gemm", "Relu", "Gemm"] + (isDueling ? ["MatMul"] : []) + ["ArgMax"]
        #expect(operations == expected)
        #expect(graph.filter { $0.number == 5 }.count == (isDueling ? 7 : 6))
    }

    private struct Field {
        let number: UInt64
        let content: ArraySlice<UInt8>
    }

    /// The fields of a message; `nil` where one goes beyond its end.
    private static func fields(of message: ArraySlice<UInt8>) -> [Field]? {
        var (rest, fields) = (message, [Field]())
        func varint() -> UInt64? {
            var (value, shift) = (UInt64(0), UInt64(0))
            while let byte = rest.popFirst() {
                value |= UInt64(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            return nil
        }
        while !rest.isEmpty {
            guard let key = varint(), let value = varint(), [0, 2].contains(key & 7) else { return nil }
            guard key & 7 == 2 else {
                fields.append(Field(number: key >> 3, content: []))
                continue
            }
            guard value <= UInt64(rest.count) else { return nil }
            fields.append(Field(number: key >> 3, content: rest.prefix(Int(value))))
            rest = rest.dropFirst(Int(value))
        }
        return fields
    }
}
