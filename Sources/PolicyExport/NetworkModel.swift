public import NeuralLearning

/// A network as a graph of ONNX: features in, the values of all actions and the greedy one out, the lowest of equals.
///
/// Of an actor the forces, cut and moved to their ranges. What a dueling network makes of value and advantages is a product with a constant matrix.
public struct NetworkModel: Sendable {
    private let shape: NetworkShape
    private let arrays: [NamedArray]
    private let actions: [String]
    private let forces: [ClosedRange<Double>]?
    private let digest: String
    private let version: String

    /// Names a network.
    ///
    /// - Parameters:
    ///   - shape: Its layers.
    ///   - parameters: Its weights.
    ///   - actions: Their names.
    ///   - forces: The range of each number of an action, where actions have no numbers.
    ///   - digest: The weights'.
    ///   - version: The program's.
    public init(
        _ shape: NetworkShape,
        _ parameters: [Vector],
        actions: [String],
        forces: [ClosedRange<Double>]? = nil,
        digest: String,
        version: String
    ) {
        self.shape = shape
        arrays = shape.arrays(of: parameters)
        (self.actions, self.forces) = (actions, forces)
        self.digest = digest
        self.version = version
    }

    /// The model as bytes.
    public var bytes: [UInt8] {
        graph.model(version: version, [("weightsDigest", digest), ("actions", actions.joined(separator: "\n"))])
    }

    private var graph: ONNXGraph {
        var graph = ONNXGraph()
        let layerCount = shape.layers.count
        var before = "features"
        for index in 0..<layerCount {
            let (isLast, name) = (index + 1 == layerCount, "layer-\(index)")
            let sums = isLast ? (shape.isDueling ? "value-and-advantages" : "values") : "\(name)-sums"
            graph.node("Gemm", [before, "\(name)-weights", "\(name)-bias"], sums)
            if !isLast { graph.node(shape.activation == .relu ? "Relu" : "Tanh", [sums], name) }
            before = name
        }
        if shape.isDueling { graph.node("MatMul", ["value-and-advantages", "dueling"], "values") }
        if forces == nil {
            graph.node("ArgMax", ["values"], "action", [("axis", 1), ("keepdims", 0)])
        } else {
            graph.node("Tanh", ["values"], "shares")
            graph.node("Mul", ["shares", "half-lengths"], "from-the-middle")
            graph.node("Add", ["from-the-middle", "middles"], "forces")
        }
        graph.name("network")
        for array in arrays {
            let dimensions = [UInt64(array.rowCount), UInt64(array.columnCount)]
            graph.tensor(array.name, .float, dimensions, array.values.map(\.bitPattern))
        }
        let count = UInt64(shape.outputCount)
        if shape.isDueling { graph.tensor("dueling", .float, [count + 1, count], dueling.map(\.bitPattern)) }
        if let forces {
            let (halves, middles) = (
                forces.map { Float(($0.upperBound - $0.lowerBound) / 2) },
                forces.map { Float(($0.upperBound + $0.lowerBound) / 2) }
            )
            graph.tensor("half-lengths", .float, [1, count], halves.map(\.bitPattern))
            graph.tensor("middles", .float, [1, count], middles.map(\.bitPattern))
        }
        graph.input("features", .float, [nil, UInt64(shape.inputCount)])
        if forces == nil {
            graph.output("values", .float, [nil, count])
            graph.output("action", .int64, [nil])
        } else {
            graph.output("forces", .float, [nil, count])
        }
        return graph
    }

    /// Q = y D for y = (V, A): 1 in the first row, and the identity less the mean below.
    private var dueling: [Float] {
        let count = shape.outputCount
        return (0...count).flatMap { row in
            (0..<count).map { column in row == 0 ? 1 : (row - 1 == column ? 1 : 0) - 1 / Float(count) }
        }
    }
}
