public import TabularLearning

/// Lanes that each walk through a maze of their own.
public struct MazeEnvironment: RestorableEnvironment {
    /// Row × column; four moves.
    public let space: StateSpace

    /// The cells in which episodes may start.
    private var startCells: [UInt64]
    private var rules: Rules
    private let scenario: MazeScenario
    /// How many of the maze's earlier stages are over.
    private var stage = 0
    private let startRandom: CounterBasedRandom
    private let firstReplica: Int
    /// The dynamics key of each lane.
    private let laneKeys: [UInt64]

    private var states: [UInt64]
    /// The steps of each lane's episode.
    private var elapsed: [UInt32]
    /// What each lane's episode has paid so far; empty where only its end pays.
    private var returns: [Double] = []
    /// The steps taken: the position in every lane's random numbers.
    private var stepCount: UInt64 = 0
    private var tally = Tally()
    /// Lanes whose episode was cut in this step, and where; emptied and filled by every step.
    private var cuts: [(lane: Int, state: UInt64)] = []
    /// Lanes whose episode ended in this step.
    private var ends: [Int] = []

    /// What a lane's step depends on besides the lane.
    fileprivate struct Rules: Sendable {
        /// [cells × 4] where each move leads.
        let destinations: [UInt32]
        /// Whether a cell ends the episode.
        let isEnd: [Bool]
        let isGoal: [Bool]
        /// What a move pays that comes to a cell; empty where only goals pay, and 1.
        let pay: [Float]
        /// The slip probability as a share of 2⁵³.
        let slipThreshold: UInt64
        let stepLimit: UInt32
    }

    /// Ended episodes since the start.
    private struct Tally: Sendable {
        var episodes: UInt64 = 0
        var goals: UInt64 = 0
        var steps: UInt64 = 0
    }

    /// Creates lanes at their starts.
    ///
    /// - Parameters:
    ///   - scenario: The maze.
    ///   - replicas: The numbers of the lanes within the run; they and the seed key the random numbers.
    ///   - seed: The run's seed.
    public init(_ scenario: MazeScenario, replicas: Range<Int>, seed: UInt64) {
        let layout = scenario.layout(of: 0)
        self.scenario = scenario
        space = scenario.space
        startCells = scenario.startCells(of: layout)
        rules = Rules(scenario, layout)
        firstReplica = replicas.lowerBound
        startRandom = CounterBasedRandom(seed: seed, stream: .start)
        let dynamics = CounterBasedRandom(seed: seed, stream: .dynamics)
        laneKeys = replicas.map { dynamics.laneKey(UInt64($0)) }
        states = Array(repeating: 0, count: replicas.count)
        elapsed = Array(repeating: 0, count: replicas.count)
        if !rules.pay.isEmpty { returns = Array(repeating: 0, count: replicas.count) }
        for lane in states.indices { states[lane] = startCell(lane: lane) }
    }

    /// One lane a replica.
    public var laneCount: Int { states.count }

    /// The length of the episodes that ended, and how many of them at the goal.
    public var gauges: [Gauge] {
        let episodes = Double(tally.episodes)
        return [
            Gauge(
                name: "episode length",
                unit: "steps",
                total: Double(tally.steps),
                weight: episodes,
                isBetterLow: true
            ),
            Gauge(name: "goal share", unit: "", total: Double(tally.goals), weight: episodes, isBetterLow: false),
        ]
    }

    /// Writes the lanes' first cells.
    public mutating func begin(_ batch: inout StepBatch) {
        batch.layOutLanes(laneCount, withTransitions: false)
        batch.queries.states.overwrite(with: states)
    }

    /// Moves every lane; where an episode ends the lane starts its next one, and where it was cut the cell it had
    /// come to is asked for besides.
    public mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        precondition(actions.count == laneCount, "one action per lane")
        stepCount += 1
        change()
        batch.layOutLanes(laneCount, withTransitions: true)
        batch.transitions.actions.overwrite(with: actions)
        batch.transitions.states.overwrite(with: states)
        cuts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        rules.move(
            &states,
            &elapsed,
            actions,
            keys: laneKeys,
            position: SplitMix64.increment &* (stepCount &+ 1),
            rewards: &batch.transitions.rewards,
            bootstraps: &batch.transitions.bootstraps,
            &cuts,
            &ends
        )
        pay(&batch.transitions.rewards)
        restart(&batch)
        batch.queries.states.overwrite(with: states)
        for cut in cuts {
            batch.transitions.bootstraps[cut.lane] = Int32(batch.queries.count)
            batch.queries.states.append(cut.state)
            batch.queries.lanes.append(UInt32(cut.lane))
        }
    }

    /// Makes the maze what it is from this step on.
    private mutating func change() {
        guard stage < scenario.earlier.count, stepCount > scenario.earlier[stage].lastStep else { return }
        while stage < scenario.earlier.count, stepCount > scenario.earlier[stage].lastStep { stage += 1 }
        let layout = scenario.layout(of: stage)
        startCells = scenario.startCells(of: layout)
        rules = Rules(scenario, layout)
    }

    /// Pays what cells pay where that is not 1 at a goal, and adds it up.
    private mutating func pay(_ rewards: inout [Float]) {
        guard !rules.pay.isEmpty else { return }
        for lane in states.indices {
            rewards[lane] = rules.pay[Int(states[lane])]
            returns[lane] += Double(rewards[lane])
        }
    }

    private mutating func restart(_ batch: inout StepBatch) {
        for lane in ends {
            let isAtGoal = rules.isGoal[Int(states[lane])]
            if returns.isEmpty {
                batch.episodeReturns.append(Double(batch.transitions.rewards[lane]))
            } else {
                batch.episodeReturns.append(returns[lane])
                returns[lane] = 0
            }
            tally.episodes += 1
            tally.goals += isAtGoal ? 1 : 0
            tally.steps += UInt64(elapsed[lane])
            states[lane] = startCell(lane: lane)
            elapsed[lane] = 0
        }
    }

    private func startCell(lane: Int) -> UInt64 {
        guard startCells.count > 1 else { return startCells[0] }
        var generator = startRandom.generator(lane: UInt64(firstReplica + lane), step: stepCount)
        return startCells[generator.nextIndex(below: startCells.count)]
    }
}

extension MazeScenario {
    /// The cells when so many stages are over.
    fileprivate func layout(of stage: Int) -> MazeLayout { stage < earlier.count ? earlier[stage].layout : layout }

    fileprivate func startCells(of layout: MazeLayout) -> [UInt64] {
        (start == .fixed ? [layout.start] : layout.decisionCells).map { UInt64($0) }
    }
}

extension MazeEnvironment.Rules {
    fileprivate init(_ scenario: MazeScenario, _ layout: MazeLayout) {
        destinations = layout.cells.indices.flatMap { cell in
            MazeLayout.Move.allCases.map { UInt32(layout.destination(of: $0, from: cell)) }
        }
        isGoal = layout.cells.map { $0 == .goal }
        isEnd = layout.cells.map { $0 == .goal || $0 == .hole }
        pay = scenario.isPlain ? [] : layout.cells.map { Float(scenario.pay.reward($0)) }
        slipThreshold = UInt64(scenario.slip * 0x1p53)
        stepLimit = UInt32(scenario.stepLimit)
    }

    /// Moves every lane by its action and notes whose episode ended, and whose ended without a goal.
    fileprivate func move(
        _ states: inout [UInt64],
        _ elapsed: inout [UInt32],
        _ actions: [UInt8],
        keys: [UInt64],
        position: UInt64,
        rewards: inout [Float],
        bootstraps: inout [Int32],
        _ cuts: inout [(lane: Int, state: UInt64)],
        _ ends: inout [Int]
    ) {
        let (actions, keys) = (actions.span, keys.span)
        let (destinations, isEnd) = (destinations.span, isEnd.span)
        var states = states.mutableSpan
        var elapsed = elapsed.mutableSpan
        var rewards = rewards.mutableSpan
        var bootstraps = bootstraps.mutableSpan
        for lane in 0..<states.count {
            let random = SplitMix64.mix(keys[lane] &+ position)
            // A quarter turn to the right or to the left, by the lowest bit, which the comparison leaves out.
            let turn = random &>> 11 < slipThreshold ? (random & 1) &* 2 &+ 1 : 0
            let move = (UInt64(actions[lane]) &+ turn) & 3
            let next = Int(destinations[Int(states[lane] &* 4 &+ move)])
            states[lane] = UInt64(next)
            elapsed[lane] += 1
            let isOver = isEnd[next]
            rewards[lane] = isOver ? 1 : 0
            if isOver {
                bootstraps[lane] = StepBatch.Transitions.terminal
                ends.append(lane)
            } else if elapsed[lane] >= stepLimit {
                cuts.append((lane, UInt64(next)))
                ends.append(lane)
            }
        }
    }
}

extension MazeEnvironment {
    /// Every lane decides in its cell.
    public var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        for lane in states.indices { batch.decide(lane: lane, state: states[lane]) }
        return batch.queries
    }

    /// Writes the lanes' cells, the age of their episodes, the step and the counts.
    public func save(to writer: inout WordWriter) {
        writer.write(states)
        writer.write(elapsed)
        writer.write(stepCount)
        writer.write(tally.episodes)
        writer.write(tally.goals)
        writer.write(tally.steps)
        if !returns.isEmpty { writer.write(returns) }
    }

    /// Puts the lanes back.
    public mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let states = try reader.longArray()
        let elapsed = try reader.wordArray()
        guard states.count == laneCount, elapsed.count == laneCount else {
            throw WordReader.Failure("\(states.count) lanes were saved, \(laneCount) are to be restored")
        }
        guard states.allSatisfy({ $0 < UInt64(rules.isEnd.count) }) else {
            throw WordReader.Failure("a lane was saved outside the \(rules.isEnd.count) cells of the maze")
        }
        guard elapsed.allSatisfy({ $0 < rules.stepLimit }) else {
            throw WordReader.Failure("an episode was saved beyond its \(rules.stepLimit) steps")
        }
        let stepCount = try reader.long()
        let tally = Tally(episodes: try reader.long(), goals: try reader.long(), steps: try reader.long())
        guard [stepCount, tally.episodes, tally.steps].allSatisfy({ $0 <= 1 << 60 }), tally.goals <= tally.episodes
        else {
            throw WordReader.Failure("the saved counts of the maze make no sense")
        }
        let returns = self.returns.isEmpty ? [] : try reader.doubleArray()
        guard returns.count == self.returns.count, returns.allSatisfy(\.isFinite) else {
            throw WordReader.Failure("\(returns.count) returns were saved that \(laneCount) lanes do not have")
        }
        (self.states, self.elapsed, self.stepCount, self.tally) = (states, elapsed, stepCount, tally)
        self.returns = returns
        change()
    }
}
