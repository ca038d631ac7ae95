/// A network at work: forward through its layers and back, in memory that is used again.
///
/// What a sample comes to has the same bits alone and in a batch of any size.
public struct NetworkPass: Sendable {
    /// The network.
    public let shape: NetworkShape
    private let layers: [DenseLayer]
    /// What goes in, and what each layer gives.
    private var activations: [Activations]
    /// The derivatives by each layer's sums.
    private var deltas: [Activations]

    /// The samples of the last `run`.
    public private(set) var rowCount = 0

    /// Gets ready.
    public init(_ shape: NetworkShape) {
        self.shape = shape
        layers = shape.layers
        activations = [Activations(columnCount: shape.inputCount)]
        activations += layers.map { Activations(columnCount: $0.outputCount) }
        deltas = layers.map { Activations(columnCount: $0.outputCount) }
    }

    /// Computes all layers for some samples.
    ///
    /// - Parameters:
    ///   - parameters: As many vectors as the shape says.
    ///   - inputs: [samples × inputs].
    public mutating func run(_ parameters: [Vector], _ inputs: [Float]) {
        precondition(parameters.count == shape.vectorCount, "parameters of another network")
        precondition(inputs.count.isMultiple(of: shape.inputCount), "whole samples")
        rowCount = inputs.count / shape.inputCount
        activations[0].take(inputs)
        for (index, layer) in layers.enumerated() {
            var output = Activations(columnCount: 1)
            swap(&output, &activations[index + 1])
            let activation = index + 1 < layers.count ? shape.activation : nil
            DenseKernels.forward(activations[index], parameters, layer, activation, into: &output)
            swap(&output, &activations[index + 1])
        }
    }

    /// Gives the values of all actions of a sample of the last run.
    ///
    /// - Parameters:
    ///   - row: The sample.
    ///   - values: Gets a value for each action.
    public func values(of row: Int, into values: inout [Float]) {
        let (last, count) = (activations[layers.count], shape.outputCount)
        values.removeAll(keepingCapacity: true)
        guard shape.isDueling else {
            for action in 0..<count { values.append(last.value(row, action)) }
            return
        }
        var sum: Float = 0
        for action in 0..<count { sum += last.value(row, action + 1) }
        let mean = sum / Float(count)
        for action in 0..<count { values.append(last.value(row, 0) + (last.value(row, action + 1) - mean)) }
    }

    /// The action of the greatest value of a sample, the lowest of equal ones.
    public func greedyAction(of row: Int, scratch: inout [Float]) -> Int {
        values(of: row, into: &scratch)
        var best = 0
        for action in scratch.indices where scratch[action] > scratch[best] { best = action }
        return best
    }

    /// Gives tanh of each output of a sample of the last run: the forces of an actor, within ±1.
    public func forces(of row: Int, into forces: inout [Float]) {
        values(of: row, into: &forces)
        for index in forces.indices {
            let force = hyperbolicTangent(forces[index])
            // Weights so large that their products are no number say nothing; no world takes such a force.
            forces[index] = force.isNaN ? 0 : force
        }
    }

    /// Computes a loss's derivative by the parameters, summed over the samples of the last run.
    ///
    /// - Parameters:
    ///   - parameters: Those of the last run.
    ///   - slopes: The loss's derivative by the value of one action of each sample; those of the others are 0.
    ///   - gradient: Gets as many vectors as there are of parameters.
    public mutating func differentiate(
        _ parameters: [Vector],
        _ slopes: [(action: Int, slope: Float)],
        into gradient: inout [Vector]
    ) {
        precondition(slopes.count == rowCount && gradient.count == shape.vectorCount, "one slope for each sample")
        takeOutputSlopes(slopes)
        differentiate(parameters, into: &gradient)
    }

    /// Computes a loss's derivative by the parameters, summed over the samples of the last run.
    ///
    /// - Parameters:
    ///   - parameters: Those of the last run.
    ///   - slopes: The loss's derivative by every output, [samples × outputs].
    ///   - gradient: Gets as many vectors as there are of parameters.
    mutating func differentiate(_ parameters: [Vector], outputSlopes slopes: [Float], into gradient: inout [Vector]) {
        precondition(!shape.isDueling && slopes.count == rowCount * shape.outputCount, "a slope for each output")
        deltas[layers.count - 1].take(slopes)
        differentiate(parameters, into: &gradient)
    }

    private mutating func differentiate(_ parameters: [Vector], into gradient: inout [Vector]) {
        for index in layers.indices.reversed() {
            DenseKernels.gradient(activations[index], deltas[index], layers[index], into: &gradient)
            if index > 0 { goBack(parameters, through: index) }
        }
    }

    /// From the derivatives by a layer's sums to those by the sums of the layer before.
    private mutating func goBack(_ parameters: [Vector], through index: Int) {
        var before = Activations(columnCount: 1)
        swap(&before, &deltas[index - 1])
        DenseKernels.backward(
            deltas[index],
            parameters,
            layers[index],
            activations[index],
            shape.activation,
            into: &before
        )
        swap(&before, &deltas[index - 1])
    }

    /// Computes the derivative of each sample's only output by what went in, for the samples of the last run.
    ///
    /// - Parameter parameters: Those of the last run.
    /// - Returns: [samples × inputs].
    mutating func inputSlopes(_ parameters: [Vector]) -> [Float] {
        precondition(shape.outputCount == 1 && !shape.isDueling, "one output")
        deltas[layers.count - 1].take(Array(repeating: 1, count: rowCount))
        for index in layers.indices.dropFirst().reversed() { goBack(parameters, through: index) }
        var slopes = Activations(columnCount: shape.inputCount)
        DenseKernels.backward(deltas[0], parameters, layers[0], activations[0], nil, into: &slopes)
        return (0..<rowCount).flatMap { row in (0..<shape.inputCount).map { slopes.value(row, $0) } }
    }

    /// Derivatives by what the last layer gives; of a dueling network, by value and advantages.
    private mutating func takeOutputSlopes(_ slopes: [(action: Int, slope: Float)]) {
        let (count, last) = (shape.outputCount, layers.count - 1)
        var outputs: [Float] = []
        for (action, slope) in slopes {
            if shape.isDueling { outputs.append(slope) }
            let mean = shape.isDueling ? slope / Float(count) : 0
            for candidate in 0..<count { outputs.append((candidate == action ? slope : 0) - mean) }
        }
        deltas[last].take(outputs)
    }
}
