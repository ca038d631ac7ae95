internal import Messaging
internal import Rounds
internal import TabularLearning
internal import TurnOrders
internal import WireProtocol

/// The shards' cells on their way to the master: for checkpoints, and for the table at the end.
extension Master {
    /// At the boundary of two rounds, before the first cohort is taken up.
    mutating func beginCaptureIfDue() -> [Action] {
        let round = round
        let isCheckpoint =
            (isCheckpointDue || captures.isWanted && !postponesCheckpoints) && (isRestorable || log != nil)
        let isEvaluated = isEvaluationDue
        guard isCheckpoint || isEvaluated, !isStopping, capture == nil else { return [] }
        let (collector, requests) = collectCells()
        if isCheckpoint {
            captures.isWanted = false
            captures.writtenRound = round
            log?.mark(round: round)
        }
        if isEvaluated { captures.evaluatedRound = round }
        capture = CaptureInProgress(
            round: round,
            issued: issued,
            isCheckpoint: isCheckpoint,
            isEvaluated: isEvaluated,
            cohortCount: learners.count,
            collector: collector
        )
        capture?.turns = turns.log
        return requests
    }

    /// Whether a checkpoint is to be taken after this round; where turns are taken once more, after the first cut behind it.
    private var isCheckpointDue: Bool {
        guard let distance = plan.checkpointRounds, round > 0, round != captures.writtenRound else { return false }
        guard turns.followsScript else { return round.isMultiple(of: distance) }
        return round / distance > (captures.writtenRound ?? 0) / distance
    }

    /// The round beyond which no cohort goes before all are there: where a checkpoint or the table is wanted next.
    ///
    /// In the strict order every round is such a place, and turns that are taken once more come by where they came by.
    var cut: UInt64? {
        guard !turns.order.isStrict, !turns.followsScript, !isStopping else { return nil }
        var marks: [UInt64] = []
        if let distance = plan.checkpointRounds { marks.append((round / distance + 1) * distance) }
        if let rounds = plan.evaluationRounds { marks.append(round + rounds.rounds(after: round)) }
        if captures.isWanted, !postponesCheckpoints, capture == nil, isRestorable || log != nil {
            marks.append(turns.farthestRound)
        }
        return marks.min()
    }

    /// Whether the table after this round is to be evaluated and has not been taken.
    private var isEvaluationDue: Bool {
        round != captures.evaluatedRound && plan.evaluationRounds?.contains(round) == true
    }

    /// Whether the next round has to wait: its table is wanted while that of an earlier one is still being gathered, and the
    /// shards keep one copy at a time.
    var waitsForCapture: Bool { capture != nil && turns.isLevel && isEvaluationDue && !isStopping }

    mutating func finishCaptureIfComplete() -> [Action] {
        guard let capture, capture.isComplete else { return [] }
        self.capture = nil
        let whole = RunCapture(capture, of: learners, epoch: epoch, partitioner, updatesBefore: updatesBefore)
        return (capture.isEvaluated ? [.evaluate(whole)] : []) + (capture.isCheckpoint ? [.save(whole)] : [])
    }

    mutating func beginCollecting() -> [Action] {
        capture = nil
        rounds?.forgetCut()
        let (collector, requests) = collectCells()
        phase = .collecting(collector)
        return requests
    }

    /// Asks for the shards' cells, behind all rounds so far: those that wait are sent before.
    private mutating func collectCells() -> (TableCollector, [Action]) {
        let rounds = release()
        captures.copyCount += 1
        let (collector, requests) = collectCells(copy: captures.copyCount)
        return (collector, rounds + requests)
    }

    /// Asks for a copy of the shards' cells, which they make now or have made.
    mutating func collectCells(copy: UInt64) -> (TableCollector, [Action]) {
        let collector = TableCollector(
            copy: copy,
            partitioner: partitioner,
            actionCount: plan.space.actionCount,
            planeCount: plan.parameters.update.planeCount,
            wanted: plan.collectsTable
        )
        let requests = (0..<plan.shardCount).compactMap { shard in
            collector.nextRequest(shard: shard).flatMap { ask(shard: shard, $0) }
        }
        return (collector, requests)
    }

    /// A shard that is on its way is asked where it comes to.
    private mutating func ask(shard: Int, _ request: DumpRequestFrame) -> Action? {
        let copy = captures.copyCount
        let header = FrameHeader(kind: .dumpRequest, epoch: epoch, shard: shard, sequence: copy)
        let message = Message(type: "DUMP", correlation: copy, body: request.encoded(header: header))
        guard moves.holds(shard) else { return .publish(message, to: mailbox(ofShard: shard)) }
        moves.hold(message)
        return nil
    }

    mutating func collect(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let isFinal: Bool
        var collector: TableCollector
        switch phase {
        case .collecting(let final): (isFinal, collector) = (true, final)
        case .training:
            guard let capture else { return [] }
            (isFinal, collector) = (false, capture.collector)
        case .gathering, .preparing, .loading, .ended: return []
        }
        guard header.sequence == collector.copy else { return [] }
        let shard = Int(header.shard)
        // One owner of the cells at a time, or every chunk would copy those before it.
        if isFinal { phase = .ended } else { capture?.collector = .nothing }
        do throws(FrameFailure) {
            let isNew = try collector.accept(CellsFrame(words), from: shard)
            put(back: collector, isFinal: isFinal)
            guard isNew else { return [] }
        } catch {
            return fail(.badAnswer, "the cells of shard \(shard) cannot be used: \(error)")
        }
        contributionCount += 1
        if let next = collector.nextRequest(shard: shard) { return [ask(shard: shard, next)].compactMap(\.self) }
        guard isFinal else { return finishCaptureIfComplete() + giveIfReady() + drain() }
        return collector.waitingCount == 0 ? complete(collector) : []
    }

    private mutating func put(back collector: TableCollector, isFinal: Bool) {
        if isFinal { phase = .collecting(collector) } else { capture?.collector = collector }
    }

    private mutating func complete(_ collector: TableCollector) -> [Action] {
        phase = .ended
        let ledger = Ledger(issued: issued, applied: collector.updateCounts)
        self.ledger = ledger
        do throws(MasterFailure) {
            try ledger.check()
        } catch {
            return [.fail(error)]
        }
        if plan.collectsTable {
            let count = plan.space.stateCount
            table = collector.assemble(stateCount: count, partitioner, updatesBefore: updatesBefore)
        }
        return (roster.workers + roster.standbys).map(dismiss) + dismissActors() + [.finish]
    }

    func dismiss(_ worker: String) -> Action { dismiss(worker, because: "the run is complete") }

    func dismiss(_ worker: String, because reason: String) -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .stop, epoch: epoch)
        return .publish(Message(type: "STOP", correlation: 0, body: body), to: .worker(worker))
    }
}
