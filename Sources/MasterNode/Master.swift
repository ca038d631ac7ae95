public import Messaging
internal import Rounds
public import TabularLearning
public import TurnOrders
package import WireProtocol

/// A master as a value: what it hears goes in, what it has to do comes out.
///
/// It gathers workers, gives each its shards and their cells, runs the rounds of all cohorts, has checkpoints taken on the
/// way, collects the table, and sends the workers home. When a worker or the broker is lost it raises the epoch, asks to
/// be put back to the last checkpoint, and begins again with whoever is there. Nothing in it looks at a clock or depends
/// on the order in which shards answer.
public struct Master: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Say something to the operator.
        case report(String)
        /// Perform a world's job, here or on any other thread, and call `take(_:of:)` when it is done.
        case perform(WorldJob, cohort: Int)
        /// Write a checkpoint.
        case save(RunCapture)
        /// Find out what the table is worth.
        case evaluate(RunCapture)
        /// Fetch the last checkpoint and call `rewind(to:)` before anything else.
        case rewind
        /// Fetch the last checkpoint's table and call `reload(_:of:)` before anything else.
        case reload
        /// End: everything is done.
        case finish
        /// End with an error.
        case fail(MasterFailure)
    }

    /// What the shards are given before the rounds.
    enum Beginning {
        /// A run's state, and the rounds go on from there.
        case state(RunState)
        /// A checkpoint's table, and behind it what the log holds.
        case replay(ActionValueTable?, round: UInt64?)

        var table: ActionValueTable? {
            switch self {
            case .state(let state): state.table
            case .replay(let table, _): table
            }
        }
    }

    enum Phase {
        /// Waiting for workers to offer themselves.
        case gathering
        /// Waiting for the shards that are not in this set to be ready.
        case preparing(ready: Set<Int>)
        /// Waiting for the shards to take the cells of a checkpoint.
        case loading(TableDistributor)
        /// Rounds are under way.
        case training
        /// Waiting for the shards' cells.
        case collecting(TableCollector)
        /// All is done, or has failed.
        case ended
    }

    /// What the run is.
    public let plan: TrainingPlan
    /// The cohorts, in order.
    public internal(set) var learners: [CohortLearner]
    /// The rounds that every cohort has behind it.
    public var round: UInt64 { turns.round }
    /// Whose turn is next, and the turns that were taken.
    public internal(set) var turns: TurnSchedule
    /// The run's generation: raised whenever the run returns to a checkpoint.
    public internal(set) var epoch: UInt32
    /// The whole table, once collected.
    public internal(set) var table: ActionValueTable?
    /// What was issued and applied, once all shards have answered for it.
    public internal(set) var ledger: Ledger?
    /// What has been sent to the shards since the master began, by shard.
    public internal(set) var loads: [ShardLoad]
    /// Messages with rounds sent and messages with answers received.
    public internal(set) var messageCount: UInt64 = 0
    /// Answers taken up.
    var answerCount: UInt64 = 0
    /// How much has been taken up from workers (offers, shards made ready, answers, cells); it stands still with them.
    public internal(set) var contributionCount: UInt64 = 0
    /// Frames that were not what the protocol says.
    public internal(set) var malformedFrameCount: UInt64 = 0
    /// How often the run has returned to a checkpoint.
    public internal(set) var rollbackCount = 0
    /// The workers' names, in the order of their places.
    public var workers: [String] { roster.workers }
    /// Those who have shards and those who stand by.
    public var presentWorkers: [String] { roster.workers + roster.standbys }
    /// How many workers the run needs: those that have shards, or are to have them.
    public var neededWorkerCount: Int { roster.neededCount }

    var phase = Phase.gathering
    let partitioner: Partitioner
    /// Beyond it, nobody is believed to have served.
    let latestPlausibleEpoch: UInt32
    var exchanges: [CohortExchange]
    /// Rounds that are built and not sent.
    var outbox: RoundOutbox
    var sequences: [UInt64]
    /// Updates sent to each shard since it was made.
    var issued: [UInt64]
    /// Updates that were in the cells that the shards were given.
    var updatesBefore: UInt64 = 0
    var roster: Membership
    /// Shards on their way from one worker to another.
    var moves: ShardMoves
    /// The processes that have the cohorts, where it is not the master.
    package internal(set) var actors: ActorRoster
    /// What they have done in this epoch; `nil` before they have been given cohorts.
    var rounds: ActorRounds?
    /// What whoever operates the run has asked for.
    var operation = Operation()
    /// What to begin or to go on from, until the shards have it.
    var start: Beginning?
    /// What was sent since the last checkpoint, if the run is kept by a log.
    var log: RoundLog?
    /// How many rounds each cohort has asked for.
    var requestCounts: [UInt64]
    /// Whether the run is to be put back, and nothing counts until it is.
    var isRewinding = false
    var capture: CaptureInProgress?
    var captures = CaptureMarks()
    /// Whether the run is being ended early.
    var isStopping = false
    /// Mistakes that a test has planted.
    var defects = PlantedDefects()

    /// Creates a master that waits for workers.
    ///
    /// - Parameters:
    ///   - plan: What the run is.
    ///   - state: Where it begins or goes on.
    ///   - epoch: At least 1, and later than any epoch in which the run has been under way.
    /// - Throws: `MasterFailure` with code `configuration` when the plan cannot be run.
    public init(plan: TrainingPlan, state: RunState, epoch: UInt32 = 1) throws(MasterFailure) {
        try plan.check(queriesPerRound: state.learners.map { $0.queries.count }.max() ?? 0)
        try plan.checkActors(for: state.learners)
        self.plan = plan
        self.epoch = epoch
        latestPlausibleEpoch = RunEpochs.latestPlausible(from: epoch)
        partitioner = try plan.makePartitioner()
        learners = state.learners
        turns = TurnSchedule(
            plan.turns,
            cohortCount: state.learners.count,
            round: state.round,
            isBeginning: !state.isAnswered
        )
        start = .state(state)
        roster = Membership(placeCount: plan.workerCount, shardCount: plan.shardCount)
        moves = ShardMoves(shardCount: plan.shardCount)
        actors = ActorRoster(placeCount: plan.actorCount, cohortCount: state.learners.count)
        exchanges = []
        outbox = RoundOutbox(placeCount: plan.workerCount)
        loads = partitioner.rowCounts.map { ShardLoad(rowCount: $0) }
        sequences = []
        issued = []
        requestCounts = Array(repeating: 0, count: state.learners.count)
        if plan.durability == .log { log = RoundLog(shardCount: plan.shardCount) }
        captures.writtenRound = state.isAnswered ? state.round : nil
        forgetRounds()
    }

    /// Whether the master still waits for workers.
    public var isGathering: Bool { if case .gathering = phase { true } else { false } }

    /// How many workers the run waits for: those that are lost, not yet there, and for whom nobody stands by.
    package var missingWorkerCount: Int { isGathering ? roster.missingCount : 0 }

    /// How many actor processes the run waits for.
    package var missingActorCount: Int { isGathering ? actors.missingCount : 0 }

    /// Whether rounds are under way.
    public var isTraining: Bool { if case .training = phase { true } else { false } }

    /// Whether all is done, or has failed.
    public var isEnded: Bool { if case .ended = phase { true } else { false } }

    /// The counts of all cohorts.
    public var statistics: LearnerStatistics { learners.statistics }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            return receive(message, in: mailbox)
        case .malformed(let reason, let mailbox):
            return refuse(FrameFailure(.malformed, reason), in: mailbox)
        case .returned(_, _, let mailbox):
            return lose(mailbox)
        case .blocked(let reason):
            return [.report("the broker does not take messages for now: \(reason)")]
        case .unblocked:
            return [.report("the broker takes messages again")]
        }
    }

    /// Ends the run after the transitions that have been issued.
    public mutating func stopEarly() {
        isStopping = true
        // Learners that stop are no longer those of the whole run.
        if let capture, !capture.hasAllCohorts { self.capture = nil }
        guard !hasActors else { return }
        for index in learners.indices { learners[index].stopEarly() }
    }

    /// Whether no checkpoint that was asked for is begun for now, because the one before is still being written.
    public var postponesCheckpoints = false

    /// Whether a checkpoint is being gathered.
    public var isCapturing: Bool { capture?.isCheckpoint ?? false }

    /// Whether the environments can be written down and put back.
    public var isRestorable: Bool { learners.allSatisfy(\.isRestorable) }

    /// Has a checkpoint taken at the end of the round that is under way, or behind the one that is being taken.
    public mutating func requestCheckpoint() {
        captures.isWanted = true
    }

    /// Messages that ask for nothing, to those whose answers are missing: a return tells that a worker is gone.
    ///
    /// Many take turns: what asks for nothing is not to keep them from what they do.
    public mutating func probes() -> [Action] {
        let shards: [Int]
        switch phase {
        case .gathering: return (roster.workers + roster.standbys).map { probe(.worker($0)) } + probesOfActors()
        case .preparing: return probesOfAllWorkers() + probesOfActors()
        case .loading(let distributor): shards = distributor.waitingShards
        case .training:
            // While a world takes its time, only a probe tells that a worker is gone.
            shards =
                isWaitingForWorld || hasActors
                ? Array(0..<plan.shardCount) : awaitedShards + (capture?.collector.waitingShards ?? [])
        case .collecting(let collector): shards = collector.waitingShards
        case .ended: shards = []
        }
        let owners = roster.owners(of: shards)
        return probes(of: owners + moves.parties.filter { !owners.contains($0) }) + probesOfActors()
    }

    /// Probes of those whose turn it is to be asked: of all, where there are few.
    private mutating func probes(of workers: [String]) -> [Action] {
        roster.takeTurns(workers).map { probe(.worker($0)) }
    }

    /// Probes of workers, whether or not they are waited for.
    mutating func probesOfAllWorkers() -> [Action] { probes(of: workers) }

    /// The mailbox through which a shard is reached.
    func mailbox(ofShard shard: Int) -> Mailbox {
        guard let owner = roster.owner(ofShard: shard) else { preconditionFailure("shard \(shard) has an owner") }
        return .worker(owner)
    }

    func probe(_ mailbox: Mailbox) -> Action {
        let header = FrameHeader(kind: .probe, epoch: epoch)
        return .publish(Message(type: "PROBE", correlation: 0, body: encodeBare(header)), to: mailbox)
    }

    /// Takes up the frames of a message one after another.
    private mutating func receive(_ message: Message, in mailbox: Mailbox) -> [Action] {
        let answers = answerCount
        var actions: [Action] = []
        do throws(FrameFailure) {
            if mailbox == .control { return try receive(control: message.body) }
            for frame in try FrameBatch.frames(in: message.body) { actions += try receive(frame) }
        } catch {
            actions += refuse(error, in: mailbox)
        }
        if answerCount != answers { messageCount += 1 }
        return actions
    }

    private mutating func refuse(_ failure: FrameFailure, in mailbox: Mailbox) -> [Action] {
        malformedFrameCount += 1
        return [.report("ignored a malformed frame in \(mailbox): \(failure)")]
    }

    /// Takes up what workers say of themselves: in one mailbox, so that nothing overtakes an offer.
    private mutating func receive(control words: [UInt32]) throws(FrameFailure) -> [Action] {
        if JoinFrame.isJoin(words) { return welcome(try JoinFrame(words)) }
        let header = try FrameHeader(of: words)
        switch header.kind {
        case .ready where !concerns(header), .refusal where !concerns(header): return []
        case .ready: return header.term > 0 ? note(room: header) : note(ready: Int(header.shard))
        case .enlistment: return welcome(actor: try EnlistmentFrame(words, header: header))
        case .refusal where hasActors: return fail(.environment, try NoticeFrame(words).reason)
        case .refusal: return try note(refusal: words, header)
        case .wish: return try receive(wish: words, header)
        default: throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for this mailbox")
        }
    }

    /// Whether a frame is of this epoch and of one of the shards.
    private func concerns(_ header: FrameHeader) -> Bool {
        header.epoch == epoch && Int(header.shard) < plan.shardCount
    }

    private mutating func receive(_ words: [UInt32]) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: words)
        guard concerns(header) else { return [] }
        switch header.kind {
        case .loaded: return header.term > 0 ? note(settled: header) : note(loaded: header)
        case .answers: return try takeUp(words, header)
        case .cells: return header.sequence == 0 ? try pass(words, header) : try collect(words, header)
        case .progress: return try note(progress: words, header)
        case .state: return try note(state: words, header)
        case .probe: return []
        case .join, .ready, .assignment, .round, .dumpRequest, .load, .stop, .refusal, .take, .give, .given, .leave,
            .enlistment, .cohorts, .mark, .wish, .status, .network, .slices, .gradients:
            throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for this mailbox")
        }
    }

    mutating func fail(_ code: MasterFailure.Code, _ sentence: String) -> [Action] {
        phase = .ended
        return [.fail(MasterFailure(code, sentence))]
    }
}

extension Master {
    /// Plants mistakes.
    package mutating func plant(_ defects: PlantedDefects) {
        self.defects = defects
    }

    /// Has shards move in smaller parts, so that small ones have several.
    package mutating func move(cellsAtOnce count: Int) {
        moves.chunkSize = count
    }
}
