internal import TabularLearning

/// What somebody who operates a run wants of its master.
public struct WishFrame: Sendable, Hashable {
    /// What is wanted.
    public enum Wish: Sendable, Hashable {
        /// To be told who is there.
        case show
        /// A worker's shards are to be handed to others, and the worker is to go.
        case drain(worker: String)
        /// A shard is to go to a worker.
        case move(shard: Int, worker: String)
        /// Shards are to go from slow workers to fast ones.
        case balance
    }

    /// Who wants it; names the mailbox of the answer.
    public let asker: String
    /// What the answer repeats.
    public let number: UInt64
    /// What is wanted.
    public let wish: Wish

    /// Creates a wish.
    public init(_ wish: Wish, asker: String, number: UInt64) {
        (self.wish, self.asker, self.number) = (wish, asker, number)
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] {
        let (verb, shard, worker): (UInt32, Int, String) =
            switch wish {
            case .show: (0, 0, "")
            case .drain(let worker): (1, 0, worker)
            case .move(let shard, let worker): (2, shard, worker)
            case .balance: (3, 0, "")
            }
        return encodeFrame(FrameHeader(kind: .wish, epoch: 0, shard: shard, sequence: number)) { writer in
            writer.write(verb)
            writer.write(asker)
            writer.write(worker)
        }
    }

    /// Decodes a wish.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        let (verb, asker, worker) = try decodePayload(words) { reader throws(WordReader.Failure) in
            (try reader.word(), try reader.text(), try reader.text())
        }
        guard (1...100).contains(asker.utf8.count), worker.utf8.count <= 100 else {
            throw FrameFailure(.malformed, "names have 1...100 bytes")
        }
        switch verb {
        case 0: wish = .show
        case 1: wish = .drain(worker: worker)
        case 2: wish = .move(shard: Int(header.shard), worker: worker)
        case 3: wish = .balance
        default: throw FrameFailure(.malformed, "there is no wish \(verb)")
        }
        (self.asker, number) = (asker, header.sequence)
    }
}

/// A master's answer to a wish: whether it is fulfilled, and how things are.
public struct StatusFrame: Sendable, Hashable {
    /// A worker of the run.
    public struct Worker: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Whether it wants to go, or is to.
        public let isLeaving: Bool
        /// The mean time to its answer, in microseconds; 0 where none has been measured.
        public let answerMicroseconds: UInt64
        /// Its shards, in ascending order; none of one that stands by.
        public let shards: [Shard]

        /// Creates an entry.
        public init(name: String, isLeaving: Bool, answerMicroseconds: UInt64, shards: [Shard]) {
            (self.name, self.isLeaving, self.shards) = (name, isLeaving, shards)
            self.answerMicroseconds = answerMicroseconds
        }
    }

    /// A shard and its load.
    public struct Shard: Sendable, Hashable {
        /// Its number.
        public let index: Int
        /// The updates and queries that it was sent since the master began.
        public let work: UInt64

        /// Creates an entry.
        public init(index: Int, work: UInt64) { (self.index, self.work) = (index, work) }
    }

    /// What the wish was numbered.
    public let number: UInt64
    /// The run's epoch.
    public let epoch: UInt32
    /// Why the wish is refused; `nil` where it is not.
    public let refusal: String?
    /// What will happen, or has last happened to a move that was not made; empty for nothing.
    public let note: String
    /// The rounds that every cohort has behind it.
    public let round: UInt64
    /// The shards that have moved since the master began.
    public let moveCount: UInt64
    /// Whether a shard is on its way, or is to be.
    public let isMoving: Bool
    /// Who is there.
    public let workers: [Worker]

    /// Creates an answer.
    public init(
        number: UInt64,
        epoch: UInt32,
        refusal: String?,
        note: String,
        round: UInt64,
        moveCount: UInt64,
        isMoving: Bool,
        workers: [Worker]
    ) {
        (self.number, self.epoch, self.refusal, self.note) = (number, epoch, refusal, note)
        (self.round, self.moveCount, self.isMoving, self.workers) = (round, moveCount, isMoving, workers)
    }

    /// Encodes the frame.
    public func encoded() -> [UInt32] {
        encodeFrame(FrameHeader(kind: .status, epoch: epoch, sequence: number)) { writer in
            writer.write(refusal != nil)
            writer.write(refusal ?? note)
            writer.write(round)
            writer.write(moveCount)
            writer.write(isMoving)
            writer.write(UInt32(workers.count))
            for worker in workers {
                writer.write(worker.name)
                writer.write(worker.isLeaving)
                writer.write(worker.answerMicroseconds)
                writer.write(worker.shards.map { UInt32($0.index) })
                writer.write(worker.shards.map(\.work))
            }
        }
    }

    /// Decodes an answer.
    public init(_ words: [UInt32], header: FrameHeader) throws(FrameFailure) {
        (number, epoch) = (header.sequence, header.epoch)
        (refusal, note, round, moveCount, isMoving, workers) = try decodePayload(words) {
            reader throws(WordReader.Failure) in
            let isRefused = try reader.truth()
            let text = try reader.text()
            let (round, moves, isMoving) = (try reader.long(), try reader.long(), try reader.truth())
            let count = Int(try reader.word())
            guard count <= reader.remaining else { throw WordReader.Failure("\(count) workers do not fit the frame") }
            var workers: [Worker] = []
            for _ in 0..<count { workers.append(try Self.worker(from: &reader)) }
            return (isRefused ? text : nil, isRefused ? "" : text, round, moves, isMoving, workers)
        }
    }

    private static func worker(from reader: inout WordReader) throws(WordReader.Failure) -> Worker {
        let (name, isLeaving, time) = (try reader.text(), try reader.truth(), try reader.long())
        let (indices, works) = (try reader.wordArray(), try reader.longArray())
        guard indices.count == works.count else {
            throw WordReader.Failure("\(indices.count) shards have \(works.count) loads")
        }
        let shards = zip(indices, works).map { Shard(index: Int($0), work: $1) }
        return Worker(name: name, isLeaving: isLeaving, answerMicroseconds: time, shards: shards)
    }
}
