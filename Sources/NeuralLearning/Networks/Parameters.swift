internal import TabularLearning

/// An array of numbers with a name: weights as [inputs × outputs], a bias as [1 × outputs].
public struct NamedArray: Sendable, Hashable {
    /// `layer-1-weights` or `layer-1-bias`.
    public let name: String
    /// The inputs, or 1.
    public let rowCount: Int
    /// The outputs.
    public let columnCount: Int
    /// Row-major.
    public let values: [Float]

    /// Names an array.
    public init(name: String, rowCount: Int, columnCount: Int, values: [Float]) {
        precondition(values.count == rowCount * columnCount, "as many numbers as rows and columns say")
        self.name = name
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.values = values
    }
}

extension NetworkShape {
    /// Draws parameters: each uniform within ±1/√inputs of its layer, addressed by its place.
    ///
    /// - Parameter seed: The run's seed.
    /// - Returns: [`vectorCount`] vectors.
    public func initialParameters(seed: UInt64) -> [Vector] {
        let random = CounterBasedRandom(seed: seed, stream: .initialWeights)
        return parameters { layerIndex, layer, row, column in
            let bound = 1 / Double(layer.inputCount).squareRoot()
            var place = random.generator(lane: UInt64(layerIndex), step: UInt64(row * layer.outputCount + column))
            return Float((2 * place.nextUnit() - 1) * bound)
        }
    }

    /// Makes parameters of numbers by their places; row `inputCount` of a layer is its bias.
    private func parameters(_ value: (_ index: Int, _ layer: DenseLayer, _ row: Int, _ column: Int) -> Float)
        -> [Vector]
    {
        var parameters = Array(repeating: Vector.zero, count: vectorCount)
        for (index, layer) in layers.enumerated() {
            for row in 0...layer.inputCount {
                for column in 0..<layer.outputCount {
                    let place = layer.offset + column / 16 * layer.panelLength + row
                    parameters[place][column % 16] = value(index, layer, row, column)
                }
            }
        }
        return parameters
    }

    /// The parameters as arrays, for files and other programs.
    ///
    /// - Parameter parameters: [`vectorCount`] vectors.
    /// - Returns: Weights and bias of each layer, the first layer first.
    public func arrays(of parameters: [Vector]) -> [NamedArray] {
        layers.enumerated().flatMap { index, layer in
            func rows(_ range: Range<Int>) -> [Float] {
                range.flatMap { row in
                    (0..<layer.outputCount).map { column in
                        parameters[layer.offset + column / 16 * layer.panelLength + row][column % 16]
                    }
                }
            }
            let (inputs, outputs) = (layer.inputCount, layer.outputCount)
            return [
                NamedArray(
                    name: "layer-\(index)-weights",
                    rowCount: inputs,
                    columnCount: outputs,
                    values: rows(0..<inputs)
                ),
                NamedArray(
                    name: "layer-\(index)-bias",
                    rowCount: 1,
                    columnCount: outputs,
                    values: rows(inputs..<(inputs + 1))
                ),
            ]
        }
    }

    /// Takes parameters from arrays.
    ///
    /// - Parameter arrays: As `arrays(of:)` gives them.
    /// - Returns: `nil` where names or shapes are not this network's, or a number is not finite.
    public func parameters(from arrays: [NamedArray]) -> [Vector]? {
        let expected = self.arrays(of: Array(repeating: .zero, count: vectorCount))
        guard arrays.count == expected.count,
            zip(arrays, expected).allSatisfy({ given, wanted in
                given.name == wanted.name && given.rowCount == wanted.rowCount
                    && given.columnCount == wanted.columnCount && given.values.allSatisfy(\.isFinite)
            })
        else { return nil }
        return parameters { index, layer, row, column in
            row < layer.inputCount
                ? arrays[2 * index].values[row * layer.outputCount + column] : arrays[2 * index + 1].values[column]
        }
    }
}

extension CounterBasedRandom.Stream {
    /// The first parameters of a network.
    static let initialWeights = Self(rawValue: 32)
    /// Which transitions a minibatch has.
    static let replay = Self(rawValue: 33)
    /// Where the episodes begin by which a policy is chosen while it learns.
    static let selection = Self(rawValue: 34)
    /// The noise on the actions by which a critic's targets are made smooth.
    static let smoothing = Self(rawValue: 35)
}
