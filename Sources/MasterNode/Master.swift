public import Messaging
public import TabularLearning
internal import WireProtocol

/// A master as a value: what it hears goes in, what it has to do comes out.
///
/// It gathers workers, gives each its shards, runs the rounds of all cohorts, collects the table, and sends the workers
/// home. Nothing in it looks at a clock or depends on the order in which shards answer.
public struct Master: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Say something to the operator.
        case report(String)
        /// End: everything is done.
        case finish
        /// End with an error.
        case fail(MasterFailure)
    }

    private enum Phase {
        /// Waiting for workers to offer themselves.
        case gathering
        /// Waiting for the shards that are not in this set to be ready.
        case preparing(ready: Set<Int>)
        /// Rounds are under way; this cohort's answers are taken up next.
        case training(next: Int)
        /// Waiting for the shards' cells.
        case collecting(TableCollector)
        /// All is done, or has failed.
        case ended
    }

    /// What the run is.
    public let plan: TrainingPlan
    /// The cohorts, in order.
    public private(set) var learners: [CohortLearner]
    /// The whole table, once collected.
    public private(set) var table: ActionValueTable?
    /// What has been counted, by shard.
    public private(set) var loads: [ShardLoad]
    /// Round messages sent and answers received.
    public private(set) var messageCount: UInt64 = 0
    /// How much has been taken up from workers (offers, shards made ready, answers, cells); it stands still with them.
    public private(set) var contributionCount: UInt64 = 0
    /// The workers' names, in the order in which they joined.
    public private(set) var workers: [String] = []

    private var phase = Phase.gathering
    private let epoch: UInt32 = 1
    private let partitioner: Partitioner
    private var exchanges: [CohortExchange]
    private var sequences: [UInt64]

    /// Creates a master that waits for workers.
    ///
    /// - Parameters:
    ///   - plan: What the run is.
    ///   - learners: One per cohort, fresh.
    /// - Throws: `MasterFailure` with code `configuration` when the plan cannot be run.
    public init(plan: TrainingPlan, learners: [CohortLearner]) throws(MasterFailure) {
        try plan.check(queriesPerRound: learners.map { $0.queries.count }.max() ?? 0)
        self.plan = plan
        self.learners = learners
        partitioner = try Partitioner(
            rule: plan.partition,
            space: plan.space,
            affinityFactor: plan.affinityFactor,
            shardCount: plan.shardCount
        )
        let exchange = CohortExchange(
            partitioner: partitioner,
            actionCount: plan.space.actionCount,
            aggregation: plan.aggregation
        )
        exchanges = Array(repeating: exchange, count: learners.count)
        loads = partitioner.rowCounts.map { ShardLoad(rowCount: $0) }
        sequences = Array(repeating: 0, count: plan.shardCount)
    }

    /// Whether the master still waits for workers.
    public var isGathering: Bool { if case .gathering = phase { true } else { false } }

    /// Whether rounds are under way.
    public var isTraining: Bool { if case .training = phase { true } else { false } }

    /// The counts of all cohorts.
    public var statistics: LearnerStatistics {
        learners.reduce(into: LearnerStatistics()) { $0 += $1.statistics }
    }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            do throws(FrameFailure) {
                return mailbox == .control ? welcome(try JoinFrame(message.body)) : try receive(message.body)
            } catch {
                return [.report("ignored a malformed frame in \(mailbox): \(error)")]
            }
        case .malformed(let reason, let mailbox):
            return [.report("ignored a malformed frame in \(mailbox): \(reason)")]
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
        for index in learners.indices { learners[index].stopEarly() }
    }

    /// Messages that ask for nothing, to all whose answers are missing: a return tells that a worker is gone.
    public func probes() -> [Action] {
        let shards: [Int]
        switch phase {
        case .preparing(let ready):
            return workers.map { probe(.worker($0)) } + ready.sorted().map { probe(.shard($0)) }
        case .training(let next): shards = exchanges[next].waitingShards
        case .collecting(let collector): shards = collector.waitingShards
        case .gathering: return workers.map { probe(.worker($0)) }
        case .ended: shards = []
        }
        return shards.map { probe(.shard($0)) }
    }

    private func probe(_ mailbox: Mailbox) -> Action {
        let header = FrameHeader(kind: .probe, epoch: epoch)
        return .publish(Message(type: "PROBE", correlation: 0, body: encodeBare(header)), to: mailbox)
    }

    private mutating func receive(_ words: [UInt32]) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: words)
        guard header.epoch == epoch, Int(header.shard) < plan.shardCount else { return [] }
        switch header.kind {
        case .ready: return note(ready: Int(header.shard))
        case .answers: return try takeUp(words, header)
        case .dump: return try collect(words, header)
        case .probe: return []
        case .join, .assignment, .round, .dumpRequest, .stop, .refusal:
            throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for a master")
        }
    }
}

// MARK: - Gathering

extension Master {
    private mutating func welcome(_ offer: JoinFrame) -> [Action] {
        guard offer.version == FrameHeader.version else {
            let sentence =
                "worker \(offer.worker) speaks protocol version \(offer.version), "
                + "the master \(FrameHeader.version)"
            return [refuse(offer, "\(sentence): run the same release of shardq on both"), .report(sentence)]
        }
        guard !workers.contains(offer.worker) else { return [] }
        guard workers.count < plan.workerCount, case .gathering = phase else {
            return [refuse(offer, "the run has its \(plan.workerCount) workers already")]
        }
        workers.append(offer.worker)
        contributionCount += 1
        return workers.count == plan.workerCount ? assign() : []
    }

    private func refuse(_ offer: JoinFrame, _ reason: String) -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .refusal, epoch: epoch)
        return .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .worker(offer.worker))
    }

    private mutating func assign() -> [Action] {
        phase = .preparing(ready: [])
        return workers.enumerated().map { position, worker in
            let shards = stride(from: position, to: plan.shardCount, by: workers.count).map {
                AssignmentFrame.Shard(index: $0, rowCount: partitioner.rowCounts[$0])
            }
            let assignment = AssignmentFrame(
                epoch: epoch,
                shards: shards,
                actionCount: plan.space.actionCount,
                initialValue: plan.parameters.initialValue,
                stepSize: plan.parameters.stepSize
            )
            let message = Message(type: "ASSIGN", correlation: 0, body: assignment.encoded())
            return .publish(message, to: .worker(worker))
        }
    }

    private mutating func note(ready shard: Int) -> [Action] {
        guard case .preparing(var ready) = phase else { return [] }
        ready.insert(shard)
        contributionCount += 1
        phase = .preparing(ready: ready)
        guard ready.count == plan.shardCount else { return [] }
        phase = .training(next: 0)
        let first = learners.indices.flatMap { request($0) }
        return first + drain()
    }

    private mutating func lose(_ mailbox: Mailbox) -> [Action] {
        if case .gathering = phase {
            workers.removeAll { .worker($0) == mailbox }
            return []
        }
        if case .ended = phase { return [] }
        guard mailbox.isOfShard || workers.contains(where: { .worker($0) == mailbox }) else { return [] }
        return fail(.workerLost, "the worker behind \(mailbox) is gone: its queue has disappeared")
    }
}

// MARK: - Rounds

extension Master {
    private mutating func request(_ cohort: Int) -> [Action] {
        let requests = exchanges[cohort].requests(for: learners[cohort]) { shard in
            FrameHeader(kind: .round, epoch: epoch, shard: shard, cohort: cohort, sequence: sequences[shard])
        }
        return requests.map { request in
            let sequence = sequences[request.shard]
            sequences[request.shard] += 1
            loads[request.shard].count(request)
            messageCount += 1
            let type = RoundFrame.type(updates: request.updateCount, queries: request.queryCount)
            return .publish(Message(type: type, correlation: sequence, body: request.words), to: .shard(request.shard))
        }
    }

    private mutating func takeUp(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .training = phase else { return [] }
        let (cohort, shard) = (Int(header.cohort), Int(header.shard))
        guard cohort < learners.count else { throw FrameFailure(.malformed, "there is no cohort \(cohort)") }
        // What is not the answer to the question that is open, is old or came twice.
        guard exchanges[cohort].isWaiting(for: header.sequence, of: shard) else { return [] }
        do throws(FrameFailure) {
            let answer = try AnswersFrame(words, header: header, actionCount: plan.space.actionCount)
            try exchanges[cohort].accept(answer, from: shard, into: &learners[cohort].answers)
        } catch {
            return fail(.badAnswer, "the answer of shard \(shard) cannot be used: \(error)")
        }
        messageCount += 1
        contributionCount += 1
        return drain()
    }

    private mutating func fail(_ code: MasterFailure.Code, _ sentence: String) -> [Action] {
        phase = .ended
        return [.fail(MasterFailure(code, sentence))]
    }

    /// Takes up every complete cohort, strictly in their order, and asks its next round.
    private mutating func drain() -> [Action] {
        var actions: [Action] = []
        while case .training(let next) = phase, exchanges[next].isComplete {
            if learners.allSatisfy({ $0.isFinished && $0.updates.count == 0 }) {
                return actions + beginCollecting()
            }
            exchanges[next].deliver(to: &learners[next])
            learners[next].advance()
            actions += request(next)
            phase = .training(next: (next + 1) % learners.count)
        }
        return actions
    }
}

// MARK: - Collecting

extension Master {
    private mutating func beginCollecting() -> [Action] {
        let collector = TableCollector(
            partitioner: partitioner,
            actionCount: plan.space.actionCount,
            wanted: plan.collectsTable
        )
        let requests = (0..<plan.shardCount).compactMap { collector.nextRequest(shard: $0) }
        phase = .collecting(collector)
        return requests.enumerated().map { ask(shard: $0.offset, $0.element) }
    }

    private func ask(shard: Int, _ request: DumpRequestFrame) -> Action {
        let header = FrameHeader(kind: .dumpRequest, epoch: epoch, shard: shard)
        return .publish(
            Message(type: "DUMP", correlation: 0, body: request.encoded(header: header)),
            to: .shard(shard)
        )
    }

    private mutating func collect(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .collecting(var collector) = phase else { return [] }
        let shard = Int(header.shard)
        do throws(FrameFailure) {
            guard try collector.accept(DumpFrame(words), from: shard) else { return [] }
        } catch {
            return fail(.badAnswer, "the cells of shard \(shard) cannot be used: \(error)")
        }
        contributionCount += 1
        let next = collector.nextRequest(shard: shard)
        phase = .collecting(collector)
        if let next { return [ask(shard: shard, next)] }
        return collector.waitingShards.isEmpty ? complete(collector) : []
    }

    private mutating func complete(_ collector: TableCollector) -> [Action] {
        phase = .ended
        if plan.collectsTable {
            let table = collector.assemble(stateCount: plan.space.stateCount, partitioner)
            self.table = table
            let (issued, applied) = (statistics.transitions, table.updateCount)
            guard issued == applied else {
                return fail(
                    .ledgerMismatch,
                    "\(issued) transitions were issued, the shards have applied \(applied)"
                )
            }
        }
        return dismissWorkers() + [.finish]
    }

    private func dismissWorkers() -> [Action] {
        let body = NoticeFrame(reason: "the run is complete").encoded(kind: .stop, epoch: epoch)
        return workers.map { .publish(Message(type: "STOP", correlation: 0, body: body), to: .worker($0)) }
    }
}
