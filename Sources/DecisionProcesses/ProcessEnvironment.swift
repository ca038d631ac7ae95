internal import Scenarios
internal import TabularLearning

/// Lanes that each go their own way through a decision process.
struct ProcessEnvironment: RestorableEnvironment {
    let space: StateSpace
    private let process: DecisionProcess
    private let starts: [UInt64]
    private let stepLimit: UInt64
    private let isMasked: Bool
    private let nextStates: [Int32]
    private let rewards: [Float]
    private let startKeys: [UInt64]
    private let dynamicsKeys: [UInt64]

    private var states: [UInt64]
    /// The steps and the return of each lane's episode.
    private var elapsed: [UInt64]
    private var returns: [Double]
    private var stepCount: UInt64 = 0
    private var sums = Sums()

    private struct Sums: Sendable {
        var steps: UInt64 = 0
        var reward = 0.0
        var episodes: UInt64 = 0
        var episodeReturns = 0.0
    }

    init(_ scenario: some ProcessScenario, replicas: Range<Int>, seed: UInt64) {
        space = scenario.space
        process = scenario.process
        starts = scenario.trainingStarts.map { UInt64($0) }
        stepLimit = UInt64(scenario.stepLimit ?? Int.max)
        isMasked = process.isMasked
        nextStates = process.outcomes.map { Int32($0.next ?? -1) }
        rewards = process.outcomes.map { Float($0.reward) }
        let starting = CounterBasedRandom(seed: seed, stream: .start)
        let dynamics = CounterBasedRandom(seed: seed, stream: .dynamics)
        startKeys = replicas.map { starting.laneKey(UInt64($0)) }
        dynamicsKeys = replicas.map { dynamics.laneKey(UInt64($0)) }
        states = Array(repeating: 0, count: replicas.count)
        elapsed = Array(repeating: 0, count: replicas.count)
        returns = Array(repeating: 0, count: replicas.count)
        for lane in states.indices { states[lane] = start(of: lane) }
    }

    var laneCount: Int { states.count }

    /// The mean reward of a step, and the mean return of the episodes that ended or were cut, exploration included.
    var gauges: [Gauge] {
        [
            Gauge(name: "reward", unit: "1/step", total: sums.reward, weight: Double(sums.steps), isBetterLow: false),
            Gauge(
                name: "return of an episode",
                unit: "",
                total: sums.episodeReturns,
                weight: Double(sums.episodes),
                isBetterLow: false
            ),
        ]
    }

    func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        decide(&batch)
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        precondition(actions.count == laneCount, "one action per lane")
        batch.removeAll()
        stepCount += 1
        var cuts: [(lane: Int, state: UInt64)] = []
        for lane in states.indices {
            let state = states[lane]
            let outcome = process.draw(Int(actions[lane]), in: Int(state), unit: unit(dynamicsKeys[lane]))
            let next = nextStates[outcome]
            batch.transition(
                state: state,
                action: actions[lane],
                reward: rewards[outcome],
                bootstrap: next < 0 ? StepBatch.Transitions.terminal : Int32(truncatingIfNeeded: lane)
            )
            returns[lane] += process.outcomes[outcome].reward
            sums.reward += process.outcomes[outcome].reward
            elapsed[lane] += 1
            if next >= 0 { states[lane] = UInt64(next) }
            if next < 0 {
                end(lane, &batch)
            } else if elapsed[lane] >= stepLimit {
                batch.transitions.bootstraps[lane] = Int32(truncatingIfNeeded: laneCount + cuts.count)
                cuts.append((lane, states[lane]))
                end(lane, &batch)
            }
        }
        sums.steps += UInt64(laneCount)
        decide(&batch)
        for cut in cuts {
            batch.queries.states.append(cut.state)
            batch.queries.lanes.append(UInt32(truncatingIfNeeded: cut.lane))
            if isMasked { batch.queries.masks.append(process.masks[Int(cut.state)]) }
        }
    }

    private func decide(_ batch: inout StepBatch) {
        for lane in states.indices {
            if isMasked {
                batch.decide(lane: lane, state: states[lane], mask: process.masks[Int(states[lane])])
            } else {
                batch.decide(lane: lane, state: states[lane])
            }
        }
    }

    private mutating func end(_ lane: Int, _ batch: inout StepBatch) {
        batch.episodeReturns.append(returns[lane])
        sums.episodes += 1
        sums.episodeReturns += returns[lane]
        (returns[lane], elapsed[lane]) = (0, 0)
        states[lane] = start(of: lane)
    }

    private func start(of lane: Int) -> UInt64 {
        starts.count == 1 ? starts[0] : starts[min(starts.count - 1, Int(unit(startKeys[lane]) * Double(starts.count)))]
    }

    /// The number in [0, 1) that a lane has in this step.
    private func unit(_ key: UInt64) -> Double {
        Double(SplitMix64.mix(key &+ SplitMix64.increment &* (stepCount &+ 1)) &>> 11) * 0x1p-53
    }
}

extension ProcessEnvironment {
    package var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        begin(&batch)
        return batch.queries
    }

    package func save(to writer: inout WordWriter) {
        writer.write(states)
        writer.write(elapsed)
        writer.write(returns)
        for count in [stepCount, sums.steps, sums.episodes] { writer.write(count) }
        writer.write(sums.reward)
        writer.write(sums.episodeReturns)
    }

    package mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (states, elapsed, returns) = (try reader.longArray(), try reader.longArray(), try reader.doubleArray())
        guard [states.count, elapsed.count, returns.count].allSatisfy({ $0 == laneCount }) else {
            throw WordReader.Failure("\(states.count) lanes were saved, \(laneCount) are to be restored")
        }
        guard states.allSatisfy({ $0 < space.stateCount && process.masks[Int($0)] != 0 }) else {
            throw WordReader.Failure("a lane was saved in a state in which nothing is decided")
        }
        guard elapsed.allSatisfy({ $0 < stepLimit }), returns.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("an episode was saved that cannot have been")
        }
        let stepCount = try reader.long()
        let (steps, episodes) = (try reader.long(), try reader.long())
        let (reward, episodeReturns) = (try reader.double(), try reader.double())
        guard [stepCount, steps, episodes].allSatisfy({ $0 <= 1 << 60 }), reward.isFinite, episodeReturns.isFinite
        else {
            throw WordReader.Failure("the saved counts of the episodes make no sense")
        }
        (self.states, self.elapsed, self.returns, self.stepCount) = (states, elapsed, returns, stepCount)
        sums = Sums(steps: steps, reward: reward, episodes: episodes, episodeReturns: episodeReturns)
    }
}
