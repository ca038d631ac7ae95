internal import Messaging
internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// Before the rounds: workers join, get their shards, and the shards their cells.
extension Master {
    mutating func welcome(_ offer: JoinFrame) -> [Action] {
        guard offer.version == FrameHeader.version else {
            let sentence =
                "worker \(offer.worker) speaks protocol version \(offer.version), "
                + "the master \(FrameHeader.version)"
            return [refuse(offer, "\(sentence): run the same release of shardq on both"), .report(sentence)]
        }
        guard offer.epoch <= max(epoch, latestPlausibleEpoch) else { return disbelieve(offer) }
        if offer.isLeaving { return bid(farewell: offer) }
        if isGone(offer) { return [letGo(offer.worker)] }
        // Who was told to go says nothing of it in its offers.
        if !operation.drained.contains(offer.worker) { roster.note(staying: offer.worker) }
        switch phase {
        case .gathering: return gather(offer)
        case .ended: return [dismiss(offer.worker)]
        case .preparing, .loading, .training, .collecting:
            return roster.has(offer.worker) ? hear(fromMember: offer) : hear(fromStranger: offer)
        }
    }

    /// An epoch that no master of this run can have had would leave none for those to come.
    private mutating func disbelieve(_ offer: JoinFrame) -> [Action] {
        malformedFrameCount += 1
        let sentence =
            "worker \(offer.worker) says that it has served in epoch \(offer.epoch), and this run can have had none "
            + "later than \(max(epoch, latestPlausibleEpoch))"
        let report = Action.report("\(sentence): ignored; start that worker anew, and check this machine's clock")
        // A member's name may have been used by somebody else: its shards tell whether it is there.
        return roster.has(offer.worker) ? [report] : [refuse(offer, "\(sentence): start it anew"), report]
    }

    private mutating func gather(_ offer: JoinFrame) -> [Action] {
        // Whoever has served in a later epoch, under a master that is gone, takes only what is later still.
        epoch = max(epoch, offer.epoch + 1)
        guard !roster.has(offer.worker) else { return [] }
        guard roster.admit(offer.worker) else {
            roster.note(standby: offer.worker)
            return [probe(.worker(offer.worker))]
        }
        contributionCount += 1
        return assignIfComplete()
    }

    /// A worker of this epoch gives a sign of life, or has no shards although it should.
    mutating func hear(fromMember offer: JoinFrame) -> [Action] {
        if offer.epoch == epoch {
            return offer.shardCount > 0
                ? [] : rollBack("worker \(offer.worker) has given up its shards: its log says why")
        }
        if offer.epoch > epoch {
            // A master that is gone has had it meanwhile, and nothing of this epoch would make it begin anew.
            epoch = offer.epoch
            return rollBack("worker \(offer.worker) is still in epoch \(offer.epoch)")
        }
        let shards = roster.shards(of: offer.worker)
        guard case .preparing(let ready) = phase else {
            // What it says of itself keeps its order, so this is no offer from before it was ready.
            return rollBack("worker \(offer.worker) has begun anew, without its shards")
        }
        // What it was given is on its way, or was lost with its connection. What was ready is another's of that name.
        phase = .preparing(ready: ready.subtracting(shards))
        return [assignment(of: offer.worker)]
    }

    /// A worker that is not needed may replace one whose loss has not been noticed: look.
    mutating func hear(fromStranger offer: JoinFrame) -> [Action] {
        let worker = offer.worker
        if moves.isTaker(worker, at: [.ready, .giving]) {
            guard offer.epoch < epoch || offer.shardCount == 0 else { return [] }
            return lose(stranger: worker)
        }
        let isLeaving = roster.leaving.contains(worker)
        if !isLeaving { roster.note(standby: worker) }
        // What it was asked may have been lost with its connection.
        if moves.isTaker(worker, at: [.taking]), offer.epoch <= epoch { return askForRoom() }
        if offer.epoch == epoch, roster.knows(worker) {
            moves.isDue = moves.isDue || plan.isElastic
            return [probe(.worker(worker))] + moveOn()
        }
        if offer.epoch < epoch {
            moves.isDue = moves.isDue || plan.isElastic
            return [probe(.worker(worker))] + probesOfAllWorkers() + moveOn()
        }
        // It has shards of a master that is gone, and nothing of this epoch would make it give them up.
        epoch = offer.epoch
        return rollBack("worker \(offer.worker) is still in epoch \(offer.epoch)")
    }

    private func refuse(_ offer: JoinFrame, _ reason: String) -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .refusal, epoch: epoch)
        return .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .worker(offer.worker))
    }

    mutating func assignIfComplete() -> [Action] {
        guard case .gathering = phase, start != nil else { return [] }
        roster.promote()
        actors.promote()
        guard roster.isComplete, actors.isComplete else { return [] }
        phase = .preparing(ready: [])
        return roster.workers.map { assignment(of: $0) }
    }

    private func assignment(of worker: String) -> Action {
        let body = assignment(of: roster.shards(of: worker)).encoded()
        return .publish(Message(type: "ASSIGN", correlation: 0, body: body), to: .worker(worker))
    }

    /// What whoever has these shards has to know.
    func assignment(of shards: [Int]) -> AssignmentFrame {
        AssignmentFrame(
            epoch: epoch,
            shards: shards.map {
                AssignmentFrame.Shard(index: $0, rowCount: partitioner.rowCounts[$0])
            },
            actionCount: plan.space.actionCount,
            initialValue: plan.parameters.initialValue,
            stepSize: plan.parameters.stepSize,
            update: plan.parameters.update,
            senders: actors.names.enumerated().map {
                AssignmentFrame.Sender(name: $1, cohortCount: actors.cohorts(of: $0).count)
            }
        )
    }

    mutating func note(ready shard: Int) -> [Action] {
        guard case .preparing(var ready) = phase else { return [] }
        // One owner at a time, or each of many shards would copy those before it.
        phase = .preparing(ready: [])
        ready.insert(shard)
        contributionCount += 1
        phase = .preparing(ready: ready)
        guard ready.count == plan.shardCount else { return [] }
        updatesBefore = start?.table?.updateCount ?? 0
        guard let table = start?.table else { return begin() }
        let distributor = TableDistributor(table, to: partitioner)
        phase = .loading(distributor)
        let loads = (0..<plan.shardCount).compactMap { load(distributor, $0) }
        return distributor.waitingCount == 0 ? begin() : loads
    }

    private func load(_ distributor: TableDistributor, _ shard: Int) -> Action? {
        guard let cells = distributor.next(shard: shard) else { return nil }
        let header = FrameHeader(kind: .load, epoch: epoch, shard: shard)
        return .publish(
            Message(type: "LOAD", correlation: 0, body: cells.encoded(header: header)),
            to: mailbox(ofShard: shard)
        )
    }

    mutating func note(loaded header: FrameHeader) -> [Action] {
        guard case .loading(var distributor) = phase else { return [] }
        phase = .loading(.nothing)
        let shard = Int(header.shard)
        let isNew = distributor.note(taken: header.sequence, by: shard)
        phase = .loading(distributor)
        guard isNew else { return [] }
        contributionCount += 1
        if let next = load(distributor, shard) { return [next] }
        return distributor.waitingCount == 0 ? begin() : []
    }

    /// Begins the rounds, or goes on with them.
    private mutating func begin() -> [Action] {
        guard let start else { return [] }
        self.start = nil
        switch start {
        case .replay(_, let round): return replay(behind: round)
        case .state(let state) where hasActors: return handOutCohorts(state)
        case .state(let state):
            phase = .training
            guard !state.isAnswered else { return drain() + moveOn() }
            return learners.indices.flatMap { request($0) } + drain() + moveOn()
        }
    }
}
