internal import Scenarios
internal import TabularLearning

/// What a world answers to a step, checked: what became of every lane, and what is to be decided next.
struct WorldBatch {
    /// By lane, bits of `WorldLanes.Flag`.
    let flags: [UInt32]
    /// By lane; of one that did not act, whatever.
    let rewards: [Float]
    /// What is to be decided.
    private(set) var due = WorldLanes.Due()
    /// The last states of the episodes that were cut off, in the order of their lanes.
    private(set) var ends = WorldLanes.Due()

    /// Reads an answer.
    ///
    /// - Throws: `EnvironmentFailure` that names the lane and what is wrong with it.
    init(
        _ answer: WordReader,
        of scenario: WorldScenario,
        laneCount: Int,
        _ line: WorldLine
    ) throws(EnvironmentFailure) {
        do throws(WordReader.Failure) {
            var reader = answer
            let hasMasks = try reader.truth()
            flags = Array(try reader.words(laneCount))
            rewards = try reader.words(laneCount).map { Float(bitPattern: $0) }
            let states = try Self.longs(laneCount, &reader)
            let cut = flags.indices.filter { Self.isCut(flags[$0]) }
            let endStates = try Self.longs(cut.count, &reader)
            let masks = hasMasks ? try Self.longs(laneCount, &reader) : []
            let endMasks = hasMasks ? try Self.longs(cut.count, &reader) : []
            try reader.finish()
            for lane in states.indices where flags[lane] & WorldLanes.Flag.absent == 0 {
                due.lanes.append(UInt32(lane))
                due.states.append(states[lane])
                if hasMasks { due.masks.append(masks[lane]) }
            }
            ends = WorldLanes.Due(lanes: cut.map { UInt32($0) }, states: endStates, masks: endMasks)
        } catch {
            throw line.failure("answers a batch of other arrays than those of \(laneCount) lanes: \(error)")
        }
        try check(scenario, line)
    }

    private static func isCut(_ flags: UInt32) -> Bool {
        flags & (WorldLanes.Flag.terminated | WorldLanes.Flag.truncated) == WorldLanes.Flag.truncated
    }

    private static func longs(_ count: Int, _ reader: inout WordReader) throws(WordReader.Failure) -> [UInt64] {
        var values: [UInt64] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try reader.long()) }
        return values
    }

    private func check(_ scenario: WorldScenario, _ line: WorldLine) throws(EnvironmentFailure) {
        if let lane = flags.firstIndex(where: { $0 > 15 }) {
            throw line.failure("says flags \(flags[lane]) of lane \(lane): 0 to 15")
        }
        if let lane = rewards.firstIndex(where: { !$0.isFinite }) {
            throw line.failure("says a reward of \(rewards[lane]) for lane \(lane): a finite number")
        }
        let agents = scenario.lanesPerReplica
        if let lane = flags.indices.first(where: {
            (flags[$0] ^ flags[$0 / agents * agents]) & WorldLanes.Flag.begins != 0
        }) {
            throw line.failure(
                "begins an episode with some agents only: lane \(lane) is not where the others of its world are"
            )
        }
        try check(due, scenario, line)
        try check(ends, scenario, line)
        guard !due.lanes.isEmpty else { throw line.failure("has nobody left who acts: begin the next episode") }
    }

    private func check(_ due: WorldLanes.Due, _ scenario: WorldScenario, _ line: WorldLine) throws(EnvironmentFailure) {
        let (stateCount, actionCount) = (scenario.worldSpace.stateCount, scenario.worldSpace.actionCount)
        if let index = due.states.firstIndex(where: { $0 >= stateCount }) {
            throw line.failure(
                "says state \(due.states[index]) for lane \(due.lanes[index]): it has \(stateCount) states, from 0 on"
            )
        }
        let all = ActionMask.all(actionCount)
        if let index = due.masks.firstIndex(where: { $0 == 0 || $0 & ~all != 0 }) {
            throw line.failure(
                "allows actions \(String(due.masks[index], radix: 2)) (as bits) to lane \(due.lanes[index]): at least one of "
                    + "its \(actionCount), and no other"
            )
        }
    }
}
