internal import Messaging
internal import Rounds
public import TabularLearning
internal import TurnOrders

/// What happens when a worker or the broker is gone.
extension Master {
    /// Takes up that the connection, and with it everything that was under way, is gone.
    ///
    /// The workers keep their places: those that are gone too will not read what they are sent.
    public mutating func disconnect() -> [Action] {
        switch phase {
        case .gathering, .ended: []
        case .preparing, .loading, .training, .collecting: rollBack("the connection to the broker was lost")
        }
    }

    /// Takes up that nobody has answered for too long, although the mailboxes are read.
    public mutating func giveUpWaiting(for time: String) -> [Action] {
        rollBack(
            "no shard has answered for \(time), although its worker is there; the likely reason is a policy of the broker that "
                + "drops messages (max-length, message-ttl) and matches the queues shardq.*"
        )
    }

    /// Puts the run where a checkpoint was taken, or at its beginning.
    ///
    /// - Parameter state: Of the same run.
    /// - Returns: What to do next.
    public mutating func rewind(to state: RunState) -> [Action] {
        guard case .gathering = phase else { return [] }
        learners = state.learners
        isRewinding = false
        turns.go(to: state.round, isBeginning: !state.isAnswered)
        start = .state(state)
        requestCounts = Array(repeating: 0, count: learners.count)
        if log != nil { log = RoundLog(shardCount: plan.shardCount) }
        captures.writtenRound = state.isAnswered ? state.round : nil
        captures.evaluatedRound = nil
        forgetRounds()
        return assignIfComplete()
    }

    /// Takes up that a message was returned: nobody reads that mailbox.
    ///
    /// A message may come back late, but not behind the first offer of a new worker of that name.
    mutating func lose(_ mailbox: Mailbox) -> [Action] {
        if let actions = lose(actor: mailbox) { return actions }
        let lost = roster.workers.first { .worker($0) == mailbox }
        if lost == nil, !isEnded,
            let stranger = (roster.standbys + moves.parties).first(where: { .worker($0) == mailbox })
        {
            return lose(stranger: stranger)
        }
        guard let lost, !isEnded else { return [] }
        roster.remove(lost)
        if case .gathering = phase { return [] }
        return rollBack("worker \(lost) is gone: \(mailbox) has disappeared")
    }

    mutating func rollBack(_ reason: String) -> [Action] {
        // A run whose rounds have not begun needs neither checkpoint nor log.
        let hasBegun = requestCounts.contains { $0 > 0 }
        guard isRestorable || log != nil || !hasBegun else {
            return fail(
                .workerLost,
                "\(reason), and this environment cannot be put back to a checkpoint: use --durability log"
            )
        }
        if epoch == .max { return fail(.workerLost, "\(reason), and there is no epoch left") }
        epoch += 1
        rollbackCount += 1
        phase = .gathering
        start = nil
        capture = nil
        rounds = nil
        moves.beginEpoch()
        let farewells = roster.beginEpoch().map(letGo)
        outbox = RoundOutbox(placeCount: roster.placeCount)
        guard log != nil, hasBegun else {
            isRewinding = true
            return farewells + [.report("\(reason); the run returns to its last checkpoint (epoch \(epoch))"), .rewind]
        }
        issued = Array(repeating: 0, count: plan.shardCount)
        return farewells + [
            .report("\(reason); the table is made again from checkpoint and log (epoch \(epoch))"), .reload,
        ]
    }

    /// Forgets which rounds are under way.
    mutating func forgetRounds() {
        let exchange = CohortExchange(
            partitioner: partitioner,
            actionCount: plan.space.actionCount,
            planeCount: plan.parameters.update.planeCount,
            aggregation: plan.aggregation
        )
        exchanges = Array(repeating: exchange, count: learners.count)
        sequences = Array(repeating: 0, count: plan.shardCount)
        issued = sequences
    }
}
