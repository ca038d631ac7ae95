public import TabularLearning

extension SliceComputer: PortableComputer {
    /// The first.
    public static var code: UInt32 { 0 }

    /// Writes network, rule and loss.
    public func write(to writer: inout WordWriter) {
        shape.write(to: &writer)
        writer.write(isDouble)
        writer.write(loss == .squared)
    }

    /// Reads what `write` wrote.
    public init(from reader: inout WordReader) throws(WordReader.Failure) {
        let shape = try NetworkShape(from: &reader)
        let isDouble = try reader.truth()
        self.init(shape, isDouble: isDouble, loss: try reader.truth() ? .squared : .huber)
    }

    /// Q and Q⁻.
    public var arraySizes: [Int] { [shape.vectorCount, shape.vectorCount] }

    /// Q and Q⁻.
    public static func arrays(of parameters: ParameterPair) -> [[Vector]] { [parameters.online, parameters.target] }

    /// Q and Q⁻.
    public static func parameters(of arrays: [[Vector]]) -> ParameterPair {
        ParameterPair(online: arrays[0], target: arrays[1])
    }

    /// Writes a slice: samples, features, next features, actions, returns, discounts, weights.
    public static func write(_ slice: MinibatchSlice, to writer: inout WordWriter) {
        writer.write(UInt32(slice.actions.count))
        for numbers in [slice.features, slice.nextFeatures] { writer.write(numbers) }
        writer.write(slice.actions)
        for numbers in [slice.partialReturns, slice.discounts, slice.weights] { writer.write(numbers) }
    }

    /// Reads what `write` wrote.
    public func slice(from reader: inout WordReader) throws(WordReader.Failure) -> MinibatchSlice {
        var slice = MinibatchSlice()
        let rows = try reader.rows()
        slice.features = try reader.floats(rows * shape.inputCount)
        slice.nextFeatures = try reader.floats(rows * shape.inputCount)
        slice.actions = try reader.wordArray()
        slice.partialReturns = try reader.floats(rows)
        slice.discounts = try reader.floats(rows)
        slice.weights = try reader.floats(rows)
        guard slice.actions.count == rows, slice.actions.allSatisfy({ $0 < shape.outputCount }) else {
            throw WordReader.Failure("an action that there is not")
        }
        return slice
    }

    /// One network learns.
    public func form(of slice: MinibatchSlice) -> (rows: Int, gradientSizes: [Int]) {
        (slice.actions.count, [shape.vectorCount])
    }

    /// Its numbers, and seven counts.
    public func wordCount(ofSliceRows rows: Int) -> Int { rows * (2 * shape.inputCount + 4) + 7 }
}
