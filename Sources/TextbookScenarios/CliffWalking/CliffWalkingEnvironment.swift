internal import Scenarios
internal import TabularLearning

/// Lanes that each walk along a cliff of their own; nothing is drawn.
struct CliffWalkingEnvironment: RestorableEnvironment {
    let space = CliffWalkingScenario().space

    private var states: [UInt64]
    /// What each lane's episode has cost so far.
    private var costs: [UInt64]
    /// The episodes that each lane has behind it.
    private var episodes: [UInt64]
    private var all = Tally()
    /// The episodes of each lane that the literature compares.
    private var compared = Tally()

    private static let comparedEpisodes: ClosedRange<UInt64> = 101...500

    private struct Tally: Sendable {
        var episodes: UInt64 = 0
        var cost: UInt64 = 0

        func gauge(_ name: String) -> Gauge {
            Gauge(name: name, unit: "", total: -Double(cost), weight: Double(episodes), isBetterLow: false)
        }
    }

    init(laneCount: Int) {
        states = Array(repeating: CliffWalkingScenario.start, count: laneCount)
        costs = Array(repeating: 0, count: laneCount)
        episodes = Array(repeating: 0, count: laneCount)
    }

    var laneCount: Int { states.count }

    /// The mean return of the episodes while it learns, exploration included: of all, and of each lane's 101st to 500th.
    var gauges: [Gauge] {
        [all.gauge("return of an episode"), compared.gauge("online return of episodes 101 to 500")]
    }

    func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in states.indices { batch.decide(lane: lane, state: states[lane]) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        precondition(actions.count == laneCount, "one action per lane")
        batch.removeAll()
        for lane in states.indices {
            let (next, cost) = CliffWalkingScenario.move(actions[lane], from: states[lane])
            let isOver = next == CliffWalkingScenario.goal
            batch.transition(
                state: states[lane],
                action: actions[lane],
                reward: -Float(cost),
                bootstrap: isOver ? StepBatch.Transitions.terminal : Int32(lane)
            )
            costs[lane] += cost
            states[lane] = next
            if isOver { end(lane, &batch) }
            batch.decide(lane: lane, state: states[lane])
        }
    }

    private mutating func end(_ lane: Int, _ batch: inout StepBatch) {
        batch.episodeReturns.append(-Double(costs[lane]))
        episodes[lane] += 1
        all.episodes += 1
        all.cost += costs[lane]
        if Self.comparedEpisodes.contains(episodes[lane]) {
            compared.episodes += 1
            compared.cost += costs[lane]
        }
        costs[lane] = 0
        states[lane] = CliffWalkingScenario.start
    }

    var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        begin(&batch)
        return batch.queries
    }

    func save(to writer: inout WordWriter) {
        writer.write(states)
        writer.write(costs)
        writer.write(episodes)
        for count in [all.episodes, all.cost, compared.episodes, compared.cost] { writer.write(count) }
    }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (states, costs, episodes) = (try reader.longArray(), try reader.longArray(), try reader.longArray())
        guard [states, costs, episodes].allSatisfy({ $0.count == laneCount }) else {
            throw WordReader.Failure("\(states.count) lanes were saved, \(laneCount) are to be restored")
        }
        // Above the last row, or at the start: nobody stands in the cliff or goes on from the goal.
        guard states.allSatisfy({ $0 <= CliffWalkingScenario.start }) else {
            throw WordReader.Failure("a lane was saved where nobody can stand")
        }
        let all = Tally(episodes: try reader.long(), cost: try reader.long())
        let compared = Tally(episodes: try reader.long(), cost: try reader.long())
        let counts = costs + episodes + [all.episodes, all.cost, compared.cost]
        guard counts.allSatisfy({ $0 <= 1 << 60 }), compared.episodes <= all.episodes else {
            throw WordReader.Failure("the saved counts of the cliff make no sense")
        }
        (self.states, self.costs, self.episodes) = (states, costs, episodes)
        (self.all, self.compared) = (all, compared)
    }
}
