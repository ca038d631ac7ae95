internal import TabularLearning

/// What a worker has to know to compute slices of a run that learns networks.
public struct NetworkFrame: Sendable, Hashable {
    /// Which computer of gradients it is.
    public let code: UInt32
    /// What it takes to make one.
    public let computer: [UInt32]

    /// Creates a frame.
    public init(code: UInt32, computer: [UInt32]) {
        (self.code, self.computer) = (code, computer)
    }

    /// Encodes the frame.
    public func encoded(epoch: UInt32) -> [UInt32] {
        encodeFrame(FrameHeader(kind: .network, epoch: epoch)) { writer in
            writer.write(code)
            writer.write(computer)
        }
    }

    /// Decodes a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        (code, computer) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.word(), try reader.wordArray())
        }
    }
}

/// Slices of a minibatch that a worker is to compute, and those arrays of parameters that it has not got.
public struct SlicesFrame: Sendable, Hashable {
    /// An array of parameters.
    public struct Parameters: Sendable, Hashable {
        /// Which one.
        public let place: UInt32
        /// Its numbers.
        public let words: [UInt32]

        /// Creates an entry.
        public init(place: UInt32, words: [UInt32]) {
            (self.place, self.words) = (place, words)
        }
    }

    /// The task that the worker has had before, whose arrays are still those that are not named; 0 for none.
    public let base: UInt64
    /// The arrays that are others since then; all of them where there was no task before.
    public let changed: [Parameters]
    /// The number of the first slice.
    public let first: UInt32
    /// The slices.
    public let slices: [[UInt32]]

    /// Creates a frame.
    public init(base: UInt64, changed: [Parameters], first: UInt32, slices: [[UInt32]]) {
        (self.base, self.changed, self.first, self.slices) = (base, changed, first, slices)
    }

    /// The most slices of a minibatch.
    public static let mostSlices = 64

    /// Encodes the frame.
    ///
    /// - Parameters:
    ///   - epoch: The coordinator's.
    ///   - task: The number of the task, from 1.
    /// - Returns: Its words.
    public func encoded(epoch: UInt32, task: UInt64) -> [UInt32] {
        encodeFrame(FrameHeader(kind: .slices, epoch: epoch, sequence: task)) { writer in
            writer.write(base)
            writer.write(UInt32(changed.count))
            for array in changed {
                writer.write(array.place)
                writer.write(array.words)
            }
            writer.write(first)
            writer.write(UInt32(slices.count))
            for slice in slices { writer.write(slice) }
        }
    }

    /// Decodes and checks a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        (base, changed, first, slices) = try decodePayload(words) { reader throws(WordReader.Failure) in
            let base = try reader.long()
            var changed: [Parameters] = []
            for _ in 0..<(try reader.word()) {
                changed.append(Parameters(place: try reader.word(), words: try reader.wordArray()))
            }
            let (first, count) = (try reader.word(), try reader.word())
            var slices: [[UInt32]] = []
            for _ in 0..<count { slices.append(try reader.wordArray()) }
            return (base, changed, first, slices)
        }
        guard !slices.isEmpty, Int(first) + slices.count <= Self.mostSlices else {
            throw FrameFailure(.malformed, "slices \(first) and \(slices.count) from it on are none of a minibatch")
        }
        guard Set(changed.map(\.place)).count == changed.count else {
            throw FrameFailure(.malformed, "an array of parameters comes twice")
        }
    }
}

/// What came of slices.
public struct GradientsFrame: Sendable, Hashable {
    /// The number of the first slice.
    public let first: UInt32
    /// How many there are.
    public let count: UInt32
    /// Errors and gradients.
    public let words: [UInt32]

    /// Creates a frame.
    public init(first: UInt32, count: UInt32, words: [UInt32]) {
        (self.first, self.count, self.words) = (first, count, words)
    }

    /// The slices' numbers.
    public var range: Range<Int> { Int(first)..<(Int(first) + Int(count)) }

    /// Encodes the frame.
    ///
    /// - Parameters:
    ///   - epoch: The coordinator's.
    ///   - task: The number of the task.
    /// - Returns: Its words.
    public func encoded(epoch: UInt32, task: UInt64) -> [UInt32] {
        encodeFrame(FrameHeader(kind: .gradients, epoch: epoch, sequence: task)) { writer in
            writer.write(first)
            writer.write(count)
            writer.write(words)
        }
    }

    /// Decodes a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        (first, count, self.words) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.word(), try reader.word(), try reader.wordArray())
        }
    }
}
