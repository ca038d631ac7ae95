package import TabularLearning

/// What each signal has chosen and collected since it could last decide: the transition that its next decision completes.
package struct SignalHolds: Sendable {
    private var states: [UInt64]
    private var actions: [UInt8]
    private var rewards: [Float]
    private var discounts: [Float]
    private var durations: [UInt8]

    /// Holds of so many lanes in which nothing was chosen yet.
    package init(laneCount: Int) {
        states = Array(repeating: 0, count: laneCount)
        actions = Array(repeating: 0, count: laneCount)
        rewards = Array(repeating: 0, count: laneCount)
        discounts = Array(repeating: 1, count: laneCount)
        durations = Array(repeating: 0, count: laneCount)
    }

    /// Notes what a lane chose.
    package mutating func begin(lane: Int, state: UInt64, action: UInt8) {
        states[lane] = state
        actions[lane] = action
        rewards[lane] = 0
        discounts[lane] = 1
        durations[lane] = 0
    }

    /// Adds the reward of an interval, discounted by γ for each interval since the choice.
    package mutating func add(_ reward: Float, lane: Int, discount: Float) {
        rewards[lane] += discounts[lane] * reward
        discounts[lane] *= discount
        if durations[lane] < .max { durations[lane] += 1 }
    }

    /// Whether an interval has passed since the lane's choice.
    package func isUnderWay(lane: Int) -> Bool { durations[lane] > 0 }

    /// Forgets all choices: an episode begins.
    package mutating func reset() {
        for lane in durations.indices { durations[lane] = 0 }
    }

    /// Writes a lane's transition, which bootstraps from a query of the batch.
    package func writeTransition(of lane: Int, bootstrap: Int, _ batch: inout StepBatch) {
        batch.transition(
            lane: lane,
            state: states[lane],
            action: actions[lane],
            reward: rewards[lane],
            bootstrap: Int32(bootstrap)
        )
        batch.transitions.durations.append(durations[lane])
    }

    /// Writes everything.
    package func save(to writer: inout WordWriter) {
        writer.write(states)
        writer.write(actions)
        writer.write(rewards)
        writer.write(discounts)
        writer.write(durations)
    }

    /// Puts back what `save` wrote.
    ///
    /// - Parameters:
    ///   - reader: Stands at what `save` wrote.
    ///   - space: The states and actions there are.
    /// - Throws: `WordReader.Failure` when it is of another number of lanes or of another table.
    package mutating func restore(from reader: inout WordReader, in space: StateSpace) throws(WordReader.Failure) {
        var copy = self
        copy.states = try reader.longArray()
        copy.actions = try reader.byteArray()
        copy.rewards = try reader.floatArray()
        copy.discounts = try reader.floatArray()
        copy.durations = try reader.byteArray()
        let counts = [copy.actions.count, copy.rewards.count, copy.discounts.count, copy.durations.count]
        guard copy.states.count == states.count, counts.allSatisfy({ $0 == states.count }) else {
            throw WordReader.Failure("the saved traffic lanes do not fit \(states.count) lanes")
        }
        guard copy.states.allSatisfy({ $0 < space.stateCount }),
            copy.actions.allSatisfy({ Int($0) < space.actionCount }), copy.rewards.allSatisfy(\.isFinite),
            copy.discounts.allSatisfy({ (0...1).contains($0) })
        else { throw WordReader.Failure("a saved traffic lane holds a state, an action or a reward that there is not") }
        self = copy
    }
}
