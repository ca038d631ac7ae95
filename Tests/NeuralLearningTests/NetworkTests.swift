import NeuralLearning
import TabularLearning
import Testing

@Suite("A network")
struct NetworkTests {
    /// A network in numbers of twice the length, sample by sample and as plainly as it can be written.
    private struct Plain {
        let shape: NetworkShape
        var arrays: [[Double]]

        init(_ shape: NetworkShape, _ parameters: [Vector]) {
            self.shape = shape
            arrays = shape.arrays(of: parameters).map { $0.values.map(Double.init) }
        }

        func values(_ inputs: [Double]) -> [Double] {
            var numbers = inputs
            let layers = shape.layers
            for (index, layer) in layers.enumerated() {
                let (weights, bias) = (arrays[2 * index], arrays[2 * index + 1])
                numbers = (0..<layer.outputCount).map { output in
                    let sum = numbers.indices.reduce(bias[output]) {
                        $0 + numbers[$1] * weights[$1 * layer.outputCount + output]
                    }
                    guard index + 1 < layers.count else { return sum }
                    return shape.activation == .relu ? max(0, sum) : 1 - 2 / (power(of: 2 * sum) + 1)
                }
            }
            guard shape.isDueling else { return numbers }
            let mean = numbers.dropFirst().reduce(0, +) / Double(shape.outputCount)
            return numbers.dropFirst().map { numbers[0] + $0 - mean }
        }

        private func power(of x: Double) -> Double { exponential(x) }
    }

    static let shapes = [
        NetworkShape(inputCount: 3, hiddenCounts: [], outputCount: 2),
        NetworkShape(inputCount: 4, hiddenCounts: [17, 20], activation: .tanh, outputCount: 3),
        NetworkShape(inputCount: 5, hiddenCounts: [33], outputCount: 18),
        NetworkShape(inputCount: 2, hiddenCounts: [16, 7], outputCount: 4, isDueling: true),
        NetworkShape(inputCount: 3, hiddenCounts: [9], activation: .tanh, outputCount: 16, isDueling: true),
    ]

    static func inputs(_ shape: NetworkShape, samples: Int, seed: UInt64 = 3) -> [Float] {
        var random = SplitMix64(state: seed)
        return (0..<(samples * shape.inputCount)).map { _ in Float(2 * random.nextUnit() - 1) }
    }

    static func values(_ pass: NetworkPass) -> [[Float]] {
        (0..<pass.rowCount).map { row in
            var values: [Float] = []
            pass.values(of: row, into: &values)
            return values
        }
    }

    @Test("computes what its layers say")
    func byHand() throws {
        let shape = NetworkShape(inputCount: 2, hiddenCounts: [2], outputCount: 2)
        let parameters = try #require(
            shape.parameters(from: [
                NamedArray(name: "layer-0-weights", rowCount: 2, columnCount: 2, values: [1, -1, 2, 1]),
                NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: 2, values: [0.5, -0.5]),
                NamedArray(name: "layer-1-weights", rowCount: 2, columnCount: 2, values: [1, 3, -2, 4]),
                NamedArray(name: "layer-1-bias", rowCount: 1, columnCount: 2, values: [10, 20]),
            ])
        )
        var pass = NetworkPass(shape)
        pass.run(parameters, [1, 2, 1, -1])
        // Sums 5.5 and 0.5; −0.5 and −2.5, of which nothing is left.
        let expected: [[Float]] = [[14.5, 38.5], [10, 20]]
        #expect(Self.values(pass) == expected)
        var gradient = Array(repeating: Vector.zero, count: shape.vectorCount)
        pass.differentiate(parameters, [(0, 1), (1, 2)], into: &gradient)
        // The second sample's hidden layer is silent: only its bias counts.
        let derivatives: [[Float]] = [[1, -2, 2, -4], [1, -2], [5.5, 0, 0.5, 0], [1, 2]]
        #expect(shape.arrays(of: gradient).map(\.values) == derivatives)
    }

    @Test("takes the mean off its advantages where it is dueling")
    func dueling() throws {
        let shape = NetworkShape(inputCount: 1, hiddenCounts: [], outputCount: 2, isDueling: true)
        let arrays = [
            NamedArray(name: "layer-0-weights", rowCount: 1, columnCount: 3, values: [2, 1, 5]),
            NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: 3, values: [1, 0, 0]),
        ]
        let parameters = try #require(shape.parameters(from: arrays))
        var pass = NetworkPass(shape)
        pass.run(parameters, [1])
        #expect(Self.values(pass) == [[1, 5]])
        #expect(shape.arrays(of: parameters) == arrays)
    }

    @Test("gives a sample the same bits alone and in a batch of any size", arguments: shapes)
    func batches(_ shape: NetworkShape) {
        let parameters = shape.initialParameters(seed: 1)
        let inputs = Self.inputs(shape, samples: 11)
        var pass = NetworkPass(shape)
        let alone = (0..<11).flatMap { sample in
            pass.run(parameters, Array(inputs[(sample * shape.inputCount)..<((sample + 1) * shape.inputCount)]))
            return Self.values(pass)
        }
        for size in [1, 2, 3, 8, 11] {
            pass.run(parameters, Array(inputs.prefix(size * shape.inputCount)))
            #expect(Self.values(pass) == Array(alone.prefix(size)))
        }
    }

    @Test("is within 10⁻⁵ of numbers of twice the length", arguments: shapes)
    func precision(_ shape: NetworkShape) {
        let parameters = shape.initialParameters(seed: 2)
        let inputs = Self.inputs(shape, samples: 6)
        let plain = Plain(shape, parameters)
        var pass = NetworkPass(shape)
        pass.run(parameters, inputs)
        for (row, values) in Self.values(pass).enumerated() {
            let sample = inputs[(row * shape.inputCount)..<((row + 1) * shape.inputCount)]
            for (one, other) in zip(values, plain.values(sample.map(Double.init))) {
                #expect((Double(one) - other).magnitude < 1e-5)
            }
        }
    }

    @Test("has the derivatives that small changes show", arguments: shapes)
    func gradients(_ shape: NetworkShape) {
        let parameters = shape.initialParameters(seed: 4)
        let inputs = Self.inputs(shape, samples: 5)
        let slopes = (0..<5).map { (action: ($0 * 2) % shape.outputCount, slope: Float($0) * 0.5 - 0.75) }
        var pass = NetworkPass(shape)
        pass.run(parameters, inputs)
        var gradient = Array(repeating: Vector.zero, count: shape.vectorCount)
        pass.differentiate(parameters, slopes, into: &gradient)
        let plain = Plain(shape, parameters)
        func loss(_ network: Plain) -> Double {
            slopes.enumerated().reduce(0.0) { sum, item in
                let sample = inputs[(item.offset * shape.inputCount)..<((item.offset + 1) * shape.inputCount)]
                let value = network.values(sample.map(Double.init))[item.element.action]
                return sum + Double(item.element.slope) * value
            }
        }
        for (index, array) in shape.arrays(of: gradient).enumerated() {
            for place in array.values.indices {
                var (higher, lower) = (plain, plain)
                higher.arrays[index][place] += 1e-6
                lower.arrays[index][place] -= 1e-6
                let expected = (loss(higher) - loss(lower)) / 2e-6
                #expect((Double(array.values[place]) - expected).magnitude < 1e-4, "\(array.name) \(place)")
            }
        }
    }

    @Test("keeps nothing but zeros in what fills up its panels", arguments: shapes)
    func padding(_ shape: NetworkShape) throws {
        var parameters = shape.initialParameters(seed: 5)
        var pass = NetworkPass(shape)
        var optimizer = Optimizer(.adam, stepSize: 0.1, normLimit: 1, vectorCount: shape.vectorCount)
        for _ in 0..<3 {
            pass.run(parameters, Self.inputs(shape, samples: 3))
            var gradient = Array(repeating: Vector.zero, count: shape.vectorCount)
            pass.differentiate(parameters, [(0, 1), (1, -1), (1, 0.5)], into: &gradient)
            optimizer.apply(&gradient, to: &parameters)
        }
        #expect(shape.parameters(from: shape.arrays(of: parameters)) == parameters)
    }

    @Test("is not made of arrays of another shape, or of what is no number")
    func foreignArrays() {
        let shape = Self.shapes[0]
        let arrays = shape.arrays(of: shape.initialParameters(seed: 1))
        #expect(shape.parameters(from: arrays) == shape.initialParameters(seed: 1))
        #expect(shape.parameters(from: Array(arrays.reversed())) == nil)
        #expect(shape.parameters(from: [arrays[0]]) == nil)
        #expect(Self.shapes[1].parameters(from: arrays) == nil)
        let broken = NamedArray(name: "layer-0-bias", rowCount: 1, columnCount: 2, values: [0, .nan])
        #expect(shape.parameters(from: [arrays[0], broken]) == nil)
    }

    @Test("begins within the bounds of its layers, differently for every seed")
    func beginnings() {
        let shape = NetworkShape(inputCount: 4, hiddenCounts: [100], outputCount: 2)
        let arrays = shape.arrays(of: shape.initialParameters(seed: 1))
        for (array, bound) in zip(arrays, [0.5, 0.5, 0.1, 0.1] as [Float]) {
            #expect(array.values.allSatisfy { $0.magnitude <= bound })
            #expect(Set(array.values).count == array.values.count)
        }
        #expect(shape.initialParameters(seed: 1) != shape.initialParameters(seed: 2))
    }
}
