package import TabularLearning

/// What each signal has chosen and collected since it could last decide: the transition that its next decision completes.
package struct SignalHolds: Sendable {
    private var holds: [Hold]

    /// What one lane has chosen and collected.
    private struct Hold: Sendable {
        var state: UInt64 = 0
        var reward: Float = 0
        var discount: Float = 1
        var action: UInt8 = 0
        var duration: UInt8 = 0

        @inline(__always)
        mutating func add(_ reward: Float, discount gamma: Float) {
            self.reward += discount * reward
            discount *= gamma
            if duration < .max { duration += 1 }
        }
    }

    /// Holds of so many lanes in which nothing was chosen yet.
    package init(laneCount: Int) {
        holds = Array(repeating: Hold(), count: laneCount)
    }

    /// Notes what a lane chose.
    package mutating func begin(lane: Int, state: UInt64, action: UInt8) {
        holds[lane] = Hold(state: state, action: action)
    }

    /// Adds the reward of an interval, discounted by γ for each interval since the choice.
    package mutating func add(_ reward: Float, lane: Int, discount: Float) {
        holds[lane].add(reward, discount: discount)
    }

    /// Adds the rewards of an interval to as many lanes, from one on.
    mutating func add(_ rewards: [Float], from lane: Int, discount: Float) {
        var holds = holds.mutableSpan
        for index in rewards.indices { holds[lane + index].add(rewards[index], discount: discount) }
    }

    /// Whether an interval has passed since the lane's choice.
    package func isUnderWay(lane: Int) -> Bool { holds[lane].duration > 0 }

    /// Forgets all choices: an episode begins.
    package mutating func reset() {
        for lane in holds.indices { holds[lane].duration = 0 }
    }

    /// Writes a lane's transition, which bootstraps from a query of the batch.
    package func writeTransition(of lane: Int, bootstrap: Int, _ batch: inout StepBatch) {
        let hold = holds[lane]
        batch.transition(
            lane: lane,
            state: hold.state,
            action: hold.action,
            reward: hold.reward,
            bootstrap: Int32(bootstrap)
        )
        batch.transitions.durations.append(hold.duration)
    }

    /// Writes everything.
    package func save(to writer: inout WordWriter) {
        writer.write(holds.map(\.state))
        writer.write(holds.map(\.action))
        writer.write(holds.map(\.reward))
        writer.write(holds.map(\.discount))
        writer.write(holds.map(\.duration))
    }

    /// Puts back what `save` wrote.
    ///
    /// - Parameters:
    ///   - reader: Stands at what `save` wrote.
    ///   - space: The states and actions there are.
    /// - Throws: `WordReader.Failure` when it is of another number of lanes or of another table.
    package mutating func restore(from reader: inout WordReader, in space: StateSpace) throws(WordReader.Failure) {
        let (states, actions) = (try reader.longArray(), try reader.byteArray())
        let (rewards, discounts) = (try reader.floatArray(), try reader.floatArray())
        let durations = try reader.byteArray()
        let counts = [states.count, actions.count, rewards.count, discounts.count, durations.count]
        guard counts.allSatisfy({ $0 == holds.count }) else {
            throw WordReader.Failure("the saved traffic lanes do not fit \(holds.count) lanes")
        }
        guard states.allSatisfy({ $0 < space.stateCount }), actions.allSatisfy({ Int($0) < space.actionCount }),
            rewards.allSatisfy(\.isFinite), discounts.allSatisfy({ (0...1).contains($0) })
        else { throw WordReader.Failure("a saved traffic lane holds a state, an action or a reward that there is not") }
        for lane in holds.indices {
            holds[lane] = Hold(
                state: states[lane],
                reward: rewards[lane],
                discount: discounts[lane],
                action: actions[lane],
                duration: durations[lane]
            )
        }
    }
}
