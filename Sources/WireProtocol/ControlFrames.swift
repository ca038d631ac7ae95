public import TabularLearning

/// A worker's offer to serve, or its wish to go.
///
/// The layout of an offer never changes between versions, so that any master can refuse it in words.
public struct JoinFrame: Sendable, Hashable {
    /// Who offers; names the worker's mailbox.
    public let worker: String
    /// The version of the protocol it speaks.
    public let version: UInt16
    /// The latest epoch it has heard of, 0 for none: whoever gives it shards must name a later one.
    public let epoch: UInt32

    /// The number of shards it has; 0 for a worker that waits for some.
    public let shardCount: UInt64
    /// Whether it wants to go as soon as others have its shards.
    public let isLeaving: Bool

    /// Creates an offer.
    public init(
        worker: String,
        epoch: UInt32 = 0,
        shardCount: UInt64 = 0,
        isLeaving: Bool = false,
        version: UInt16 = FrameHeader.version
    ) {
        self.isLeaving = isLeaving
        self.worker = worker
        self.epoch = epoch
        self.shardCount = shardCount
        self.version = version
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] {
        let kind = isLeaving ? FrameKind.leave : .join
        var words = encodeFrame(FrameHeader(kind: kind, epoch: epoch, sequence: shardCount)) { $0.write(worker) }
        words[1] = UInt32(version) | UInt32(kind.rawValue) << 16
        return words
    }

    /// Whether words begin as an offer does or as a wish to go, of whatever version.
    public static func isJoin(_ words: [UInt32]) -> Bool {
        guard words.count > 1, words[0] == FrameHeader.magic else { return false }
        return [FrameKind.join, .leave].contains { words[1] >> 16 == UInt32($0.rawValue) }
    }

    /// Decodes an offer of any version.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        guard words.count > FrameHeader.wordCount, Self.isJoin(words) else {
            throw FrameFailure(.malformed, "not an offer of a worker")
        }
        version = UInt16(truncatingIfNeeded: words[1])
        isLeaving = words[1] >> 16 == UInt32(FrameKind.leave.rawValue)
        epoch = words[2]
        shardCount = UInt64(words[5]) | UInt64(words[6]) << 32
        worker = try decodePayload(words) { reader throws(WordReader.Failure) in try reader.text() }
        guard (1...100).contains(worker.utf8.count) else {
            throw FrameFailure(.malformed, "a worker's name has 1...100 bytes, not \(worker.utf8.count)")
        }
        guard epoch < .max else { throw FrameFailure(.malformed, "no epoch is later than \(epoch)") }
    }
}

/// What a worker has to know to own shards.
public struct AssignmentFrame: Sendable, Hashable {
    /// One shard to own.
    public struct Shard: Sendable, Hashable {
        /// Its number; names its mailbox.
        public let index: Int
        /// The number of rows it holds.
        public let rowCount: Int

        /// Creates an entry.
        public init(index: Int, rowCount: Int) {
            self.index = index
            self.rowCount = rowCount
        }
    }

    /// The run's epoch.
    public let epoch: UInt32
    /// The shards to own.
    public let shards: [Shard]
    /// The width of a row, 1...64.
    public let actionCount: Int
    /// Q₀.
    public let initialValue: Float
    /// The rule for α.
    public let stepSize: StepSize
    /// How values are learned.
    public let update: UpdateRule

    /// Creates an assignment.
    public init(
        epoch: UInt32,
        shards: [Shard],
        actionCount: Int,
        initialValue: Float,
        stepSize: StepSize,
        update: UpdateRule = .qLearning
    ) {
        self.epoch = epoch
        self.shards = shards
        self.actionCount = actionCount
        self.initialValue = initialValue
        self.stepSize = stepSize
        self.update = update
    }

    /// The cells of all shards together.
    public var cellCount: UInt64 {
        shards.reduce(0) { $0 + UInt64($1.rowCount) } * UInt64(actionCount * update.planeCount)
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] { encoded(header: FrameHeader(kind: .assignment, epoch: epoch)) }

    /// Encodes the frame under another header: one shard that another worker has may be taken as well.
    public func encoded(header: FrameHeader) -> [UInt32] {
        encodeFrame(header) { writer in
            writer.write(UInt32(actionCount))
            writer.write(initialValue)
            switch stepSize {
            case .constant(let value):
                writer.write(UInt32(0))
                writer.write(value)
                writer.write(Float(0))
            case .visitCount(let horizon, let minimum):
                writer.write(UInt32(1))
                writer.write(horizon)
                writer.write(minimum)
            }
            writer.write(update.code)
            writer.write(UInt32(update.numbers.count))
            for number in update.numbers { writer.write(number) }
            writer.write(UInt32(shards.count))
            for shard in shards {
                writer.write(UInt32(shard.index))
                writer.write(UInt32(shard.rowCount))
            }
        }
    }

    /// Decodes and checks an assignment.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        epoch = header.epoch
        (actionCount, initialValue, stepSize, update, shards) = try decodePayload(words) {
            reader throws(WordReader.Failure) in
            let actionCount = Int(try reader.word())
            let initialValue = try reader.float()
            let rule = try reader.word()
            let (first, second) = (try reader.float(), try reader.float())
            guard rule <= 1 else { throw WordReader.Failure("step-size rule \(rule) is neither 0 nor 1") }
            let stepSize: StepSize = rule == 0 ? .constant(first) : .visitCount(horizon: first, minimum: second)
            let code = try reader.word()
            guard let plain = UpdateRule(code: code) else {
                throw WordReader.Failure("update rule \(code) is none that this release knows")
            }
            let more = try reader.word()
            guard more == UInt32(plain.numbers.count) else {
                throw WordReader.Failure("\(plain.rawValue) has \(plain.numbers.count) numbers of its own, not \(more)")
            }
            var numbers: [Float] = []
            for _ in 0..<more { numbers.append(try reader.float()) }
            guard let update = UpdateRule(code: code, numbers: numbers) else {
                throw WordReader.Failure("\(plain.rawValue) cannot have the numbers \(numbers)")
            }
            var shards: [Shard] = []
            for _ in 0..<(try reader.word()) {
                shards.append(Shard(index: Int(try reader.word()), rowCount: Int(try reader.word())))
            }
            return (actionCount, initialValue, stepSize, update, shards)
        }
        guard epoch < .max else { throw FrameFailure(.malformed, "no epoch is later than \(epoch)") }
        guard (1...64).contains(actionCount) else {
            throw FrameFailure(.malformed, "a table has 1...64 actions, not \(actionCount)")
        }
        if let objection = update.rule.objection(actionCount: actionCount) {
            throw FrameFailure(.malformed, "\(update.rawValue): \(objection)")
        }
        guard header.kind != .take || shards.map(\.index) == [Int(header.shard)] else {
            throw FrameFailure(.malformed, "shard \(header.shard) is to be taken, and \(shards.count) are described")
        }
        guard !shards.isEmpty, Set(shards.map(\.index)).count == shards.count else {
            throw FrameFailure(.malformed, "\(shards.count) shards, of which each is to be named once")
        }
        guard cellCount <= ActionValueTable.maximumCellCount else {
            throw FrameFailure(.malformed, "\(cellCount) cells are more than a worker holds (2^32)")
        }
        guard initialValue.isFinite, stepSize.isSound else {
            throw FrameFailure(.malformed, "Q₀ \(initialValue) with \(stepSize) is no learning rule")
        }
    }
}

/// A request for consecutive cells of a shard.
public struct DumpRequestFrame: Sendable, Hashable {
    /// The index of the first cell.
    public let start: Int
    /// The number of cells, at most `CellsFrame.maximumCellCount`.
    public let count: Int

    /// Creates a request.
    public init(start: Int, count: Int) {
        self.start = start
        self.count = count
    }

    /// Encodes the frame.
    public func encoded(header: FrameHeader) -> [UInt32] {
        encodeFrame(header) { writer in
            writer.write(UInt64(start))
            writer.write(UInt32(count))
        }
    }

    /// Decodes a request.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        let (start, count) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.long(), Int(try reader.word()))
        }
        guard start <= ActionValueTable.maximumCellCount, count <= CellsFrame.maximumCellCount else {
            throw FrameFailure(.malformed, "cells \(start) to \(start &+ UInt64(count)) are more than a dump may hold")
        }
        self.init(start: Int(start), count: count)
    }
}

/// Consecutive cells of a shard, on their way to the master or to the shard: values, then visit counts.
public struct CellsFrame: Sendable {
    /// The index of the first cell.
    public let start: Int
    /// The updates that the shard had applied when it had these cells; to a shard, the number it counts on from.
    public let updateCount: UInt64
    /// The cells.
    public let cells: [ActionValueTable.Cell]

    /// More updates than a shard comes to, and few enough that no sum over 65,536 shards overflows.
    public static let largestUpdateCount: UInt64 = 1 << 47

    /// The most cells in one frame: 8 MiB.
    public static let maximumCellCount = 1 << 20

    /// Creates a frame.
    public init(start: Int, updateCount: UInt64, cells: [ActionValueTable.Cell]) {
        self.start = start
        self.updateCount = updateCount
        self.cells = cells
    }

    /// Encodes the frame.
    public func encoded(header: FrameHeader) -> [UInt32] {
        encodeFrame(header) { writer in
            writer.write(UInt64(start))
            writer.write(updateCount)
            writer.write(UInt32(cells.count))
            for cell in cells { writer.write(cell.value) }
            for cell in cells { writer.write(cell.visitCount) }
        }
    }

    /// Decodes a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        self = try decodePayload(words) { reader throws(WordReader.Failure) in
            let start = try reader.long()
            let updateCount = try reader.long()
            let count = Int(try reader.word())
            let values = try reader.words(count)
            let visits = try reader.words(count)
            guard start <= ActionValueTable.maximumCellCount else {
                throw WordReader.Failure("no table has cell \(start)")
            }
            // It is counted on from, and added up over the shards.
            guard updateCount <= Self.largestUpdateCount else {
                throw WordReader.Failure("\(updateCount) updates are more than a run can come to")
            }
            let cells = zip(values, visits).map {
                ActionValueTable.Cell(value: Float(bitPattern: $0), visitCount: $1)
            }
            return CellsFrame(start: Int(start), updateCount: updateCount, cells: cells)
        }
    }
}

/// A frame that is its header and a reason in words: `stop` and `refusal`.
public struct NoticeFrame: Sendable, Hashable {
    /// Why, in one sentence.
    public let reason: String

    /// Creates a notice.
    public init(reason: String) {
        self.reason = reason
    }

    /// Encodes the frame.
    public func encoded(kind: FrameKind, epoch: UInt32) -> [UInt32] {
        encoded(header: FrameHeader(kind: kind, epoch: epoch))
    }

    /// Encodes the frame under a header that says more than its kind.
    public func encoded(header: FrameHeader) -> [UInt32] {
        encodeFrame(header) { $0.write(reason) }
    }

    /// Decodes a notice.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        reason = try decodePayload(words) { reader throws(WordReader.Failure) in try reader.text() }
    }
}

/// Encodes a frame that has only a header: `ready`, `probe`, `loaded`, `given`.
public func encodeBare(_ header: FrameHeader) -> [UInt32] {
    encodeFrame(header) { _ in }
}

/// Writes a payload and puts the header in front of it.
func encodeFrame(_ header: FrameHeader, _ payload: (inout WordWriter) -> Void) -> [UInt32] {
    var writer = WordWriter()
    payload(&writer)
    var words: [UInt32] = []
    words.reserveCapacity(FrameHeader.wordCount + writer.words.count)
    header.write(to: &words, payload: writer.words.count)
    words.append(contentsOf: writer.words)
    return words
}

/// Reads everything behind the header; words left over are a failure.
func decodePayload<Value>(
    _ words: [UInt32],
    _ body: (inout WordReader) throws(WordReader.Failure) -> Value
) throws(FrameFailure) -> Value {
    do {
        var reader = WordReader(words, at: FrameHeader.wordCount)
        let value = try body(&reader)
        try reader.finish()
        return value
    } catch {
        throw FrameFailure(error)
    }
}
