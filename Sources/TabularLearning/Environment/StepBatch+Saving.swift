extension StepBatch {
    /// Writes the rows that are asked for and the transitions, without their lanes; the returns of ended episodes have been
    /// counted.
    func save(to writer: inout WordWriter) {
        writer.write(decisionCount)
        writer.write(queries.states)
        writer.write(queries.lanes)
        writer.write(queries.masks)
        writer.write(queries.offsets)
        writer.write(transitions.states)
        writer.write(transitions.actions)
        writer.write(transitions.rewards)
        writer.write(transitions.bootstraps.map { UInt32(bitPattern: $0) })
        writer.write(transitions.durations)
    }

    /// Reads what `save` wrote and checks that an environment could have written it.
    ///
    /// - Parameters:
    ///   - reader: Stands at what `save` wrote.
    ///   - space: The states and actions.
    ///   - laneCount: The lanes of the cohort.
    /// - Throws: `WordReader.Failure` when the words end early or name something that does not exist.
    init(
        from reader: inout WordReader,
        space: StateSpace,
        laneCount: Int
    ) throws(WordReader.Failure) {
        decisionCount = try reader.integer()
        queries.states = try reader.longArray()
        queries.lanes = try reader.wordArray()
        queries.masks = try reader.longArray()
        queries.offsets = try reader.floatArray()
        transitions.states = try reader.longArray()
        transitions.actions = try reader.byteArray()
        transitions.rewards = try reader.floatArray()
        transitions.bootstraps = try reader.wordArray().map { Int32(bitPattern: $0) }
        transitions.durations = try reader.byteArray()
        try check(queries, space: space, laneCount: laneCount)
        try check(transitions, space: space)
    }

    /// Whether the decisions are these, in their order.
    func decides(_ due: Queries) -> Bool {
        let count = decisionCount
        let offsetsEach = queries.count == 0 ? 0 : queries.offsets.count / queries.count
        return due.count == count && queries.states.prefix(count) == due.states[...]
            && queries.lanes.prefix(count) == due.lanes[...] && queries.masks.prefix(count) == due.masks[...]
            && queries.offsets.prefix(count * offsetsEach) == due.offsets[...]
    }

    private func check(_ queries: Queries, space: StateSpace, laneCount: Int) throws(WordReader.Failure) {
        let count = queries.count
        guard (0...count).contains(decisionCount), queries.lanes.count == count,
            [0, count].contains(queries.masks.count), [0, count * space.actionCount].contains(queries.offsets.count)
        else { throw WordReader.Failure("the arrays of \(count) queries do not fit one another") }
        let allowed = space.actionCount == 64 ? UInt64.max : (1 << UInt64(space.actionCount)) - 1
        guard queries.offsets.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("an offset is not a finite number")
        }
        guard queries.states.allSatisfy({ $0 < space.stateCount }), queries.lanes.allSatisfy({ $0 < laneCount }),
            queries.masks.allSatisfy({ $0 != 0 && $0 & ~allowed == 0 })
        else { throw WordReader.Failure("a query names a state, a lane or an action that does not exist") }
    }

    private func check(_ transitions: Transitions, space: StateSpace) throws(WordReader.Failure) {
        let count = transitions.count
        guard transitions.actions.count == count, transitions.rewards.count == count,
            transitions.bootstraps.count == count, [0, count].contains(transitions.durations.count)
        else { throw WordReader.Failure("the arrays of \(count) transitions do not fit one another") }
        guard transitions.rewards.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("a reward is not a finite number")
        }
        guard transitions.states.allSatisfy({ $0 < space.stateCount }),
            transitions.actions.allSatisfy({ $0 < space.actionCount }),
            transitions.bootstraps.allSatisfy({ $0 >= Transitions.terminal && $0 < queries.count })
        else { throw WordReader.Failure("a transition names a state, an action or a query that does not exist") }
    }
}
