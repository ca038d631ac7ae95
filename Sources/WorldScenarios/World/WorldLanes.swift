internal import CommandBasics
internal import Scenarios
internal import TabularLearning

/// The lanes of a cohort in a program of its own: what is due, what has been, and how a lost program is put back.
struct WorldLanes: Sendable {
    /// What a lane is told, as bits.
    enum Flag {
        /// The episode is over and nothing follows.
        static let terminated: UInt32 = 1
        /// The episode was cut off: what follows is worth what its last state is.
        static let truncated: UInt32 = 2
        /// The state is the first of an episode.
        static let begins: UInt32 = 4
        /// The lane does not act: its agent is out until its world begins again.
        static let absent: UInt32 = 8
    }

    let scenario: WorldScenario
    private let replicas: Range<Int>
    private let seed: UInt64
    private var line: WorldLine
    /// What the lanes are to decide in.
    private var due: Due
    /// What it takes to put a world back, by replica; empty where that cannot be.
    private var histories: [History]
    /// Whether the program is not where its lanes are: they have been put back, and it has not been asked since.
    private var isElsewhere = false
    private var returns: [Double]
    /// The episodes that ended in the last step.
    private(set) var ended: [(lane: Int, episodeReturn: Double)] = []
    private var tally = Tally()

    /// The decisions that the last batch asked for.
    struct Due: Sendable, Hashable {
        var lanes: [UInt32] = []
        var states: [UInt64] = []
        var masks: [UInt64] = []
    }

    /// An episode as far as it has come.
    struct History: Sendable, Hashable {
        var episode: UInt64 = 0
        /// Step by step, an action of each agent; 0 of one who is out.
        var actions: [UInt8] = []
    }

    private struct Tally: Sendable {
        var episodes: UInt64 = 0
        var returnSum = 0.0
        var restarts = 0
    }

    /// A program that needs more than that is not worth going on with.
    private static let mostRestarts = 20
    /// The most actions of an episode that a world is put back with.
    private static let longestHistory = 1 << 24

    /// Starts the program.
    ///
    /// - Throws: `EnvironmentFailure` with what it said where it is not the world of the scenario.
    init(_ scenario: WorldScenario, replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) {
        self.scenario = scenario
        self.replicas = replicas
        self.seed = seed
        let laneCount = replicas.count * scenario.lanesPerReplica
        returns = Array(repeating: 0, count: laneCount)
        histories = scenario.isRestorable ? Array(repeating: History(), count: replicas.count) : []
        line = try Self.start(scenario, replicas, seed)
        let answer = try line.exchange(.begin, [], for: .batch)
        due = try WorldBatch(answer, of: scenario, laneCount: laneCount, line).due
    }

    private static func start(
        _ scenario: WorldScenario,
        _ replicas: Range<Int>,
        _ seed: UInt64
    ) throws(EnvironmentFailure) -> WorldLine {
        let line = try WorldLine(scenario.command, patience: scenario.patience)
        guard try line.open(replicas: replicas, seed: seed) == scenario.description else {
            throw line.failure("is not the one that the run was set up with: states, actions or agents are others now")
        }
        return line
    }

    var laneCount: Int { returns.count }

    var gauges: [Gauge] {
        [
            Gauge(
                name: "return of an episode",
                unit: "",
                total: tally.returnSum,
                weight: Double(tally.episodes),
                isBetterLow: false
            ),
            Gauge(name: "restarts of the world", unit: "", value: Double(tally.restarts)),
        ]
    }

    func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        append(to: &batch)
    }

    /// Lets every lane act that has something to decide.
    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) throws(EnvironmentFailure) {
        precondition(actions.count == due.lanes.count, "one action per decision")
        var words = [UInt32](repeating: 0, count: laneCount)
        for (lane, action) in zip(due.lanes, actions) { words[Int(lane)] = UInt32(action) }
        let answer: WorldBatch
        do throws(EnvironmentFailure) {
            if isElsewhere { try replay() }
            answer = try ask(.step, words)
        } catch {
            // From the same place: a world that dies of what it is asked dies of it again, and that is its end.
            guard scenario.isRestorable, tally.restarts < Self.mostRestarts else { throw error }
            tally.restarts += 1
            Console.note("\(error); it is started again")
            line = try Self.start(scenario, replicas, seed)
            try replay()
            answer = try ask(.step, words)
        }
        try learn(from: answer, actions, &batch)
        try remember(answer, words)
        due = answer.due
        append(to: &batch)
        appendEnds(of: answer, to: &batch)
    }

    private func ask(_ kind: WorldLine.Kind, _ words: [UInt32]) throws(EnvironmentFailure) -> WorldBatch {
        try WorldBatch(try line.exchange(kind, words, for: .batch), of: scenario, laneCount: laneCount, line)
    }

    /// Appends what became of each lane that acted.
    private mutating func learn(
        from answer: WorldBatch,
        _ actions: [UInt8],
        _ batch: inout StepBatch
    ) throws(EnvironmentFailure) {
        batch.removeAll()
        ended.removeAll(keepingCapacity: true)
        var (position, end) = (Int32(0), Int32(answer.due.lanes.count))
        var decisions = [Int32](repeating: StepBatch.Transitions.terminal, count: laneCount)
        for lane in answer.due.lanes {
            decisions[Int(lane)] = position
            position += 1
        }
        for (index, lane) in due.lanes.enumerated() {
            let flags = answer.flags[Int(lane)]
            var bootstrap = decisions[Int(lane)]
            if flags & Flag.terminated != 0 {
                bootstrap = StepBatch.Transitions.terminal
            } else if flags & Flag.truncated != 0 {
                (bootstrap, end) = (end, end + 1)
            } else if bootstrap < 0 {
                throw line.failure("lets lane \(lane) out of an episode that has neither terminated nor been truncated")
            }
            let reward = answer.rewards[Int(lane)]
            batch.transition(
                lane: Int(lane),
                state: due.states[index],
                action: actions[index],
                reward: reward,
                bootstrap: bootstrap
            )
            returns[Int(lane)] += Double(reward)
            if flags & (Flag.terminated | Flag.truncated) != 0 { endEpisode(of: Int(lane), &batch) }
        }
    }

    private mutating func endEpisode(of lane: Int, _ batch: inout StepBatch) {
        batch.episodeReturns.append(returns[lane])
        ended.append((lane, returns[lane]))
        tally.episodes += 1
        tally.returnSum += returns[lane]
        returns[lane] = 0
    }

    /// Notes what puts the worlds back where they are now.
    private mutating func remember(_ answer: WorldBatch, _ actions: [UInt32]) throws(EnvironmentFailure) {
        let agents = scenario.lanesPerReplica
        for replica in histories.indices {
            let lanes = (replica * agents)..<((replica + 1) * agents)
            if answer.flags[lanes.lowerBound] & Flag.begins != 0 {
                histories[replica].episode += 1
                histories[replica].actions.removeAll(keepingCapacity: true)
            } else {
                for lane in lanes { histories[replica].actions.append(UInt8(truncatingIfNeeded: actions[lane])) }
                guard histories[replica].actions.count <= Self.longestHistory else {
                    throw line.failure(
                        "has an episode of more than \(Self.longestHistory / agents) steps, which nobody can go through again: "
                            + "let it say that it is not repeatable, and use --durability log"
                    )
                }
            }
        }
    }

    /// Takes the program's worlds to where the lanes are.
    private mutating func replay() throws(EnvironmentFailure) {
        var writer = WordWriter()
        for history in histories { writer.write(history.episode) }
        for history in histories { writer.write(UInt32(history.actions.count / scenario.lanesPerReplica)) }
        for history in histories { for action in history.actions { writer.write(UInt32(action)) } }
        let found = try ask(.replay, writer.words).due
        guard found == due else {
            let lane = zip(found.lanes, zip(found.states, due.states)).first { $0.1.0 != $0.1.1 }?.0 ?? 0
            throw line.failure(
                "does not repeat itself: lane \(lane) is elsewhere after the same seed and actions; let it say that it is not "
                    + "repeatable, and use --durability log"
            )
        }
        isElsewhere = false
    }

    private func append(to batch: inout StepBatch) {
        batch.queries.states.append(contentsOf: due.states)
        batch.queries.lanes.append(contentsOf: due.lanes)
        batch.queries.masks.append(contentsOf: due.masks)
        batch.decisionCount = due.states.count
    }

    /// Appends the last states of the episodes that were cut off.
    private func appendEnds(of answer: WorldBatch, to batch: inout StepBatch) {
        for index in answer.ends.lanes.indices {
            batch.queries.states.append(answer.ends.states[index])
            batch.queries.lanes.append(answer.ends.lanes[index])
            if !answer.ends.masks.isEmpty { batch.queries.masks.append(answer.ends.masks[index]) }
        }
    }
}

extension WorldLanes {
    /// Decisions as the last batch asked for them.
    var dueDecisions: StepBatch.Queries {
        var batch = StepBatch()
        begin(&batch)
        return batch.queries
    }

    /// Writes what it takes to put the worlds back.
    func save(to writer: inout WordWriter) {
        for history in histories {
            writer.write(history.episode)
            writer.write(history.actions)
        }
        writer.write(due.lanes)
        writer.write(due.states)
        writer.write(due.masks)
        writer.write(returns)
        writer.write(tally.episodes)
        writer.write(tally.returnSum)
    }

    /// Reads what `save` wrote; the program goes there when it is next asked.
    ///
    /// - Throws: `WordReader.Failure` when the words do not fit.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (agents, space) = (scenario.lanesPerReplica, scenario.worldSpace)
        for replica in histories.indices {
            let history = History(episode: try reader.long(), actions: try reader.byteArray())
            guard history.actions.count % agents == 0, history.actions.count <= Self.longestHistory,
                history.actions.allSatisfy({ $0 < space.actionCount })
            else { throw WordReader.Failure("the episode of world \(replica) makes no sense") }
            histories[replica] = history
        }
        let due = Due(lanes: try reader.wordArray(), states: try reader.longArray(), masks: try reader.longArray())
        let returns = try reader.doubleArray()
        guard due.lanes.count == due.states.count, [0, due.lanes.count].contains(due.masks.count),
            due.lanes.allSatisfy({ $0 < laneCount }), zip(due.lanes, due.lanes.dropFirst()).allSatisfy({ $0 < $1 }),
            due.states.allSatisfy({ $0 < space.stateCount }), returns.count == laneCount, returns.allSatisfy(\.isFinite)
        else { throw WordReader.Failure("the decisions that were saved are none of this world's") }
        (self.due, self.returns) = (due, returns)
        tally = Tally(episodes: try reader.long(), returnSum: try reader.double())
        guard tally.episodes <= 1 << 60, tally.returnSum.isFinite else {
            throw WordReader.Failure("the saved counts of the world make no sense")
        }
        isElsewhere = true
    }
}
