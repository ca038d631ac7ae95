internal import Messaging
internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// Shards that change owners while rounds go on, for workers that come or go.
extension Master {
    /// A move that has ended.
    public struct ShardMove: Sendable, Hashable {
        /// The shard.
        public let shard: Int
        /// Its cells.
        public let cellCount: Int
        /// Who had it.
        public let giver: String
        /// Who has it.
        public let taker: String
    }

    /// How many shards have moved since the master began.
    public var moveCount: UInt64 { moves.count }

    /// The move that was last to end.
    public var lastMove: ShardMove? {
        moves.last.map { ShardMove(shard: $0.shard, cellCount: $0.cellCount, giver: $0.giver, taker: $0.taker) }
    }

    /// Who gives and who takes the shard that is on its way; nobody while none is.
    package var movingWorkers: [String] { moves.parties }

    /// Whether a shard is on its way to another worker.
    public var isMoving: Bool { !moves.isIdle }

    /// Whether the rounds of a shard are held back because it moves.
    public var isShardPaused: Bool { moves.isHolding }

    /// Has a shard moved as soon as those before it have: nothing happens where the worker has it, or is not there then.
    public mutating func requestMove(of shard: Int, to worker: String) -> [Action] {
        guard (0..<plan.shardCount).contains(shard) else { return [] }
        moves.want(shard, at: worker)
        return moveOn()
    }

    /// Takes up that a worker wants to go.
    mutating func bid(farewell offer: JoinFrame) -> [Action] {
        let worker = offer.worker
        switch phase {
        case .gathering:
            // Before a run's first round all workers that it asked for are waited for; later others may have its shards.
            if rollbackCount > 0 { roster.note(leaving: worker) }
            roster.remove(worker)
            // Whoever starts workers is to hear that one is missed.
            let word = roster.missingCount > 0 ? answer(farewell: worker, shardCount: 0) : letGo(worker)
            return [word] + assignIfComplete()
        case .ended:
            return [dismiss(worker)]
        case .preparing, .loading, .training, .collecting:
            if moves.isTaker(worker, at: [.taking, .ready]), !roster.has(worker) { moves.cancel() }
            guard roster.has(worker) || moves.isTaker(worker, at: [.giving, .settling]) else {
                roster.remove(worker)
                return [letGo(worker)] + moveOn()
            }
            roster.note(leaving: worker)
            moves.isDue = true
            let epochBefore = epoch
            let actions = roster.has(worker) ? hear(fromMember: offer) : hear(fromStranger: offer)
            // What has begun anew has let it go.
            return epoch != epochBefore ? actions : actions + [answer(farewell: worker)] + moveOn()
        }
    }

    func letGo(_ worker: String) -> Action { dismiss(worker, because: "it wanted to go, and has no shards any more") }

    /// How many shards others will take; 0 where there is nobody.
    private func answer(farewell worker: String) -> Action {
        let hasTaker = !hasActors && roster.candidates.contains { $0 != worker && !moves.refusing.contains($0) }
        return answer(farewell: worker, shardCount: hasTaker ? max(1, roster.shards(of: worker).count) : 0)
    }

    private func answer(farewell worker: String, shardCount: Int) -> Action {
        let header = FrameHeader(kind: .leave, epoch: epoch, sequence: UInt64(shardCount))
        return .publish(Message(type: "LEAVE", correlation: 0, body: encodeBare(header)), to: .worker(worker))
    }

    /// Begins the next move, if one is due and none is under way.
    mutating func moveOn() -> [Action] {
        guard case .training = phase, !hasActors, moves.isDue, moves.isIdle else { return [] }
        guard let (shard, taker) = nextMove(), let giver = roster.owner(ofShard: shard) else {
            moves.isDue = false
            return giveUpDraining()
        }
        let width = plan.space.actionCount * plan.parameters.update.planeCount
        moves.begin(shard, from: giver, to: taker, cellCount: partitioner.rowCounts[shard] * width)
        roster.note(acquaintance: taker)
        return askForRoom()
    }

    /// Asks the taker of the move for room, or asks again.
    func askForRoom() -> [Action] {
        guard let move = moves.current else { return [] }
        let header = FrameHeader(kind: .take, epoch: epoch, shard: move.shard, cohort: Int(move.term))
        let body = assignment(of: [move.shard]).encoded(header: header)
        return [.publish(Message(type: "TAKE", correlation: 0, body: body), to: .worker(move.taker))]
    }

    /// What should move next: first from those who want to go, then what was asked for, then what evens the rows out.
    private mutating func nextMove() -> (shard: Int, taker: String)? {
        let takers = roster.candidates.filter { !moves.refusing.contains($0) }
        let policy = Rebalancing(rowCounts: partitioner.rowCounts, shards: roster.shards(of:))
        for worker in roster.workers where roster.leaving.contains(worker) {
            if let move = policy.drain(worker, among: takers) {
                operation.kept.remove(move.shard)
                return move
            }
        }
        while let wish = moves.nextWanted() {
            if takers.contains(wish.taker), roster.owner(ofShard: wish.shard) != wish.taker { return wish }
        }
        return plan.isElastic && !operation.isByLoad ? policy.balance(among: takers, keeping: operation.kept) : nil
    }

    /// Takes up that the taker has room.
    mutating func note(room header: FrameHeader) -> [Action] {
        guard moves.note(ready: Int(header.shard), term: header.term) else { return [] }
        contributionCount += 1
        return giveIfReady()
    }

    /// Takes up that it has none.
    mutating func note(refusal words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let reason = try NoticeFrame(words).reason
        guard let move = moves.current, move.stage == .taking, move.term == header.term,
            move.shard == Int(header.shard)
        else { return [] }
        moves.cancel(refused: true)
        operation.note = reason
        return [.report(reason)] + moveOn()
    }

    /// Asks the giver for the cells, behind all rounds so far, unless its copy for a checkpoint is still asked for.
    mutating func giveIfReady() -> [Action] {
        guard case .training = phase, let move = moves.current, move.stage == .ready,
            capture?.collector.isWaiting(for: move.shard) != true
        else { return [] }
        let rounds = defects.contains(.givesBeforeRounds) ? [] : release()
        let requests = moves.give(nextRound: sequences[move.shard])
        if defects.contains(.servesBeforeCells) {
            roster.move(move.shard, to: move.taker)
            outbox.makeRoom(for: roster.placeCount)
        }
        return rounds + requests.map { ask(giver: move, $0) }
    }

    private func ask(giver move: ShardMoves.Move, _ request: DumpRequestFrame) -> Action {
        let header = FrameHeader(kind: .give, epoch: epoch, shard: move.shard, cohort: Int(move.formerTerm))
        let body = request.encoded(header: header)
        return .publish(Message(type: "GIVE", correlation: 0, body: body), to: .worker(move.giver))
    }

    /// Passes cells on to the taker, and behind the last of them what was held back.
    mutating func pass(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard let move = moves.current, move.stage == .giving else { return [] }
        let frame = try CellsFrame(words)
        do throws(FrameFailure) {
            guard try moves.pass(frame, header) else { return [] }
        } catch {
            return fail(.badAnswer, "the cells of shard \(move.shard) cannot be used: \(error)")
        }
        contributionCount += 1
        let load = FrameHeader(
            kind: .load,
            epoch: epoch,
            shard: move.shard,
            cohort: Int(move.term),
            sequence: move.nextRound
        )
        var actions: [Action] = [
            .publish(
                Message(type: "LOAD", correlation: 0, body: frame.encoded(header: load)),
                to: .worker(move.taker)
            )
        ]
        if let next = moves.nextRequest() { actions.append(ask(giver: move, next)) }
        guard let held = moves.changeOwner() else { return actions }
        roster.move(move.shard, to: move.taker)
        outbox.makeRoom(for: roster.placeCount)
        return actions + release(held, of: move) + drain()
    }

    private mutating func release(_ held: [ShardMoves.Held], of move: ShardMoves.Move) -> [Action] {
        var actions = release()
        for item in held {
            switch item {
            case .round(let request):
                if !outbox.hasRoom(for: [request], from: roster.place) { actions += release() }
                outbox.append([request], to: roster.place)
            case .message(let message):
                actions += release() + [.publish(message, to: .worker(move.taker))]
            }
        }
        return actions + release()
    }

    /// Takes up how many cells the taker has: with the last of them the giver forgets the shard, and may go.
    mutating func note(settled header: FrameHeader) -> [Action] {
        contributionCount += 1
        guard let move = moves.note(loaded: header) else { return [] }
        let given = FrameHeader(kind: .given, epoch: epoch, shard: move.shard, cohort: Int(move.formerTerm))
        var actions: [Action] = [
            .publish(
                Message(type: "GIVEN", correlation: 0, body: encodeBare(given)),
                to: .worker(move.giver)
            )
        ]
        if roster.leaving.contains(move.giver), !roster.has(move.giver) {
            actions.append(letGo(move.giver))
        }
        return actions + moveOn()
    }

    /// Takes up that nobody reads the mailbox of somebody who is no member.
    mutating func lose(stranger worker: String) -> [Action] {
        roster.remove(worker)
        guard moves.isTaker(worker, at: [.taking, .ready, .giving]) else { return [] }
        if moves.isHolding { return rollBack("worker \(worker) is gone, while it took a shard") }
        moves.cancel()
        return moveOn()
    }
}
