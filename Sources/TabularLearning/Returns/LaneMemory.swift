/// What a learner remembers of its lanes from a decision to what becomes of it: for rules whose targets are more than a
/// transition and the answer behind it.
///
/// Everything is in the order of the transitions, and nothing of it leaves the cohort: the same targets from every layout.
/// Where a transition is not of its lane's last decision, or the next state is not decided by the same lane, the return ends and
/// the average stays.
struct LaneMemory: Sendable {
    /// A decision whose transition has not come.
    struct Decision: Sendable, Hashable {
        var state: UInt64
        var action: UInt8
        /// What was answered of its state.
        var value: Float
        var isGreedy: Bool
    }

    /// A transition that waits for its return.
    struct Waiting: Sendable, Hashable {
        var state: UInt64
        var column: UInt8
        var reward: Float
        /// What it has gathered before the lane's last transition.
        var gathered: Float
        /// What the last transition counts.
        var weight: Float
        /// The transitions of its return, with the last.
        var count: Int
    }

    /// A lane's last transition, which begins with its decision's state and ends in the next one's.
    struct Link: Sendable, Hashable {
        var reward: Float
        var discount: Float
        var value: Float
        var nextState: UInt64
    }

    /// What a return came to, for whoever looks on.
    struct KnownReturn: Sendable, Hashable {
        var lane: Int
        /// The transitions it went over.
        var count: Int
        /// The state behind the last; `nil` where no value follows.
        var nextState: UInt64?
        /// What that is worth.
        var bootstrap: Float
    }

    /// By lane; `nil` where nothing waits.
    private(set) var decisions: [Decision?]
    private(set) var links: [Link?]
    private(set) var waiting: [[Waiting]]
    /// ρ.
    private(set) var average: Float = 0
    /// The state whose value it is, if it is one's.
    var reference: UInt64?
    /// Of the transitions that come next, those of which the average is not to hear; empty for none.
    var ignored: [Bool] = []
    /// The returns that came to be known, in the order of their updates; `nil` while nobody wants them.
    var knownReturns: [KnownReturn]?

    init(laneCount: Int) {
        decisions = Array(repeating: nil, count: laneCount)
        links = Array(repeating: nil, count: laneCount)
        waiting = Array(repeating: [], count: laneCount)
    }

    /// Notes what was decided.
    mutating func note(_ queries: StepBatch.Queries, _ answers: GreedyAnswers, _ actions: [UInt8]) {
        for index in actions.indices {
            decisions[Int(queries.lanes[index])] = Decision(
                state: queries.states[index],
                action: actions[index],
                value: answers.values[index],
                isGreedy: answers.isGreedy(actions[index], at: index)
            )
        }
    }

    /// Takes the decision of which a transition came; `nil` where it is not the lane's last.
    private mutating func takeDecision(_ lane: Int, _ state: UInt64, _ action: UInt8) -> Decision? {
        guard let decision = decisions[lane], decision.state == state, decision.action == action else { return nil }
        decisions[lane] = nil
        return decision
    }

    /// Writes the targets of all transitions less the average, and moves it.
    ///
    /// - Returns: The sum of the rewards.
    mutating func learn(
        _ batch: StepBatch,
        _ values: [Float],
        above form: AverageForm,
        to updates: inout Updates
    ) -> Double {
        let transitions = batch.transitions
        var rewardSum = 0.0
        // Its row is the last that was asked for.
        if form.reference != nil, let value = values.last { average = value }
        for index in 0..<transitions.count {
            let (reward, bootstrap) = (transitions.rewards[index], Int(transitions.bootstraps[index]))
            let duration = transitions.durations.isEmpty ? 1 : transitions.durations[index]
            rewardSum += Double(reward)
            let target = reward - Float(duration) * average + (bootstrap < 0 ? 0 : values[bootstrap])
            updates.append(transitions.states[index], transitions.actions[index], target + 0)
            let lane = batch.lane(ofTransition: index)
            let decision = takeDecision(lane, transitions.states[index], transitions.actions[index])
            guard form.reference == nil, ignored.isEmpty || !ignored[index] else { continue }
            if let decision, decision.isGreedy || !form.followsGreedyOnly {
                average += form.rate * (target - decision.value)
            }
        }
        return rewardSum
    }

    /// Writes the targets of all transitions whose returns are known now.
    ///
    /// - Returns: The sum of their rewards.
    mutating func learn(
        _ batch: StepBatch,
        _ values: [Float],
        _ discounts: [Float],
        over form: ReturnForm,
        to updates: inout Updates
    ) -> Double {
        let transitions = batch.transitions
        var rewardSum = 0.0
        for index in 0..<transitions.count {
            let (state, action) = (transitions.states[index], transitions.actions[index])
            let bootstrap = Int(transitions.bootstraps[index])
            let lane = batch.lane(ofTransition: index)
            let decision = takeDecision(lane, state, action)
            if let link = links[lane] {
                let goesOn = decision != nil && link.nextState == state
                if goesOn, !form.isCut || decision?.isGreedy == true {
                    extend(lane, by: link, form)
                } else {
                    rewardSum += end(lane, at: link, to: &updates)
                }
            }
            let duration = transitions.durations.isEmpty ? 1 : Int(transitions.durations[index])
            let isTerminal = bootstrap < 0
            let link = Link(
                reward: transitions.rewards[index],
                discount: isTerminal ? 0 : discounts[duration],
                value: isTerminal ? 0 : values[bootstrap],
                nextState: isTerminal ? 0 : batch.queries.states[bootstrap]
            )
            waiting[lane].append(
                Waiting(state: state, column: action, reward: link.reward, gathered: 0, weight: 1, count: 1)
            )
            if !isTerminal, decision != nil, bootstrap < batch.decisionCount,
                Int(batch.queries.lanes[bootstrap]) == lane
            {
                links[lane] = link
                guard waiting[lane][0].count >= form.length else { continue }
                rewardSum += emit(waiting[lane].removeFirst(), of: lane, at: link, to: &updates)
            } else {
                rewardSum += end(lane, at: link, to: &updates)
            }
        }
        return rewardSum
    }

    /// Counts a lane's last transition for all that wait, now that another follows.
    private mutating func extend(_ lane: Int, by link: Link, _ form: ReturnForm) {
        let reward = link.reward + link.discount * ((1 - form.decay) * link.value)
        for index in waiting[lane].indices {
            waiting[lane][index].gathered += waiting[lane][index].weight * reward
            waiting[lane][index].weight *= link.discount * form.decay
            waiting[lane][index].count += 1
        }
    }

    /// Ends the returns of a lane with its last transition; gives the sum of the rewards of what waited.
    private mutating func end(_ lane: Int, at link: Link, to updates: inout Updates) -> Double {
        var rewardSum = 0.0
        for entry in waiting[lane] { rewardSum += emit(entry, of: lane, at: link, to: &updates) }
        waiting[lane].removeAll(keepingCapacity: true)
        links[lane] = nil
        return rewardSum
    }

    private mutating func emit(_ entry: Waiting, of lane: Int, at link: Link, to updates: inout Updates) -> Double {
        knownReturns?.append(
            KnownReturn(
                lane: lane,
                count: entry.count,
                nextState: link.discount == 0 ? nil : link.nextState,
                bootstrap: link.discount == 0 ? 0 : link.value
            )
        )
        let rest = link.discount == 0 ? link.reward : link.reward + link.discount * link.value
        updates.append(entry.state, entry.column, entry.gathered + entry.weight * rest + 0)
        return Double(entry.reward)
    }
}

extension LaneMemory {
    /// Writes all of it.
    func save(to writer: inout WordWriter) {
        writer.write(average)
        for lane in decisions.indices {
            writer.write(decisions[lane] != nil)
            if let decision = decisions[lane] {
                writer.write(decision.state)
                writer.write(UInt32(decision.action))
                writer.write(decision.value)
                writer.write(decision.isGreedy)
            }
            writer.write(links[lane] != nil)
            if let link = links[lane] {
                writer.write([link.reward, link.discount, link.value])
                writer.write(link.nextState)
            }
            writer.write(waiting[lane].map(\.state))
            writer.write(waiting[lane].map(\.column))
            writer.write(waiting[lane].flatMap { [$0.reward, $0.gathered, $0.weight] })
            writer.write(waiting[lane].map(\.count))
        }
    }

    /// Reads what `save` wrote for as many lanes.
    ///
    /// - Throws: `WordReader.Failure` when it names what does not exist.
    init(from reader: inout WordReader, laneCount: Int, space: StateSpace) throws(WordReader.Failure) {
        self.init(laneCount: laneCount)
        average = try reader.float()
        var isSound = average.isFinite
        for lane in 0..<laneCount {
            if try reader.truth() {
                let decision = Decision(
                    state: try reader.long(),
                    action: UInt8(truncatingIfNeeded: try reader.word()),
                    value: try reader.float(),
                    isGreedy: try reader.truth()
                )
                isSound = isSound && decision.state < space.stateCount && decision.action < space.actionCount
                isSound = isSound && decision.value.isFinite
                decisions[lane] = decision
            }
            if try reader.truth() {
                let numbers = try reader.floatArray()
                guard numbers.count == 3 else { throw WordReader.Failure("a link has 3 numbers") }
                let nextState = try reader.long()
                isSound = isSound && numbers.allSatisfy(\.isFinite) && nextState < space.stateCount
                links[lane] = Link(reward: numbers[0], discount: numbers[1], value: numbers[2], nextState: nextState)
            }
            let (states, columns) = (try reader.longArray(), try reader.byteArray())
            let (numbers, counts) = (try reader.floatArray(), try reader.integerArray())
            isSound = isSound && columns.count == states.count && numbers.count == 3 * states.count
            isSound = isSound && counts.count == states.count && counts.allSatisfy { (1...255).contains($0) }
            isSound = isSound && states.allSatisfy { $0 < space.stateCount } && numbers.allSatisfy(\.isFinite)
            isSound = isSound && columns.allSatisfy { $0 < space.actionCount } && (states.isEmpty || links[lane] != nil)
            guard isSound else { throw WordReader.Failure("what lane \(lane) remembers does not fit its world") }
            for index in states.indices {
                waiting[lane].append(
                    Waiting(
                        state: states[index],
                        column: columns[index],
                        reward: numbers[3 * index],
                        gathered: numbers[3 * index + 1],
                        weight: numbers[3 * index + 2],
                        count: counts[index]
                    )
                )
            }
        }
    }
}

extension StepBatch {
    /// The lane of a transition.
    func lane(ofTransition index: Int) -> Int { transitions.lanes.isEmpty ? index : Int(transitions.lanes[index]) }
}

extension Updates {
    /// Adds one.
    mutating func append(_ state: UInt64, _ column: UInt8, _ target: Float) {
        states.append(state)
        columns.append(column)
        targets.append(target)
    }
}

extension GreedyAnswers {
    /// The greedy actions that are told, as a bit set.
    func greedySet(at index: Int) -> UInt64 {
        switch choice {
        case .lowest: 1 << UInt64(actions[index])
        case .sets: UInt64(sets[index])
        case .wideSets: wideSets[index]
        }
    }

    /// Whether an action is the greedy one, or one of those.
    func isGreedy(_ action: UInt8, at index: Int) -> Bool { greedySet(at: index) >> UInt64(action) & 1 == 1 }
}
