import MasterNode
import Messaging
import Rounds
import SimulatedCluster
import TabularLearning
import Testing
import WireProtocol
import WorkerNode

/// A run whose layout is named in failures.
struct Layout: Sendable, CustomTestStringConvertible {
    var run = SimulatedRun()

    init(
        workers: Int = 2,
        shards: Int = 2,
        partition: PartitionRule = .modulo,
        cohorts: Int = 3,
        hasMasks: Bool = true,
        staleness: LearningParameters.Staleness = .oneRound,
        aggregation: Aggregation = .owner,
        lanes: Int = 5,
        steps: UInt64 = 60,
        cohortsPerMessage: Int = 1,
        ties: Ties = .lowest,
        hasOffsets: Bool = true,
        update: UpdateRule = .qLearning,
        exploration: Exploration = .epsilonGreedy,
        replay: Replay = .none,
        tilings: Int? = nil
    ) {
        run.workers = workers
        run.shards = shards
        run.partition = partition
        run.cohorts = cohorts
        run.hasMasks = hasMasks
        run.staleness = staleness
        run.aggregation = aggregation
        run.lanes = lanes
        run.steps = steps
        run.cohortsPerMessage = cohortsPerMessage
        run.ties = ties
        run.hasOffsets = hasOffsets
        run.update = update
        run.exploration = exploration
        run.replay = replay
        run.tilings = tilings
        run.checkpointRounds = nil
    }

    var testDescription: String {
        "\(run.workers) workers, \(run.shards) shards, \(run.partition), \(run.cohorts) cohorts, masks \(run.hasMasks), "
            + "staleness \(run.staleness.rawValue), \(run.aggregation), ties \(run.ties), "
            + "offsets \(run.hasOffsets), \(run.update.rawValue), exploration \(run.exploration), replay \(run.replay.rawValue), "
            + "\(run.tilings ?? 0) tilings, up to \(run.cohortsPerMessage) cohorts a message"
    }
}

@Suite("Every layout ends in the bits of the serial reference")
struct LayoutTests {
    static let layouts: [Layout] = {
        var layouts: [Layout] = []
        for partition in PartitionRule.allCases {
            for (workers, shards) in [(1, 1), (2, 2), (3, 3), (2, 5), (8, 8)] {
                for hasMasks in [true, false] {
                    layouts.append(.init(workers: workers, shards: shards, partition: partition, hasMasks: hasMasks))
                }
            }
        }
        // Rounds that share messages, with all others and with some of them.
        for (cohorts, together) in [(2, 2), (4, 2), (5, 3), (5, 5)] {
            for hasMasks in [true, false] {
                layouts.append(.init(cohorts: cohorts, hasMasks: hasMasks, cohortsPerMessage: together))
            }
        }
        layouts.append(.init(cohorts: 1, staleness: .fresh))
        layouts.append(.init(cohorts: 1, hasMasks: false, staleness: .fresh))
        layouts.append(.init(cohorts: 1, staleness: .fresh, aggregation: .sum, lanes: 1))
        for rounds in [2, 7, 255] {
            let staleness = LearningParameters.Staleness(rawValue: rounds) ?? .oneRound
            layouts.append(.init(workers: 3, shards: 3, staleness: staleness))
            layouts.append(.init(workers: 1, shards: 1, cohorts: 1, hasMasks: false, staleness: staleness))
        }
        // Ties that are drawn, from rows and from sets.
        for (workers, shards) in [(1, 1), (3, 5)] {
            layouts.append(.init(workers: workers, shards: shards, ties: .random))
            layouts.append(.init(workers: workers, shards: shards, hasMasks: false, ties: .random))
            layouts.append(
                .init(workers: workers, shards: shards, cohorts: 1, hasMasks: false, staleness: .fresh, ties: .random)
            )
            layouts.append(.init(workers: workers, shards: shards, hasMasks: false, aggregation: .sum, ties: .random))
        }
        // Every rule: rows with offsets, masks that travel with the questions, plain maxima, rows that are summed.
        for update in (UpdateRule.names + ["target-q-learning:3", "minimax-q:3"]).compactMap(UpdateRule.init) {
            for ties in Ties.allCases {
                layouts.append(.init(workers: 3, shards: 5, ties: ties, update: update))
                layouts.append(.init(workers: 3, shards: 5, ties: ties, hasOffsets: false, update: update))
                layouts.append(.init(workers: 2, shards: 3, hasMasks: false, ties: ties, update: update))
                layouts.append(
                    .init(cohorts: 1, hasMasks: false, staleness: .fresh, aggregation: .sum, ties: ties, update: update)
                )
            }
            let lagging = LearningParameters.Staleness(rawValue: 3) ?? .oneRound
            layouts.append(.init(workers: 1, shards: 1, staleness: lagging, hasOffsets: false, update: update))
        }
        // Exploration that differs by lane, or draws from rows.
        for exploration in [.ladder(exponent: 7), .boltzmann(temperature: .constant(0.7)), .mellowmax(sharpness: 2)]
            as [Exploration]
        {
            for update in ["sarsa", "double-q-learning", "q-learning", "sarsa-lambda"].compactMap(UpdateRule.init) {
                layouts.append(.init(workers: 3, shards: 5, update: update, exploration: exploration))
                layouts.append(
                    .init(
                        cohorts: 1,
                        hasMasks: false,
                        staleness: .fresh,
                        ties: .random,
                        update: update,
                        exploration: exploration
                    )
                )
            }
        }
        // What is replayed: masks that travel, plain maxima, rows that are summed, updates that lag; of two tables too.
        for replay in [
            "uniform:30:3", "prioritized:30:3:0.7:0.5", "dyna-q:3", "dyna-q-plus:3:0.1", "prioritized-sweeping:3",
        ]
        .compactMap(Replay.init) {
            layouts.append(.init(workers: 3, shards: 5, hasOffsets: false, replay: replay))
            layouts.append(.init(cohorts: 4, hasMasks: false, cohortsPerMessage: 2, ties: .random, replay: replay))
            layouts.append(
                .init(cohorts: 1, hasMasks: false, staleness: .fresh, aggregation: .sum, ties: .random, replay: replay)
            )
            let lagging = LearningParameters.Staleness(rawValue: 3) ?? .oneRound
            layouts.append(.init(workers: 1, shards: 1, staleness: lagging, hasOffsets: false, replay: replay))
            for update in ["double-q-learning", "target-q-learning:3", "mellowmax", "dueling"].compactMap(
                UpdateRule.init
            )
            where replay.objection(to: update) == nil {
                layouts.append(.init(workers: 3, shards: 5, hasOffsets: false, update: update, replay: replay))
            }
        }
        // Sums over tiles by every rule that can have them.
        for update in UpdateRule.names.compactMap(UpdateRule.init) {
            for tilings in [1, 4] {
                let some = [
                    Layout(workers: 3, shards: 5, update: update, tilings: tilings),
                    Layout(
                        cohorts: 4,
                        hasMasks: false,
                        cohortsPerMessage: 2,
                        ties: .random,
                        update: update,
                        tilings: tilings
                    ),
                    Layout(
                        cohorts: 1,
                        hasMasks: false,
                        staleness: .fresh,
                        aggregation: .sum,
                        update: update,
                        tilings: tilings
                    ),
                    Layout(
                        workers: 3,
                        shards: 3,
                        partition: .hash,
                        staleness: LearningParameters.Staleness(rawValue: 3) ?? .oneRound,
                        hasOffsets: false,
                        update: update,
                        tilings: tilings
                    ),
                ]
                layouts += some.filter { TileCoding.objection(to: $0.run.parameters) == nil }
            }
        }
        // A single shard's rows are not split: in every form of answer, and in rounds that ask for nothing.
        layouts.append(.init(workers: 1, shards: 1, hasMasks: false, staleness: .fresh))
        layouts.append(.init(workers: 1, shards: 1, partition: .hash, cohorts: 1, hasMasks: false, aggregation: .sum))
        layouts.append(.init(workers: 1, shards: 1, partition: .scenario, cohorts: 1, staleness: .fresh))
        layouts.append(.init(workers: 4, shards: 4, cohorts: 1, hasMasks: false, staleness: .fresh, aggregation: .sum))
        return layouts
    }()

    @Test("whatever the order in which mailboxes deliver", arguments: layouts)
    func sameBits(_ layout: Layout) throws {
        var reference = SerialReference(learners: layout.run.learners(), parameters: layout.run.parameters)
        try reference.run()
        for seed in 0..<3 as Range<UInt64> {
            var cluster = SimulatedCluster(layout.run, seed: seed)
            guard case .finished(let master) = cluster.play() else {
                Issue.record("the run did not finish: \(cluster.reports)")
                return
            }
            #expect(master.table?.cells == reference.table.cells)
            #expect(master.statistics == reference.statistics)
            #expect(cluster.reports.isEmpty)
        }
    }

    @Test("sums over one grid are the table, bit for bit", arguments: UpdateRule.names)
    func oneGrid(update: String) throws {
        var run = SimulatedRun()
        run.update = try #require(UpdateRule(rawValue: update))
        (run.tilings, run.steps, run.initialValue) = (1, 200, 0)
        guard TileCoding.objection(to: run.parameters) == nil else { return }
        let tiled = try run.referenceTable()
        run.tilings = nil
        #expect(tiled.cells == (try run.referenceTable()).cells)
        #expect(tiled.updateCount > 500)
    }

    @Test("a run of no steps ends with a table nobody touched")
    func noSteps() throws {
        var cluster = SimulatedCluster(Layout(steps: 0).run, seed: 1)
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(master.table?.cells.allSatisfy { $0 == .init(value: 0.125, visitCount: 0) } == true)
    }

    @Test("visit counts at their limit end no run, whatever fails", arguments: 0..<20 as Range<UInt64>)
    func visitsAtTheirLimit(_ seed: UInt64) throws {
        var run = SimulatedRun()
        run.initialVisits = .max - 2
        let reference = try run.referenceTable()
        var cluster = SimulatedCluster(run, workerCount: 2, seed: seed, faultCount: Int(seed % 4), .init())
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish: \(cluster.reports)")
            return
        }
        #expect(master.table?.cells == reference.cells)
        #expect(master.table?.updateCount == master.statistics.transitions)
        #expect(reference.cells.contains { $0.visitCount == .max })
    }

    @Test("without staleness only the shards that had updates are asked again")
    func askedAgain() throws {
        let layout = Layout(cohorts: 1, hasMasks: false, staleness: .fresh, aggregation: .sum, lanes: 1)
        var cluster = SimulatedCluster(layout.run, seed: 1)
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish")
            return
        }
        // At most one question a step goes to both shards; each transition of the only lane is an update for one of them.
        let most = 2 * (layout.run.steps + 1) + master.statistics.transitions
        #expect(master.loads.reduce(0) { $0 + $1.rounds } <= most)
        #expect(master.statistics.transitions > 30)
        #expect(master.table?.cells == (try layout.run.referenceTable()).cells)
    }

    @Test("each shard gets at most one frame a round")
    func messageCount() throws {
        let layout = Layout(workers: 2, shards: 2, cohorts: 1, hasMasks: false)
        var cluster = SimulatedCluster(layout.run, seed: 1)
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(master.loads.allSatisfy { $0.rounds <= 62 })
        #expect(master.loads.reduce(0) { $0 + $1.updates } == master.statistics.transitions)
    }
}

@Suite("Rounds that share messages")
struct SharedMessageTests {
    private func play(_ layout: Layout, seed: UInt64 = 1) throws -> Master {
        var cluster = SimulatedCluster(layout.run, seed: seed)
        guard case .finished(let master) = cluster.play() else {
            throw FrameFailure(.malformed, "the run did not finish: \(cluster.reports)")
        }
        return master
    }

    @Test("are fewer, and the rounds in them the same")
    func fewerMessages() throws {
        let alone = try play(Layout(cohorts: 4, hasMasks: false))
        let together = try play(Layout(cohorts: 4, hasMasks: false, cohortsPerMessage: 2))
        #expect(alone.loads == together.loads)
        #expect(alone.table?.cells == together.table?.cells)
        #expect(alone.messageCount > alone.loads.reduce(0) { $0 + $1.rounds })
        #expect(Double(together.messageCount) < 0.8 * Double(alone.messageCount))
    }
}

@Suite("Joining")
struct JoiningTests {
    @Test("a worker of another protocol version is refused in words and the run goes on")
    func otherVersion() throws {
        var cluster = SimulatedCluster(Layout().run, seed: 1)
        let offer = JoinFrame(worker: "old", version: 99).encoded()
        cluster.inject(Message(type: "JOIN", correlation: 0, body: offer), into: .control)
        guard case .finished = cluster.play() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(cluster.reports.contains { $0.contains("version 99") })
    }

    @Test("one worker too many stands by and is sent home with the others")
    func tooMany() throws {
        var cluster = SimulatedCluster(Layout().run, workerCount: 3, seed: 1)
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(master.workers.count == 2)
        #expect(cluster.refusals.isEmpty)
    }

    @Test("a malformed frame is reported and changes nothing")
    func malformedFrames() throws {
        let run = Layout().run
        var cluster = SimulatedCluster(Layout().run, seed: 1)
        let garbage = Message(type: "COMPUTE_Q", correlation: 0, body: [1, 2, 3])
        for mailbox in [Mailbox.control, .replies, .worker("w0")] { cluster.inject(garbage, into: mailbox) }
        guard case .finished(let master) = cluster.play() else {
            Issue.record("the run did not finish: \(cluster.reports)")
            return
        }
        #expect(try master.table?.cells == run.referenceTable().cells)
        #expect(cluster.reports.count == 3)
        #expect(cluster.workerStatistics[0].malformedFrames == 1)
    }

    @Test("more workers than shards, or than states, is refused before anything starts")
    func configuration() {
        let tooMany = [
            Layout(workers: 3, shards: 2), Layout(workers: 1, shards: 61),
            Layout(workers: 1, shards: 11, partition: .scenario),
        ]
        for layout in tooMany { #expect(throws: MasterFailure.self) { try layout.run.master() } }
    }
}
