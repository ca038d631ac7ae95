extension TileValues {
    /// Writes what was answered and what was read before.
    func save(to writer: inout WordWriter) {
        writer.write(weights)
        decided.save(to: &writer)
        waiting?.save(to: &writer)
    }

    /// Puts back what `save` wrote.
    ///
    /// - Parameters:
    ///   - reader: Stands there.
    ///   - batch: The batch of that moment.
    ///   - memory: What the learner remembers of its lanes, where it does.
    ///   - learns: Whether the batch's transitions have not been learned.
    /// - Throws: `WordReader.Failure` when it does not fit them.
    mutating func restore(
        from reader: inout WordReader,
        _ batch: StepBatch,
        _ memory: LaneMemory?,
        learns: Bool
    ) throws(WordReader.Failure) {
        ask(batch.queries)
        let weights = try reader.floatArray()
        guard weights.count == queries.count * coding.space.actionCount, weights.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("the weights of tiles do not fit the questions")
        }
        try decided.restore(from: &reader, space: coding.worldSpace)
        try waiting?.restore(from: &reader, space: coding.worldSpace)
        _ = sums(of: weights)
        let fits = !learns || (0..<batch.transitions.count).allSatisfy { decided.isOf(batch, $0) }
        let waits = memory.map { waiting == nil || waiting?.isOf($0) == true } ?? true
        guard fits, waits else { throw WordReader.Failure("what was read of tiles is of other decisions") }
    }
}

extension TileReadings {
    /// Whether a transition is of its lane's decision.
    fileprivate func isOf(_ batch: StepBatch, _ index: Int) -> Bool {
        let (transitions, lane) = (batch.transitions, batch.lane(ofTransition: index))
        guard lane < laneCount, count(of: lane) == 1 else { return false }
        return isOf(transitions.states[index], transitions.actions[index], at: firstSlot(of: lane))
    }

    /// Whether these are the transitions that wait for their returns.
    fileprivate func isOf(_ memory: LaneMemory) -> Bool {
        (0..<laneCount).allSatisfy { lane in
            let waiting = memory.waiting[lane]
            return count(of: lane) == waiting.count && waiting.count < capacity
                && waiting.indices.allSatisfy {
                    isOf(waiting[$0].state, waiting[$0].column, at: slot(of: lane, $0))
                }
        }
    }
}
