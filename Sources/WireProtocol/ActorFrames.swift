internal import TabularLearning

/// An actor process offers itself, and from then on says that it is there.
///
/// The sequence of its header tells beginnings apart: a higher one under the same name has lost what the one before had.
public struct EnlistmentFrame: Sendable, Hashable {
    /// Who offers; names its mailbox.
    public let name: String
    /// The latest epoch it has heard of, 0 for none.
    public let epoch: UInt32
    /// Higher than at any earlier beginning under this name.
    public let session: UInt64
    /// Whether it wants to go, and to hand its cohorts over first.
    public let isLeaving: Bool

    /// Creates an offer.
    public init(name: String, epoch: UInt32, session: UInt64, isLeaving: Bool = false) {
        (self.name, self.epoch, self.session, self.isLeaving) = (name, epoch, session, isLeaving)
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] {
        let header = FrameHeader(kind: .enlistment, epoch: epoch, cohort: isLeaving ? 1 : 0, sequence: session)
        return encodeFrame(header) { $0.write(name) }
    }

    /// Decodes and checks an offer.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        (epoch, session, isLeaving) = (header.epoch, header.sequence, header.cohort == 1)
        name = try decodePayload(words) { reader throws(WordReader.Failure) in try reader.text() }
        guard (1...100).contains(name.utf8.count) else {
            throw FrameFailure(.malformed, "an actor process's name has 1...100 bytes, not \(name.utf8.count)")
        }
        guard header.cohort <= 1 else {
            throw FrameFailure(.malformed, "an offer has 0 in place of a cohort, or 1 to go, not \(header.cohort)")
        }
        guard epoch < .max, session < .max else {
            throw FrameFailure(.malformed, "nothing is later than epoch \(epoch), session \(session)")
        }
    }
}

/// What an actor process has to know to have cohorts.
public struct CohortsFrame: Sendable, Hashable {
    /// The run's epoch.
    public var epoch: UInt32
    /// The cohorts to have, of the run's.
    public var cohorts: Range<Int>
    /// The number of all cohorts of the run, 1...1024.
    public var cohortCount: Int
    /// The round behind which the run goes on, whose answers are in the states that follow; `nil` at its beginning, where
    /// none follow.
    public var round: UInt64?
    /// What the cohorts are made from: the run's description, as a checkpoint has it.
    public var description: String
    /// The name of the rule by which states are spread over shards.
    public var partition: String
    /// The factor that it keeps together, if it keeps one together.
    public var affinityFactor: Int?
    /// The shard of each of its levels; none where they are dealt out in turn.
    public var assignment: [Int]
    /// Whether queries go to all shards and rows are added, instead of to the owner.
    public var sumsRows: Bool
    /// The most cohorts that wait for each other to share a message.
    public var mostCohortsPerMessage: Int
    /// A cut after every so many rounds, where one is asked for when it is due; 0 for none.
    public var checkpointRounds: UInt64
    /// The names of the workers.
    public var workers: [String]
    /// Which of them has each shard.
    public var owners: [Int]

    /// The most cohorts of a run.
    public static let mostCohorts = 1024
    /// The most shards of a run.
    public static let mostShards = 65_536

    /// Creates a frame.
    public init(
        epoch: UInt32,
        cohorts: Range<Int>,
        of cohortCount: Int,
        round: UInt64?,
        description: String,
        partition: String,
        affinityFactor: Int?,
        assignment: [Int],
        sumsRows: Bool,
        mostCohortsPerMessage: Int,
        checkpointRounds: UInt64,
        workers: [String],
        owners: [Int]
    ) {
        (self.epoch, self.cohorts, self.cohortCount, self.round) = (epoch, cohorts, cohortCount, round)
        (self.description, self.partition, self.affinityFactor) = (description, partition, affinityFactor)
        (self.assignment, self.sumsRows) = (assignment, sumsRows)
        self.mostCohortsPerMessage = mostCohortsPerMessage
        self.checkpointRounds = checkpointRounds
        (self.workers, self.owners) = (workers, owners)
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] {
        let header = FrameHeader(kind: .cohorts, epoch: epoch, cohort: cohorts.lowerBound, sequence: round ?? 0)
        return encodeFrame(header) { writer in
            for number in [cohorts.count, cohortCount, round == nil ? 0 : 1, sumsRows ? 1 : 0, mostCohortsPerMessage] {
                writer.write(UInt32(number))
            }
            writer.write(checkpointRounds)
            writer.write(description)
            writer.write(partition)
            writer.write(UInt32(affinityFactor.map { $0 + 1 } ?? 0))
            writer.write(assignment.map { UInt32($0) })
            writer.write(UInt32(workers.count))
            for worker in workers { writer.write(worker) }
            writer.write(owners.map { UInt32($0) })
        }
    }

    /// Decodes and checks a frame.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        let frame = try decodePayload(words) { reader throws(WordReader.Failure) in
            let first = Int(header.cohort)
            let (count, all) = (Int(try reader.word()), Int(try reader.word()))
            let (goesOn, sums) = (try reader.word(), try reader.word())
            guard count >= 1, (1...Self.mostCohorts).contains(all), first + count <= all, goesOn <= 1, sums <= 1 else {
                throw WordReader.Failure("\(count) cohorts from \(first) on, of \(all), are none of a run")
            }
            let most = Int(try reader.word())
            let checkpointRounds = try reader.long()
            let (description, partition) = (try reader.text(), try reader.text())
            let factor = Int(try reader.word())
            let assignment = try reader.wordArray().map { Int($0) }
            let workerCount = Int(try reader.word())
            guard (1...Self.mostShards).contains(workerCount) else {
                throw WordReader.Failure("\(workerCount) workers are none of a run")
            }
            var workers: [String] = []
            for _ in 0..<workerCount { workers.append(try reader.text()) }
            let owners = try reader.wordArray().map { Int($0) }
            guard (1...Self.mostShards).contains(owners.count), owners.allSatisfy({ $0 < workerCount }),
                assignment.allSatisfy({ $0 < owners.count }),
                workers.allSatisfy({ (1...100).contains($0.utf8.count) })
            else { throw WordReader.Failure("\(owners.count) shards of \(workerCount) workers do not fit together") }
            return CohortsFrame(
                epoch: header.epoch,
                cohorts: first..<(first + count),
                of: all,
                round: goesOn == 1 ? header.sequence : nil,
                description: description,
                partition: partition,
                affinityFactor: factor == 0 ? nil : factor - 1,
                assignment: assignment,
                sumsRows: sums == 1,
                mostCohortsPerMessage: max(1, most),
                checkpointRounds: checkpointRounds,
                workers: workers,
                owners: owners
            )
        }
        // Rounds are counted on from it.
        guard frame.epoch < .max, (frame.round ?? 0) < 1 << 60 else {
            throw FrameFailure(.malformed, "no run goes on behind round \(header.sequence) of epoch \(header.epoch)")
        }
        self = frame
    }
}

/// A part of what a cohort has saved of itself: to an actor process that goes on from it, and from one as of a cut.
public struct StateFrame: Sendable, Hashable {
    /// Where the part stands in the whole, in words.
    public let start: Int
    /// The words of the whole.
    public let total: Int
    /// The part.
    public let words: [UInt32]

    /// The most words of a part: 4 MiB.
    public static let partSize = 1 << 20
    /// The most words of a whole: 16 GiB.
    public static let mostWords = 1 << 32

    /// Creates a part.
    public init(start: Int, total: Int, words: [UInt32]) {
        (self.start, self.total, self.words) = (start, total, words)
    }

    /// A whole in parts, each encoded under a header.
    public static func parts(of words: [UInt32], header: FrameHeader) -> [[UInt32]] {
        let starts = words.isEmpty ? [0] : Array(stride(from: 0, to: words.count, by: partSize))
        return starts.map { start in
            let part = Array(words[start..<min(start + partSize, words.count)])
            return StateFrame(start: start, total: words.count, words: part).encoded(header: header)
        }
    }

    /// Encodes the frame.
    public func encoded(header: FrameHeader) -> [UInt32] {
        encodeFrame(header) { writer in
            writer.write(UInt64(start))
            writer.write(UInt64(total))
            writer.write(words)
        }
    }

    /// Decodes and checks a part.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        let (start, total, part) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.long(), try reader.long(), try reader.wordArray())
        }
        guard total <= Self.mostWords, start <= total, UInt64(part.count) <= total - start else {
            throw FrameFailure(.malformed, "\(part.count) words from \(start) on, of \(total), are no part of a state")
        }
        self.init(start: Int(start), total: Int(total), words: part)
    }
}

/// A state on its way in parts, which come in their order.
public struct StateAssembly: Sendable {
    private var words: [UInt32] = []

    /// Creates one of no part.
    public init() {}

    /// Takes the next part.
    ///
    /// - Returns: The whole, once it is there; `nil` before.
    /// - Throws: `FrameFailure` when it is not the next one.
    public mutating func take(_ part: StateFrame) throws(FrameFailure) -> [UInt32]? {
        guard part.start == words.count else {
            throw FrameFailure(.malformed, "a part from word \(part.start) on, and \(words.count) are there")
        }
        words += part.words
        guard words.count == part.total else {
            guard !part.words.isEmpty else { throw FrameFailure(.malformed, "an empty part of a state") }
            return nil
        }
        defer { words = [] }
        return words
    }
}

/// What the master wants of the next rounds; said to whoever has the first cohort.
public enum MarkFrame: UInt32, Sendable, Hashable {
    /// The run ends behind what has been issued.
    case end = 0
    /// A cut at the next round.
    case cut = 1
    /// A cut at the next round at which one is due.
    case cutWhenDue = 2

    /// Encodes the frame; a cut's number is in the header's sequence.
    public func encoded(epoch: UInt32, copy: UInt64 = 0) -> [UInt32] {
        encodeFrame(FrameHeader(kind: .mark, epoch: epoch, sequence: copy)) { $0.write(rawValue) }
    }

    /// Decodes a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        let word = try decodePayload(words) { reader throws(WordReader.Failure) in try reader.word() }
        guard let mark = Self(rawValue: word) else { throw FrameFailure(.malformed, "mark \(word) is none") }
        self = mark
    }
}

/// How far a cohort is: the sequence of its header is the last round whose answers are in.
public struct ProgressFrame: Sendable, Hashable {
    /// Whether all that it has learned is in the shards and nothing more comes.
    public let isDone: Bool
    /// What the cohort says of itself.
    public let figures: [UInt32]

    /// Creates a frame.
    public init(isDone: Bool, figures: [UInt32]) {
        (self.isDone, self.figures) = (isDone, figures)
    }

    /// Encodes the frame.
    public func encoded(epoch: UInt32, cohort: Int, round: UInt64) -> [UInt32] {
        encodeFrame(FrameHeader(kind: .progress, epoch: epoch, cohort: cohort, sequence: round)) { writer in
            writer.write(isDone)
            writer.write(figures)
        }
    }

    /// Decodes a frame.
    public init(_ words: [UInt32]) throws(FrameFailure) {
        (isDone, figures) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.truth(), try reader.wordArray())
        }
    }
}
