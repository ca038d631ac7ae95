public import Messaging
public import TabularLearning
package import WireProtocol

/// A worker as a value: what it hears goes in, what it has to do comes out.
///
/// It offers itself, is given shards, serves their rounds in the order of their arrival, takes shards of others and gives
/// its own away while rounds go on, and ends when the master says so. When the master is gone it forgets its shards and offers itself again: it keeps nothing that a checkpoint lacks. A
/// frame that is malformed is counted and otherwise ignored.
public struct Worker: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Serve a run of another kind, in which this is the first message.
        case serveOther(Message)
        /// Say something to the operator.
        case report(String)
        /// End: the master said stop.
        case finish(reason: String)
        /// End with an error.
        case fail(WorkerFailure)
    }

    /// What a worker has counted.
    public struct Statistics: Sendable, Hashable {
        /// Rounds served.
        public var rounds: UInt64 = 0
        /// Updates applied.
        public var updates: UInt64 = 0
        /// Queries answered.
        public var queries: UInt64 = 0
        /// Frames that were not what the protocol says.
        public var malformedFrames: UInt64 = 0
        /// Shards that it gave to others.
        public var givenShards: UInt64 = 0
        /// Whether the master has let it go.
        public var isDismissed = false
        /// Frames of another epoch, and those that came a second time or behind one that is missing.
        public var staleFrames: UInt64 = 0
    }

    enum Phase { case offering, serving, ended }

    /// What has come of the wish to go.
    public enum Farewell: Sendable, Hashable {
        /// The master has not answered.
        case asked
        /// Others will take the shards.
        case promised
        /// Nobody can take the shards.
        case inVain
    }

    /// The worker's name; its mailbox is named after it.
    public let id: String
    /// What it has counted.
    public internal(set) var statistics = Statistics()

    /// The latest epoch it has heard of.
    public internal(set) var epoch: UInt32 = 0

    /// What has come of its wish to go; `nil` while it has none.
    public internal(set) var farewell: Farewell?

    let cellLimit: UInt64
    var phase = Phase.offering
    var shards: [ShardOwner] = []
    /// Where each of them stands.
    var positions: [UInt32: Int] = [:]
    private(set) var defects = PlantedDefects()
    /// Who sends rounds, where it is not the master.
    var replies: RepliesToActors?

    /// Creates a worker that has not offered itself.
    ///
    /// - Parameters:
    ///   - id: 1...100 bytes, different from every other worker's of the run.
    ///   - cellLimit: The most cells for which there is memory.
    public init(id: String, cellLimit: UInt64 = ActionValueTable.maximumCellCount) {
        self.id = id
        self.cellLimit = cellLimit
    }

    /// The number of its shards.
    public var shardCount: Int { shards.count }

    /// Whether the worker still waits for a master to take it.
    public var isOffering: Bool { phase == .offering }

    /// The mailbox to open before the first offer.
    public var mailbox: Mailbox { .worker(id) }

    /// The offer to send, again and again until shards are given; later a sign of life.
    ///
    /// Its return tells that the master is gone, and a new master takes it for an offer. Who wants to go says that in its place.
    public func offer() -> Action {
        let isLeaving = farewell != nil
        let offer = JoinFrame(worker: id, epoch: epoch, shardCount: UInt64(shards.count), isLeaving: isLeaving)
        let message = Message(type: isLeaving ? "LEAVE" : "JOIN", correlation: 0, body: offer.encoded())
        return .publish(message, to: .control)
    }

    /// Takes up that a run of another kind has let it go.
    mutating func dismiss() { (phase, statistics.isDismissed) = (.ended, true) }

    /// Takes up that the connection, and with it every mailbox, is gone.
    public mutating func disconnect() {
        guard phase == .serving else { return }
        phase = .offering
        (shards, positions, replies) = ([], [:], nil)
    }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            return receive(message, in: mailbox)
        case .malformed(let reason, let mailbox):
            return refuse(FrameFailure(.malformed, reason), in: mailbox)
        case .returned(_, _, .control) where farewell != nil && phase != .ended:
            return goInVain("there is no master to hand the shards over")
        case .returned(_, _, .replies) where phase == .serving, .returned(_, _, .control) where phase == .serving:
            return leave("the master is gone: nobody reads its mailboxes; waiting for another")
        case .returned, .unblocked:
            return []
        case .blocked(let reason):
            return [.report("the broker does not take messages for now: \(reason)")]
        }
    }

    /// Takes up the frames of a message one after another; the answers to its rounds share a message as well.
    private mutating func receive(_ message: Message, in mailbox: Mailbox) -> [Action] {
        var actions: [Action] = []
        var answers = FrameBatch()
        do throws(FrameFailure) {
            for frame in try FrameBatch.frames(in: message.body) {
                actions += try receive(frame, message.correlation, &answers)
            }
        } catch {
            actions += refuse(error, in: mailbox)
        }
        if let late = replies?.release() { actions += late }
        return answers.isEmpty ? actions : actions + [send(answers, message.correlation)]
    }

    private func send(_ answers: FrameBatch, _ correlation: UInt64) -> Action {
        .publish(Message(type: "Q_VALUES", correlation: correlation, body: answers.body), to: .replies)
    }

    private mutating func receive(
        _ words: [UInt32],
        _ correlation: UInt64,
        _ answers: inout FrameBatch
    ) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: words)
        if header.kind == .network, phase == .offering {
            return [.serveOther(Message(type: "NETWORK", correlation: correlation, body: words))]
        }
        // A master that has gone on without this worker needs its mailboxes for those who have the shards now.
        if header.kind == .probe, header.epoch > epoch, phase == .serving {
            return leave("the run has gone on without this worker's shards; offering it again")
        }
        if header.kind == .stop, header.epoch >= epoch { return try end(told: NoticeFrame(words).reason) }
        guard
            header.epoch == epoch || header.epoch > epoch && [.assignment, .take].contains(header.kind)
                || [.refusal, .leave].contains(header.kind)
        else {
            statistics.staleFrames += 1
            return []
        }
        switch header.kind {
        case .round where replies != nil: return try serve(inTurn: words, header, correlation)
        case .round: return try serve(words, header, correlation, &answers)
        case .dumpRequest: return try dump(words, header, correlation)
        case .load: return try load(words, header)
        case .take: return try take(AssignmentFrame(words, header: header), header)
        case .give: return try give(words, header)
        case .given: return forget(header)
        case .leave: return note(answer: header)
        case .assignment: return try accept(AssignmentFrame(words, header: header))
        case .refusal:
            return end(WorkerFailure(.refused, try NoticeFrame(words).reason))
        case .stop, .probe:
            return []
        case .join, .ready, .answers, .cells, .loaded, .enlistment, .cohorts, .state, .mark, .progress, .wish, .status,
            .network, .slices, .gradients:
            throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for a worker")
        }
    }

    private mutating func accept(_ assignment: AssignmentFrame) -> [Action] {
        // Not even a worker without shards takes an epoch twice: the one it had may still be sent to.
        guard assignment.epoch > epoch else {
            return isAskedAgain(by: assignment) ? shards.map { ready($0) } : []
        }
        guard assignment.cellCount <= cellLimit else {
            let words =
                "the master asks for \(assignment.cellCount) cells of 8 bytes, for which this worker has no memory"
            return end(WorkerFailure(.noMemory, "\(words) (\(cellLimit) cells): raise its limit, or use more workers"))
        }
        phase = .serving
        epoch = assignment.epoch
        replies = assignment.senders.isEmpty ? nil : RepliesToActors(assignment.senders)
        // Both would not fit where one does.
        let former = defects.contains(.keepsShards) ? shards : []
        shards = []
        shards = assignment.shards.map { shard in
            var owner = ShardOwner(shard, of: assignment)
            if !assignment.senders.isEmpty { owner.turns = RoundTurns(cohortCount: assignment.cohortCount) }
            if let kept = former.first(where: { $0.index == shard.index }) { owner.keep(kept) }
            return owner
        }
        // An assignment names each shard once.
        positions = Dictionary(uniqueKeysWithValues: shards.enumerated().map { (UInt32($1.index), $0) })
        return shards.map { ready($0) }
    }

    /// Whether the master gives what it has given already: an offer from before has come late, over another connection.
    private func isAskedAgain(by assignment: AssignmentFrame) -> Bool {
        phase == .serving && assignment.epoch == epoch && assignment.shards.map(\.index) == shards.map(\.index)
    }

    /// Says that a shard is ready, where offers are read too: none from before it comes behind it.
    func ready(_ shard: ShardOwner) -> Action {
        let header = FrameHeader(kind: .ready, epoch: epoch, shard: shard.index, cohort: Int(shard.term))
        return .publish(Message(type: "READY", correlation: 0, body: encodeBare(header)), to: .control)
    }

    /// Serves a round and puts its answer to the others; those are sent before when it finds no room with them.
    private mutating func serve(
        _ words: [UInt32],
        _ header: FrameHeader,
        _ correlation: UInt64,
        _ answers: inout FrameBatch
    ) throws(FrameFailure) -> [Action] {
        let round = try RoundFrame(words, header: header)
        let position = try position(of: header.shard)
        guard serves(round, at: position) else {
            statistics.staleFrames += 1
            return shards[position].stage == .owned && shards[position].misses(round) ? lose(round) : []
        }
        guard hasMemory(for: round, at: position) else { return endWithoutMemory(for: position) }
        let answer = try shards[position].serve(round)
        count(round)
        guard let answer else { return [] }
        var others: [Action] = []
        if !answers.hasRoom(for: answer.count) {
            others = [send(answers, correlation)]
            answers = FrameBatch()
        }
        answers.append(answer)
        return others
    }

    /// Ends because what a checkpoint keeps and what is learned meanwhile do not fit together.
    mutating func endWithoutMemory(for position: Int) -> [Action] {
        end(
            WorkerFailure(
                .noMemory,
                "a checkpoint keeps shard \(shards[position].index) as it was, and what is learned meanwhile takes its "
                    + "\(shards[position].table.cells.count) cells of 8 bytes again, for which this worker has no memory "
                    + "(\(cellLimit) cells): raise its limit, use more workers, or train without checkpoints"
            )
        )
    }

    private func serves(_ round: RoundFrame, at position: Int) -> Bool {
        switch shards[position].stage {
        case .owned: shards[position].isNext(round) || defects.contains(.takesFramesTwice)
        case .given: defects.contains(.servesWhileGiving)
        case .taking: defects.contains(.servesBeforeCells)
        }
    }

    /// The first change behind the beginning of a copy makes it one.
    func hasMemory(for round: RoundFrame, at position: Int) -> Bool {
        guard shards[position].sharesCopy, round.changesTable else { return true }
        let held = shards.reduce(shards[position].table.cells.count) { $0 + $1.heldCellCount }
        return held <= cellLimit
    }

    mutating func count(_ round: RoundFrame) {
        statistics.rounds += 1
        statistics.updates += UInt64(round.updateCount)
        statistics.queries += UInt64(round.queryCount)
    }

    /// What one connection sends to one mailbox arrives in its order, so what was before this round never comes: the master
    /// would wait for its answer until it loses patience.
    mutating func lose(_ round: RoundFrame) -> [Action] {
        leave(
            "messages to shard \(round.header.shard) were lost before its round \(round.header.sequence), as under a policy "
                + "of the broker (max-length, message-ttl) that matches the queues shardq.*; offering them again"
        )
    }

    /// Forgets the shards of a master that is gone, or that has gone on without this worker, and says so at once.
    mutating func leave(_ reason: String) -> [Action] {
        disconnect()
        return [.report(reason), offer()]
    }

    private mutating func load(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard let end = try shards[position(of: header.shard)].load(CellsFrame(words), header: header) else {
            statistics.staleFrames += 1
            return []
        }
        var header = header
        (header.kind, header.sequence) = (.loaded, UInt64(end))
        return [.publish(Message(type: "LOADED", correlation: 0, body: encodeBare(header)), to: .replies)]
    }

    private mutating func dump(
        _ words: [UInt32],
        _ header: FrameHeader,
        _ correlation: UInt64
    ) throws(FrameFailure) -> [Action] {
        let request = try DumpRequestFrame(words)
        guard let dump = try shards[position(of: header.shard)].dump(request, header: header) else {
            statistics.staleFrames += 1
            return []
        }
        return [.publish(Message(type: "CELLS", correlation: correlation, body: dump), to: .replies)]
    }

    func position(of shard: UInt32) throws(FrameFailure) -> Int {
        guard let position = positions[shard] else {
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

    private mutating func end(told reason: String) -> [Action] {
        (phase, statistics.isDismissed) = (.ended, true)
        return [.finish(reason: reason)]
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
        /// No master answered in the time allowed.
        case noMaster
        /// The shards that it was given do not fit its memory.
        case noMemory
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

extension Worker {
    /// Plants mistakes.
    package mutating func plant(_ defects: PlantedDefects) {
        self.defects = defects
    }
}
