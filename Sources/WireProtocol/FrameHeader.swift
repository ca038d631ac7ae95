internal import TabularLearning

/// The first eight words of every frame.
public struct FrameHeader: Sendable, Hashable {
    /// What kind of frame this is.
    public var kind: FrameKind
    /// The run's generation, raised whenever the run returns to a checkpoint; frames of an older one change nothing.
    public var epoch: UInt32
    /// The shard the frame is for or from.
    public var shard: UInt32
    /// The cohort whose round it belongs to; with frames that give, take or load a shard, its term.
    public var cohort: UInt32
    /// The number of a round among those of its shard and epoch, from 0; an answer carries its question's.
    ///
    /// Where actor processes send rounds it counts turns: of cohort c of C the k-th round of an epoch is k × C + c.
    ///
    /// With dumps it is the number of the copy, 0 for a shard that is given; with `load` the number of the round that comes
    /// next, with `loaded` the number of cells taken so far.
    public var sequence: UInt64

    /// How often the shard has had another owner in this epoch: what the frames that move it carry in the place of a cohort.
    public var term: UInt32 { cohort }

    /// Creates a header.
    public init(kind: FrameKind, epoch: UInt32, shard: Int = 0, cohort: Int = 0, sequence: UInt64 = 0) {
        self.kind = kind
        self.epoch = epoch
        self.shard = UInt32(shard)
        self.cohort = UInt32(cohort)
        self.sequence = sequence
    }

    /// The number of words of a header.
    public static let wordCount = 8
    /// The bytes `SHRQ`.
    public static let magic: UInt32 = 0x5152_4853
    /// The version of the protocol that this code speaks.
    public static let version: UInt16 = 4

    /// Appends the header for a frame with this many words behind it.
    func write(to words: inout [UInt32], payload: Int) {
        words.append(Self.magic)
        words.append(UInt32(Self.version) | UInt32(kind.rawValue) << 16)
        words.append(epoch)
        words.append(shard)
        words.append(cohort)
        words.append(UInt32(truncatingIfNeeded: sequence))
        words.append(UInt32(truncatingIfNeeded: sequence >> 32))
        words.append(UInt32(payload))
    }

    /// Where a frame that begins at a word ends by its own account; `nil` where none begins.
    static func end(ofFrameAt start: Int, in words: [UInt32]) -> Int? {
        guard words.count - start >= wordCount, words[start] == magic else { return nil }
        return start + wordCount + Int(words[start + 7])
    }

    /// Whether a body that begins with a frame begins with one of a kind that others may follow.
    static func sharesBodies(_ body: [UInt32]) -> Bool {
        [FrameKind.round, .answers].contains { body[1] == UInt32(version) | UInt32($0.rawValue) << 16 }
    }

    /// Whether a frame that begins at a word is of the same version, kind and epoch as the first one of its body.
    static func isCompany(at start: Int, in body: [UInt32]) -> Bool {
        body[start + 1] == body[1] && body[start + 2] == body[2]
    }

    /// Reads and checks the header of a frame.
    ///
    /// - Throws: `FrameFailure`, with code `version` when the frame is of another version and otherwise well-formed.
    public init(of words: [UInt32]) throws(FrameFailure) {
        guard words.count >= Self.wordCount else {
            throw FrameFailure(.malformed, "a frame has at least \(Self.wordCount) words, this one has \(words.count)")
        }
        guard words[0] == Self.magic else {
            throw FrameFailure(
                .malformed,
                "the first word is \(words[0]), not the mark of a ShardQ frame (\(Self.magic))"
            )
        }
        let version = UInt16(truncatingIfNeeded: words[1])
        guard version == Self.version else {
            throw FrameFailure(
                .version(version),
                "the frame is of protocol version \(version), this is \(Self.version)"
            )
        }
        guard let kind = FrameKind(rawValue: UInt16(truncatingIfNeeded: words[1] >> 16)) else {
            throw FrameFailure(.malformed, "there is no frame of kind \(words[1] >> 16)")
        }
        guard Int(words[7]) == words.count - Self.wordCount else {
            throw FrameFailure(
                .malformed,
                "the header announces \(words[7]) words, \(words.count - Self.wordCount) follow"
            )
        }
        self.kind = kind
        epoch = words[2]
        shard = words[3]
        cohort = words[4]
        sequence = UInt64(words[5]) | UInt64(words[6]) << 32
    }
}

/// The kinds of frame.
public enum FrameKind: UInt16, Sendable, Hashable, CaseIterable {
    /// A worker offers itself.
    case join = 1
    /// The master gives a worker its shards.
    case assignment = 2
    /// A worker has made room for a shard.
    case ready = 3
    /// The master's updates and queries for a shard.
    case round = 4
    /// A shard's answer to the queries of a round.
    case answers = 5
    /// The master asks for cells of a shard; from cell 0 on, for those that it has at that moment.
    case dumpRequest = 6
    /// Cells of a shard.
    case cells = 7
    /// The master ends a worker's service.
    case stop = 8
    /// The master does not take a worker, and why.
    case refusal = 9
    /// Asks for nothing: its return tells the sender that nobody reads.
    case probe = 10
    /// The master gives a shard cells, from a checkpoint.
    case load = 11
    /// A shard has taken them.
    case loaded = 12
    /// The master asks a worker to make room for a shard that another one has.
    case take = 13
    /// The master asks for cells of a shard that goes to another worker: behind the first of these it serves no round.
    case give = 14
    /// The shard is with its new owner; the former one forgets it.
    case given = 15
    /// A worker wants to go, in the place of its offers; the master says how many shards others will take.
    case leave = 16
    /// An actor process offers itself, and says that it is there.
    case enlistment = 17
    /// The master gives an actor process its cohorts.
    case cohorts = 18
    /// What a cohort has saved of itself, in parts: to the actor process that goes on from it, and to the master as of a cut.
    case state = 19
    /// The master wants a cut, or the end, at one of the next rounds.
    case mark = 20
    /// How far a cohort of an actor process is.
    case progress = 21
    /// Somebody who operates the run wants something of the master.
    case wish = 32
    /// The master's answer to that: whether it is done, and who is there.
    case status = 33
    /// The run learns networks: what a worker has to know to compute slices of minibatches.
    case network = 48
    /// Slices to compute, with the parameters that have changed.
    case slices = 49
    /// What came of slices.
    case gradients = 50
}

/// A frame that is not what the protocol says.
public struct FrameFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// The words do not form a frame.
        case malformed
        /// The frame is of another version of the protocol.
        case version(UInt16)
    }

    /// The kind of failure.
    public let code: Code
    /// What is wrong, in one sentence.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    init(_ failure: WordReader.Failure) {
        self.init(.malformed, failure.description)
    }
}
