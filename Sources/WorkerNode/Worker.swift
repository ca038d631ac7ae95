public import Messaging
internal import TabularLearning
internal import WireProtocol

/// A worker as a value: what it hears goes in, what it has to do comes out.
///
/// It offers itself, is given shards, serves their rounds in the order of their arrival, and ends when the master says
/// so. A frame that is malformed is counted and otherwise ignored.
public struct Worker: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Open a mailbox.
        case open(Mailbox)
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Say something to the operator.
        case report(String)
        /// End: the master said stop.
        case finish(reason: String)
        /// End with an error.
        case fail(WorkerFailure)
    }

    /// What a worker has counted.
    public struct Statistics: Sendable, Hashable {
        /// Round messages served.
        public var rounds: UInt64 = 0
        /// Updates applied.
        public var updates: UInt64 = 0
        /// Queries answered.
        public var queries: UInt64 = 0
        /// Frames that were not what the protocol says.
        public var malformedFrames: UInt64 = 0
        /// Frames of an older epoch.
        public var staleFrames: UInt64 = 0
    }

    private enum Phase { case offering, serving, ended }

    /// The worker's name; its mailbox is named after it.
    public let id: String
    /// What it has counted.
    public private(set) var statistics = Statistics()

    private var phase = Phase.offering
    private var epoch: UInt32 = 0
    private var shards: [ShardOwner] = []

    /// Creates a worker that has not offered itself.
    ///
    /// - Parameter id: 1...100 bytes, different from every other worker's of the run.
    public init(id: String) {
        self.id = id
    }

    /// Whether the worker still waits for a master to take it.
    public var isOffering: Bool { phase == .offering }

    /// The mailbox to open before the first offer.
    public var mailbox: Mailbox { .worker(id) }

    /// The offer to send, again and again until something is heard.
    public func offer() -> Action {
        .publish(Message(type: "JOIN", correlation: 0, body: JoinFrame(worker: id).encoded()), to: .control)
    }

    /// A message that asks for nothing, to learn whether the master still reads.
    public func probe() -> Action {
        let header = FrameHeader(kind: .probe, epoch: epoch)
        return .publish(Message(type: "PROBE", correlation: 0, body: encodeBare(header)), to: .replies)
    }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            do throws(FrameFailure) {
                return try receive(message, in: mailbox)
            } catch {
                return refuse(error, in: mailbox)
            }
        case .malformed(let reason, let mailbox):
            return refuse(FrameFailure(.malformed, reason), in: mailbox)
        case .returned(_, _, .replies):
            return end(WorkerFailure(.masterLost, "the master is gone: nobody reads its mailbox any more"))
        case .returned, .unblocked:
            return []
        case .blocked(let reason):
            return [.report("the broker does not take messages for now: \(reason)")]
        }
    }

    private mutating func receive(_ message: Message, in mailbox: Mailbox) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: message.body)
        guard header.epoch == epoch || header.kind == .assignment && header.epoch > epoch || header.kind == .refusal
        else {
            statistics.staleFrames += 1
            return []
        }
        switch header.kind {
        case .round: return try serve(message, header)
        case .dumpRequest: return try dump(message, header)
        case .assignment: return try accept(AssignmentFrame(message.body, header: header))
        case .stop:
            phase = .ended
            return [.finish(reason: try NoticeFrame(message.body).reason)]
        case .refusal:
            return end(WorkerFailure(.refused, try NoticeFrame(message.body).reason))
        case .probe:
            return []
        case .join, .ready, .answers, .dump:
            throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for a worker")
        }
    }

    private mutating func accept(_ assignment: AssignmentFrame) -> [Action] {
        guard phase == .offering || assignment.epoch > epoch else { return [] }
        phase = .serving
        epoch = assignment.epoch
        shards = assignment.shards.map { ShardOwner($0, of: assignment) }
        return shards.flatMap { shard -> [Action] in
            let header = FrameHeader(kind: .ready, epoch: epoch, shard: shard.index)
            return [
                .open(.shard(shard.index)),
                .publish(Message(type: "READY", correlation: 0, body: encodeBare(header)), to: .replies),
            ]
        }
    }

    private mutating func serve(_ message: Message, _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let round = try RoundFrame(message.body, header: header)
        guard let answer = try shards[position(of: header.shard)].serve(round) else {
            count(round)
            return []
        }
        count(round)
        return [.publish(Message(type: "Q_VALUES", correlation: message.correlation, body: answer), to: .replies)]
    }

    private mutating func count(_ round: RoundFrame) {
        statistics.rounds += 1
        statistics.updates += UInt64(round.updateCount)
        statistics.queries += UInt64(round.queryCount)
    }

    private func dump(_ message: Message, _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let request = try DumpRequestFrame(message.body)
        let dump = try shards[position(of: header.shard)].dump(request, header: header)
        return [.publish(Message(type: "CELLS", correlation: message.correlation, body: dump), to: .replies)]
    }

    private func position(of shard: UInt32) throws(FrameFailure) -> Int {
        guard let position = shards.firstIndex(where: { $0.index == Int(shard) }) else {
            throw FrameFailure(.malformed, "shard \(shard) is not this worker's")
        }
        return position
    }

    private mutating func refuse(_ failure: FrameFailure, in mailbox: Mailbox) -> [Action] {
        if case .version(let version) = failure.code, phase == .offering {
            let sentence = "the master speaks protocol version \(version), this worker \(FrameHeader.version)"
            return end(WorkerFailure(.refused, "\(sentence): run the same release of shardq on both"))
        }
        statistics.malformedFrames += 1
        return [.report("ignored a malformed frame in \(mailbox): \(failure)")]
    }

    private mutating func end(_ failure: WorkerFailure) -> [Action] {
        phase = .ended
        return [.fail(failure)]
    }
}

/// Why a worker ended without having been told to.
public struct WorkerFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// The master did not take this worker.
        case refused
        /// The master vanished.
        case masterLost
        /// No master answered in the time allowed.
        case noMaster
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence: what happened and what to do.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
