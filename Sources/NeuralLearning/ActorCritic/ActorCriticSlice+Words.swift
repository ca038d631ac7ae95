public import TabularLearning

extension ActorCriticComputer: PortableComputer {
    /// The second.
    public static var code: UInt32 { 1 }

    /// Writes actor, critic and how many critics there are.
    public func write(to writer: inout WordWriter) {
        for pass in [actor, critic] { pass.shape.write(to: &writer) }
        writer.write(UInt32(criticCount))
    }

    /// Reads what `write` wrote.
    public init(from reader: inout WordReader) throws(WordReader.Failure) {
        let (actor, critic) = (try NetworkShape(from: &reader), try NetworkShape(from: &reader))
        let count = Int(try reader.word())
        guard critic.inputCount == actor.inputCount + actor.outputCount, critic.outputCount == 1, !critic.isDueling,
            !actor.isDueling, (1...2).contains(count)
        else { throw WordReader.Failure("an actor and \(count) critics that do not go together") }
        self.init(actor: actor, critic: critic, criticCount: count)
    }

    /// Actor, critics, and what follows them in the same order.
    public var arraySizes: [Int] {
        let sizes = [actor.shape.vectorCount] + Array(repeating: critic.shape.vectorCount, count: criticCount)
        return sizes + sizes
    }

    /// Actor, critics, and what follows them in the same order.
    public static func arrays(of parameters: ActorCriticParameters) -> [[Vector]] {
        [parameters.actor] + parameters.critics + [parameters.targetActor] + parameters.targetCritics
    }

    /// Actor, critics, and what follows them in the same order.
    public static func parameters(of arrays: [[Vector]]) -> ActorCriticParameters {
        let half = arrays.count / 2
        return ActorCriticParameters(
            actor: arrays[0],
            critics: Array(arrays[1..<half]),
            targetActor: arrays[half],
            targetCritics: Array(arrays[(half + 1)...])
        )
    }

    /// Writes a slice: whose it is, samples, features, next features, forces, noises, returns, discounts.
    public static func write(_ slice: ActorCriticSlice, to writer: inout WordWriter) {
        writer.write(slice.part == .actor)
        writer.write(UInt32(slice.partialReturns.count))
        for numbers in [slice.features, slice.nextFeatures, slice.forces, slice.noises] { writer.write(numbers) }
        for numbers in [slice.partialReturns, slice.discounts] { writer.write(numbers) }
    }

    /// Reads what `write` wrote.
    public func slice(from reader: inout WordReader) throws(WordReader.Failure) -> ActorCriticSlice {
        var slice = ActorCriticSlice()
        slice.part = try reader.truth() ? .actor : .critics
        let rows = try reader.rows()
        slice.features = try reader.floats(rows * featureCount)
        slice.nextFeatures = try reader.floats(rows * featureCount)
        slice.forces = try reader.floats(rows * forceCount)
        slice.noises = try reader.floatArray()
        slice.partialReturns = try reader.floats(rows)
        slice.discounts = try reader.floats(rows)
        guard [0, rows * forceCount].contains(slice.noises.count) else {
            throw WordReader.Failure("\(slice.noises.count) noises for \(rows) samples")
        }
        return slice
    }

    /// The critics learn, or the actor does.
    public func form(of slice: ActorCriticSlice) -> (rows: Int, gradientSizes: [Int]) {
        let sizes =
            switch slice.part {
            case .actor: [actor.shape.vectorCount]
            case .critics: Array(repeating: critic.shape.vectorCount, count: criticCount)
            }
        return (slice.partialReturns.count, sizes)
    }

    /// Its numbers, whose it is, and seven counts.
    public func wordCount(ofSliceRows rows: Int) -> Int { rows * (2 * featureCount + 2 * forceCount + 2) + 8 }
}
