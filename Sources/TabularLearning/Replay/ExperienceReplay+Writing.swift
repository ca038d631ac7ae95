/// How draws are written into a batch: loops over spans, for there are many more of them than of anything else.
extension ExperienceReplay {
    /// Writes the transitions at some places behind those that are there.
    static func write(
        _ entries: Span<RememberedTransition>,
        at places: Span<UInt32>,
        _ states: inout [UInt64],
        _ actions: inout [UInt8],
        _ rewards: inout [Float],
        from first: Int
    ) {
        var states = states.mutableSpan
        var actions = actions.mutableSpan
        var rewards = rewards.mutableSpan
        for number in 0..<places.count {
            let entry = entries[Int(places[number])]
            states[first + number] = entry.state
            actions[first + number] = entry.action
            rewards[first + number] = entry.reward
        }
    }

    /// Writes the time steps they took.
    static func write(
        _ entries: Span<RememberedTransition>,
        at places: Span<UInt32>,
        durations: inout [UInt8],
        from first: Int
    ) {
        var durations = durations.mutableSpan
        for number in 0..<places.count {
            durations[first + number] = max(1, entries[Int(places[number])].duration)
        }
    }

    /// Gives each draw the lane of the transition that it is drawn for.
    static func deal(_ lanes: inout [UInt32], from first: Int, _ countEach: Int) {
        var lanes = lanes.mutableSpan
        var (source, left) = (0, countEach)
        for number in first..<lanes.count {
            lanes[number] = lanes[source]
            left -= 1
            if left == 0 { (source, left) = (source + 1, countEach) }
        }
    }

    /// Asks for what each bootstraps on, where every action is allowed; gives the number of questions.
    static func ask(
        _ entries: Span<RememberedTransition>,
        at places: Span<UInt32>,
        of bootstraps: inout [Int32],
        _ lanes: Span<UInt32>,
        _ first: Int,
        _ states: inout [UInt64],
        _ askers: inout [UInt32],
        from asked: Int
    ) -> Int {
        var bootstraps = bootstraps.mutableSpan
        var states = states.mutableSpan
        var askers = askers.mutableSpan
        var query = asked
        for number in 0..<places.count {
            let entry = entries[Int(places[number])]
            bootstraps[first + number] =
                entry.isTerminal ? StepBatch.Transitions.terminal : Int32(truncatingIfNeeded: query)
            guard !entry.isTerminal else { continue }
            states[query] = entry.nextState
            askers[query] = lanes[first + number]
            query += 1
        }
        return query
    }
}

extension StepBatch {
    /// Writes out what may be left out of transitions and questions that are all alike.
    mutating func fillForReplay(masks: UInt64?, hasDurations: Bool) {
        if transitions.lanes.isEmpty { transitions.lanes = (0..<transitions.count).map { UInt32($0) } }
        if hasDurations, transitions.durations.isEmpty {
            transitions.durations = Array(repeating: 1, count: transitions.count)
        }
        if let masks, queries.masks.isEmpty { queries.masks = Array(repeating: masks, count: queries.count) }
    }

    /// Takes transitions and questions off the end.
    mutating func cut(transitions count: Int, queries questionCount: Int) {
        transitions.states.removeLast(count)
        transitions.actions.removeLast(count)
        transitions.rewards.removeLast(count)
        transitions.bootstraps.removeLast(count)
        if !transitions.lanes.isEmpty { transitions.lanes.removeLast(count) }
        if !transitions.durations.isEmpty { transitions.durations.removeLast(count) }
        queries.states.removeLast(questionCount)
        queries.lanes.removeLast(questionCount)
        if !queries.masks.isEmpty { queries.masks.removeLast(questionCount) }
    }
}

extension StepBatch.Transitions {
    /// Makes room for more.
    mutating func extend(by more: Int) {
        let count = count + more
        states.resize(to: count, filling: 0)
        actions.resize(to: count, filling: 0)
        rewards.resize(to: count, filling: 0)
        bootstraps.resize(to: count, filling: 0)
        lanes.resize(to: count, filling: 0)
        if !durations.isEmpty { durations.resize(to: count, filling: 1) }
    }
}

extension StepBatch.Queries {
    /// Makes room for more.
    mutating func extend(by more: Int, withMasks hasMasks: Bool) {
        let count = count + more
        states.resize(to: count, filling: 0)
        lanes.resize(to: count, filling: 0)
        if hasMasks { masks.resize(to: count, filling: 0) }
    }

    /// Gives up room that nothing is asked in.
    mutating func shorten(to count: Int) {
        states.removeLast(states.count - count)
        lanes.removeLast(lanes.count - count)
        if !masks.isEmpty { masks.removeLast(masks.count - count) }
    }

    /// Asks for a row that nothing is decided by.
    mutating func ask(_ state: UInt64, under mask: UInt64, of lane: UInt32, at query: inout Int) {
        states[query] = state
        lanes[query] = lane
        masks[query] = mask
        query += 1
    }
}
