public import TabularLearning

extension A2CComputer: PortableComputer {
    /// The third.
    public static var code: UInt32 { 2 }

    /// Writes policy, values and the share of entropy.
    public func write(to writer: inout WordWriter) {
        for pass in [policy, value] { pass.shape.write(to: &writer) }
        writer.write(entropyShare)
    }

    /// Reads what `write` wrote.
    public init(from reader: inout WordReader) throws(WordReader.Failure) {
        let (policy, value) = (try NetworkShape(from: &reader), try NetworkShape(from: &reader))
        let share = try reader.double()
        guard policy.inputCount == value.inputCount, value.outputCount == 1, !policy.isDueling, !value.isDueling,
            share.isFinite
        else { throw WordReader.Failure("a policy and values that do not go together") }
        self.init(policy: policy, value: value, entropyShare: Float(share))
    }

    /// Policy and values.
    public var arraySizes: [Int] { [policy.shape.vectorCount, value.shape.vectorCount] }

    /// Policy and values.
    public static func arrays(of parameters: A2CParameters) -> [[Vector]] { [parameters.policy, parameters.value] }

    /// Policy and values.
    public static func parameters(of arrays: [[Vector]]) -> A2CParameters {
        A2CParameters(policy: arrays[0], value: arrays[1])
    }

    /// Writes a slice: samples, features, actions, advantages, returns.
    public static func write(_ slice: A2CSlice, to writer: inout WordWriter) {
        writer.write(UInt32(slice.actions.count))
        writer.write(slice.features)
        writer.write(slice.actions)
        for numbers in [slice.advantages, slice.returns] { writer.write(numbers) }
    }

    /// Reads what `write` wrote.
    public func slice(from reader: inout WordReader) throws(WordReader.Failure) -> A2CSlice {
        var slice = A2CSlice()
        let rows = try reader.rows()
        slice.features = try reader.floats(rows * policy.shape.inputCount)
        slice.actions = try reader.wordArray()
        slice.advantages = try reader.floats(rows)
        slice.returns = try reader.floats(rows)
        guard slice.actions.count == rows, slice.actions.allSatisfy({ $0 < policy.shape.outputCount }) else {
            throw WordReader.Failure("an action that there is not")
        }
        return slice
    }

    /// Policy and values learn.
    public func form(of slice: A2CSlice) -> (rows: Int, gradientSizes: [Int]) {
        (slice.actions.count, [policy.shape.vectorCount, value.shape.vectorCount])
    }

    /// Its numbers, and five counts.
    public func wordCount(ofSliceRows rows: Int) -> Int { rows * (policy.shape.inputCount + 3) + 5 }
}
