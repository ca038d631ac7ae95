internal import Messaging
internal import WireProtocol

/// Rounds that come from actor processes, and their answers, which go to whoever has asked.
extension Worker {
    /// Serves a round when its turn has come, and those that have waited for it.
    mutating func serve(
        inTurn words: [UInt32],
        _ header: FrameHeader,
        _ correlation: UInt64
    ) throws(FrameFailure) -> [Action] {
        let turn = RoundTurns.Turn(round: try RoundFrame(words, header: header), correlation: correlation)
        let position = try position(of: header.shard)
        switch try shards[position].arrival(of: turn) {
        case .due: return serve(turn, at: position)
        case .early: return defects.contains(.servesOutOfTurn) ? serve(turn, at: position) : []
        case .behindLost:
            statistics.staleFrames += 1
            return lose(turn.round)
        case .stale:
            statistics.staleFrames += 1
            return []
        }
    }

    /// Serves a round and those behind it that are there.
    ///
    /// One that cannot be served would keep all others waiting for ever, so the shards are given up.
    private mutating func serve(_ first: RoundTurns.Turn, at position: Int) -> [Action] {
        var actions: [Action] = []
        var next: RoundTurns.Turn? = first
        while let turn = next {
            guard hasMemory(for: turn.round, at: position) else { return actions + endWithoutMemory(for: position) }
            do throws(FrameFailure) {
                let answer = try shards[position].serve(inTurn: turn.round)
                actions += replies?.append(answer, to: turn) ?? []
            } catch {
                statistics.malformedFrames += 1
                return actions + leave("a round of shard \(turn.round.header.shard) cannot be served: \(error)")
            }
            count(turn.round)
            next = shards[position].takeDueTurn()
        }
        return actions
    }
}

/// Answers on their way to the actor processes that have asked; those to one process share a message.
struct RepliesToActors: Sendable {
    private let mailboxes: [Mailbox]
    /// By cohort: whose it is.
    private let senders: [Int]
    private var batches: [FrameBatch]
    private var correlations: [UInt64]

    init(_ senders: [AssignmentFrame.Sender]) {
        mailboxes = senders.map { .actorProcess($0.name) }
        self.senders = senders.enumerated().flatMap { Array(repeating: $0, count: $1.cohortCount) }
        batches = senders.map { _ in FrameBatch() }
        correlations = senders.map { _ in 0 }
    }

    /// Puts an answer to the others.
    ///
    /// - Returns: The others, where it finds no room with them.
    mutating func append(_ answer: [UInt32], to turn: RoundTurns.Turn) -> [Worker.Action] {
        let sender = senders[Int(turn.round.header.cohort)]
        let others = batches[sender].hasRoom(for: answer.count) ? [] : release(sender)
        batches[sender].append(answer)
        correlations[sender] = turn.correlation
        return others
    }

    /// Gives all that waits.
    mutating func release() -> [Worker.Action] { batches.indices.flatMap { release($0) } }

    private mutating func release(_ sender: Int) -> [Worker.Action] {
        guard !batches[sender].isEmpty else { return [] }
        let message = Message(type: "Q_VALUES", correlation: correlations[sender], body: batches[sender].body)
        batches[sender] = FrameBatch()
        return [.publish(message, to: mailboxes[sender])]
    }
}
