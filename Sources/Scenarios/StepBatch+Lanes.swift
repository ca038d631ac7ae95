internal import TabularLearning

extension StepBatch {
    /// Makes room for one decision and one transition a lane, in lane order, each transition with the query of its own
    /// lane as its bootstrap and every action allowed; states, actions and rewards keep what they held.
    ///
    /// Arrays that have the right length already are left as they are: refilling them would cost more than the step.
    mutating func layOutLanes(_ laneCount: Int, withTransitions hasTransitions: Bool) {
        episodeReturns.removeAll(keepingCapacity: true)
        decisionCount = laneCount
        queries.masks.removeAll(keepingCapacity: true)
        queries.offsets.removeAll(keepingCapacity: true)
        queries.states.resize(to: laneCount, filling: 0)
        queries.lanes.resize(to: laneCount, filling: 0)
        queries.lanes.number()
        guard hasTransitions else { return transitions.removeAll() }
        transitions.durations.removeAll(keepingCapacity: true)
        transitions.states.resize(to: laneCount, filling: 0)
        transitions.actions.resize(to: laneCount, filling: 0)
        transitions.rewards.resize(to: laneCount, filling: 0)
        transitions.bootstraps.resize(to: laneCount, filling: 0)
        transitions.bootstraps.number()
    }
}

extension Array where Element: FixedWidthInteger {
    /// Overwrites each element with its index.
    fileprivate mutating func number() {
        var numbers = mutableSpan
        for index in 0..<numbers.count { numbers[index] = Element(truncatingIfNeeded: index) }
    }
}

extension Array {
    /// Overwrites the leading elements, without giving up the array's memory.
    mutating func overwrite(with source: [Element]) {
        let source = source.span
        var target = mutableSpan
        for index in 0..<source.count { target[index] = source[index] }
    }
}
