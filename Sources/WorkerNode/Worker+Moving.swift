internal import Messaging
internal import WireProtocol

/// Shards that come and go while rounds go on, and a worker that wants to go itself.
extension Worker {
    /// Takes up that the worker is to go as soon as others have its shards.
    ///
    /// - Returns: What to tell the master; later offers say it again.
    public mutating func leave() -> Action {
        farewell = farewell ?? .asked
        return offer()
    }

    /// Makes room for a shard that another worker has.
    ///
    /// What is there in answer to an earlier request of the same term stays.
    mutating func take(_ assignment: AssignmentFrame, _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        if header.epoch == epoch, let position = positions[header.shard] {
            guard header.term >= shards[position].term, shards[position].stage == .taking else {
                statistics.staleFrames += 1
                return []
            }
            if header.term > shards[position].term {
                shards[position] = ShardOwner(assignment.shards[0], of: assignment, term: header.term, stage: .taking)
            }
            return [ready(shards[position])]
        }
        // The shards of an earlier epoch are gone whatever is taken.
        let cells = header.epoch == epoch ? shards.reduce(0) { $0 + UInt64($1.heldCellCount) } : 0
        guard cells + assignment.cellCount <= cellLimit else { return refuse(assignment, header) }
        if header.epoch > epoch { (shards, positions, replies, epoch) = ([], [:], nil, header.epoch) }
        phase = .serving
        let owner = ShardOwner(assignment.shards[0], of: assignment, term: header.term, stage: .taking)
        positions[header.shard] = shards.count
        shards.append(owner)
        return [ready(owner)]
    }

    private func refuse(_ assignment: AssignmentFrame, _ header: FrameHeader) -> [Action] {
        let reason =
            "worker \(id) has no memory for the \(assignment.cellCount) cells of 8 bytes of shard \(header.shard) besides its own "
            + "(\(cellLimit) cells)"
        var header = header
        header.kind = .refusal
        let body = NoticeFrame(reason: reason).encoded(header: header)
        return [
            .report("\(reason): it stays where it is"),
            .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .control),
        ]
    }

    /// Hands out cells of a shard that goes to another worker.
    mutating func give(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        let request = try DumpRequestFrame(words)
        guard let cells = try shards[position(of: header.shard)].give(request, header: header) else {
            statistics.staleFrames += 1
            return []
        }
        return [.publish(Message(type: "CELLS", correlation: 0, body: cells), to: .replies)]
    }

    /// Forgets a shard that its new owner has.
    mutating func forget(_ header: FrameHeader) -> [Action] {
        guard let position = positions[header.shard], shards[position].term == header.term,
            shards[position].stage == .given
        else {
            statistics.staleFrames += 1
            return []
        }
        shards.remove(at: position)
        positions = Dictionary(uniqueKeysWithValues: shards.enumerated().map { (UInt32($1.index), $0) })
        statistics.givenShards += 1
        if shards.isEmpty { phase = .offering }
        return []
    }

    /// Takes up what the master says to the wish to go.
    mutating func note(answer header: FrameHeader) -> [Action] {
        guard farewell != nil, phase != .ended else { return [] }
        farewell = header.sequence > 0 ? .promised : .inVain
        return farewell == .inVain ? goInVain("nobody can take the shards") : []
    }

    /// Ends without having handed the shards over.
    mutating func goInVain(_ reason: String) -> [Action] {
        (phase, farewell) = (.ended, .inVain)
        let sentence = "\(reason); worker \(id) ends, and the run returns to its last checkpoint"
        return [.report(sentence), .finish(reason: sentence)]
    }
}
