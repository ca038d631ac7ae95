import MasterNode
import Messaging
import TabularLearning
import Testing
import WireProtocol
import WorkerNode

@Suite("Every layout ends in the bits of the serial reference")
struct LayoutTests {
    struct Layout: Sendable, CustomTestStringConvertible {
        var workers = 2
        var shards = 2
        var partition = PartitionRule.modulo
        var cohorts = 3
        var hasMasks = true
        var staleness = LearningParameters.Staleness.oneRound
        var aggregation = Aggregation.owner
        var lanes = 5

        var testDescription: String {
            "\(workers) workers, \(shards) shards, \(partition), \(cohorts) cohorts, masks \(hasMasks), "
                + "staleness \(staleness.rawValue), \(aggregation)"
        }
    }

    static let layouts: [Layout] = {
        var layouts: [Layout] = []
        for partition in PartitionRule.allCases {
            for (workers, shards) in [(1, 1), (2, 2), (3, 3), (2, 5), (8, 8)] {
                for hasMasks in [true, false] {
                    layouts.append(.init(workers: workers, shards: shards, partition: partition, hasMasks: hasMasks))
                }
            }
        }
        layouts.append(.init(cohorts: 1, staleness: .fresh))
        layouts.append(.init(cohorts: 1, hasMasks: false, staleness: .fresh))
        layouts.append(.init(cohorts: 1, staleness: .fresh, aggregation: .sum, lanes: 1))
        // A single shard's rows are not split: in every form of answer, and in rounds that ask for nothing.
        layouts.append(.init(workers: 1, shards: 1, hasMasks: false, staleness: .fresh))
        layouts.append(.init(workers: 1, shards: 1, partition: .hash, cohorts: 1, hasMasks: false, aggregation: .sum))
        layouts.append(.init(workers: 1, shards: 1, partition: .scenario, cohorts: 1, staleness: .fresh))
        layouts.append(.init(workers: 4, shards: 4, cohorts: 1, hasMasks: false, staleness: .fresh, aggregation: .sum))
        return layouts
    }()

    static func parameters(_ layout: Layout) -> LearningParameters {
        LearningParameters(
            discount: 0.9,
            stepSize: .visitCount(horizon: 10, minimum: 0.05),
            epsilon: .constant(0.2),
            initialValue: 0.125,
            staleness: layout.staleness
        )
    }

    static func learners(_ layout: Layout, steps: UInt64 = 60) -> [CohortLearner] {
        (0..<layout.cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: layout.cohorts,
                environment: WarehouseEnvironment(
                    lanes: layout.lanes,
                    replica: UInt64(cohort),
                    seed: 5,
                    hasMasks: layout.hasMasks
                ),
                parameters: parameters(layout),
                seed: 9,
                plannedSteps: steps
            )
        }
    }

    static func master(_ layout: Layout, steps: UInt64 = 60) throws -> Master {
        let learners = learners(layout, steps: steps)
        let plan = TrainingPlan(
            space: learners[0].environment.space,
            parameters: parameters(layout),
            workerCount: layout.workers,
            shardCount: layout.shards,
            partition: layout.partition,
            affinityFactor: 0,
            aggregation: layout.aggregation
        )
        return try Master(plan: plan, learners: learners)
    }

    @Test("whatever the order in which mailboxes deliver", arguments: layouts)
    func sameBits(_ layout: Layout) throws {
        var reference = SerialReference(learners: Self.learners(layout), parameters: Self.parameters(layout))
        reference.run()
        for seed in 0..<3 as Range<UInt64> {
            var cluster = SteppedCluster(master: try Self.master(layout), workerCount: layout.workers, seed: seed)
            guard case .finished(let master) = cluster.run() else {
                Issue.record("the run did not finish: \(cluster.reports)")
                return
            }
            #expect(master.table?.cells == reference.table.cells)
            #expect(master.statistics == reference.statistics)
            #expect(cluster.reports.isEmpty)
        }
    }

    @Test("a run of no steps ends with a table nobody touched")
    func noSteps() throws {
        var cluster = SteppedCluster(master: try Self.master(Layout(), steps: 0), workerCount: 2, seed: 1)
        guard case .finished(let master) = cluster.run() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(master.table?.cells.allSatisfy { $0 == .init(value: 0.125, visitCount: 0) } == true)
    }

    @Test("each shard gets at most one message a round")
    func messageCount() throws {
        let layout = Layout(workers: 2, shards: 2, cohorts: 1, hasMasks: false)
        var cluster = SteppedCluster(master: try Self.master(layout), workerCount: 2, seed: 1)
        guard case .finished(let master) = cluster.run() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(master.loads.allSatisfy { $0.messages <= 62 })
        #expect(master.loads.reduce(0) { $0 + $1.updates } == master.statistics.transitions)
    }
}

@Suite("Joining")
struct JoiningTests {
    @Test("a worker of another protocol version is refused in words and the run goes on")
    func otherVersion() throws {
        var cluster = SteppedCluster(master: try LayoutTests.master(.init()), workerCount: 2, seed: 1)
        let offer = JoinFrame(worker: "old", version: 99).encoded()
        cluster.inject(Message(type: "JOIN", correlation: 0, body: offer), into: .control)
        guard case .finished = cluster.run() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(cluster.reports.contains { $0.contains("version 99") })
    }

    @Test("one worker too many is refused")
    func tooMany() throws {
        var cluster = SteppedCluster(master: try LayoutTests.master(.init()), workerCount: 3, seed: 1)
        guard case .finished = cluster.run() else {
            Issue.record("the run did not finish")
            return
        }
        #expect(cluster.refusals == ["the run has its 2 workers already"])
    }

    @Test("a malformed frame is reported and changes nothing")
    func malformedFrames() throws {
        var reference = SerialReference(
            learners: LayoutTests.learners(.init()),
            parameters: LayoutTests.parameters(.init())
        )
        reference.run()
        var cluster = SteppedCluster(master: try LayoutTests.master(.init()), workerCount: 2, seed: 1)
        let garbage = Message(type: "COMPUTE_Q", correlation: 0, body: [1, 2, 3])
        for mailbox in [Mailbox.control, .replies, .worker("w0")] { cluster.inject(garbage, into: mailbox) }
        guard case .finished(let master) = cluster.run() else {
            Issue.record("the run did not finish: \(cluster.reports)")
            return
        }
        #expect(master.table?.cells == reference.table.cells)
        #expect(cluster.reports.count == 3)
        #expect(cluster.workers[0].statistics.malformedFrames == 1)
    }

    @Test("more workers than shards, or than states, is refused before anything starts")
    func configuration() {
        #expect(throws: MasterFailure.self) { try LayoutTests.master(.init(workers: 3, shards: 2)) }
        #expect(throws: MasterFailure.self) { try LayoutTests.master(.init(workers: 1, shards: 61)) }
        #expect(throws: MasterFailure.self) {
            try LayoutTests.master(.init(workers: 1, shards: 11, partition: .scenario))
        }
    }
}
