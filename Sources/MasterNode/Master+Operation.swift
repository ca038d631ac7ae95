internal import Messaging
internal import TabularLearning
internal import WireProtocol

/// What whoever operates the run has asked for, and what is known for that.
struct Operation: Sendable {
    /// Workers that were told to go, and whose own offers say nothing of it, gone or not.
    var drained: Set<String> = []
    /// The mean time of each worker to an answer, in seconds.
    var answerSeconds: [String: Double] = [:]
    /// How fast each worker was when shards last moved by load: who was too slow for any is not tried again.
    var speeds: [String: Double] = [:]
    /// Whether shards lie as the measured load says, so that rows are not evened out any more.
    var isByLoad = false
    /// Shards that were moved by hand: they stay when rows are evened out, until their worker goes.
    var kept: Set<Int> = []
    /// What has come of the last move that was not made.
    var note = ""
}

/// Wishes of whoever operates the run.
extension Master {
    /// Takes up how long workers take to answer, which only a loop with a clock can know.
    package mutating func note(answerSeconds: [String: Double]) { operation.answerSeconds = answerSeconds }

    /// Takes up a wish, and answers it.
    mutating func receive(wish words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let frame = try WishFrame(words, header: header)
        if case .ended = phase { return [] }
        let (actions, refusal) = fulfill(frame.wish)
        return actions + [answer(frame, refusal)]
    }

    private mutating func fulfill(_ wish: WishFrame.Wish) -> (actions: [Action], refusal: String?) {
        if wish == .show { return ([], nil) }
        guard case .training = phase else {
            return ([], "no shard moves while \(preparation ?? "the run is not under way"): ask again later")
        }
        guard !hasActors else {
            return ([], "no shard moves in a run with actor processes: the master sends them no rounds to move between")
        }
        operation.note = ""
        switch wish {
        case .show: return ([], nil)
        case .drain(let worker): return drain(worker)
        case .move(let shard, let worker): return move(shard, to: worker)
        case .balance: return balance()
        }
    }

    private mutating func drain(_ worker: String) -> (actions: [Action], refusal: String?) {
        guard roster.has(worker) else {
            guard roster.standbys.contains(worker), !moves.parties.contains(worker) else {
                return ([], unknown(worker))
            }
            roster.remove(worker)
            operation.note = "worker \(worker) stood by and has no shards: it goes at once"
            return ([letGo(worker)], nil)
        }
        guard roster.candidates.contains(where: { $0 != worker && !moves.refusing.contains($0) }) else {
            return ([], "there is nobody who could take the shards of worker \(worker): start another worker first")
        }
        roster.note(leaving: worker)
        operation.drained.insert(worker)
        operation.note = "worker \(worker) gives its \(roster.shards(of: worker).count) shards away and goes"
        moves.isDue = true
        return (moveOn(), nil)
    }

    /// Whether an offer is the last word of a worker that was drained: another process of its name has served in no epoch.
    ///
    /// Its last word may be of an epoch that is over: who is let go by a return to a checkpoint has not heard of it yet, and
    /// would be gone in the next moment with whatever it were given.
    mutating func isGone(_ offer: JoinFrame) -> Bool {
        let worker = offer.worker
        guard operation.drained.contains(worker), !roster.has(worker), !moves.parties.contains(worker) else {
            return false
        }
        if offer.epoch > 0 { return true }
        operation.drained.remove(worker)
        return false
    }

    /// Lets those stay who were to be drained and whose shards nobody can have.
    mutating func giveUpDraining() -> [Action] {
        for worker in roster.workers where operation.drained.contains(worker) && roster.leaving.contains(worker) {
            guard !roster.candidates.contains(where: { $0 != worker && !moves.refusing.contains($0) }) else { continue }
            operation.drained.remove(worker)
            roster.note(staying: worker)
            operation.note = "worker \(worker) stays: there is nobody left who could take its shards"
        }
        return []
    }

    private mutating func move(_ shard: Int, to worker: String) -> (actions: [Action], refusal: String?) {
        guard (0..<plan.shardCount).contains(shard) else {
            return ([], "there is no shard \(shard): they are 0 to \(plan.shardCount - 1)")
        }
        guard roster.candidates.contains(worker) else {
            guard roster.has(worker) else { return ([], unknown(worker)) }
            return ([], "worker \(worker) is about to go and takes no shard")
        }
        guard !moves.refusing.contains(worker) else { return ([], "worker \(worker) has no room for another shard") }
        if roster.owner(ofShard: shard) == worker {
            operation.note = "worker \(worker) has shard \(shard) already"
            return ([], nil)
        }
        operation.note = "shard \(shard) goes to worker \(worker)"
        operation.kept.insert(shard)
        return (requestMove(of: shard, to: worker), nil)
    }

    private mutating func balance() -> (actions: [Action], refusal: String?) {
        let takers = roster.candidates.filter { !moves.refusing.contains($0) }
        let workers = takers.map { name in
            LoadLeveling.Worker(
                name: name,
                shards: roster.shards(of: name),
                answerSeconds: operation.answerSeconds[name],
                formerSpeed: operation.speeds[name]
            )
        }
        guard moves.isIdle, moves.wanted.isEmpty else {
            return ([], "shards are on their way: ask again when they are there")
        }
        guard var leveling = LoadLeveling(workers, work: loads.map(\.work)) else {
            return ([], "no worker's answers have been timed yet: ask again in a few seconds")
        }
        operation.speeds = leveling.speeds
        let before = leveling.seconds
        let wanted = leveling.moves()
        operation.isByLoad = true
        guard !wanted.isEmpty else {
            operation.note = "no move would let the slowest worker answer sooner"
            return ([], nil)
        }
        operation.note =
            "\(wanted.count) shards go to other workers; the slowest answer, \(Self.milliseconds(before)) ms now, is to take "
            + "about \(Self.milliseconds(leveling.seconds)) ms"
        for (shard, taker) in wanted { moves.want(shard, at: taker) }
        return (moveOn(), nil)
    }

    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1e4).rounded() / 10 }

    private func unknown(_ worker: String) -> String {
        let names = presentWorkers.sorted().prefix(8).joined(separator: ", ")
        return "there is no worker \(worker)" + (names.isEmpty ? "" : ": there are \(names)")
    }

    private func answer(_ frame: WishFrame, _ refusal: String?) -> Action {
        let status = StatusFrame(
            number: frame.number,
            epoch: epoch,
            refusal: refusal,
            note: operation.note,
            round: round,
            moveCount: moveCount,
            isMoving: !moves.isIdle || !moves.wanted.isEmpty
                || roster.workers.contains { roster.leaving.contains($0) },
            workers: presentWorkers.map { name in
                StatusFrame.Worker(
                    name: name,
                    isLeaving: roster.leaving.contains(name),
                    answerMicroseconds: UInt64((operation.answerSeconds[name] ?? 0) * 1e6),
                    shards: roster.shards(of: name).map { StatusFrame.Shard(index: $0, work: loads[$0].work) }
                )
            }
        )
        return .publish(Message(type: "STATUS", correlation: 0, body: status.encoded()), to: .worker(frame.asker))
    }
}

extension ShardLoad {
    /// Updates and queries together.
    var work: UInt64 { updates &+ queries }
}
