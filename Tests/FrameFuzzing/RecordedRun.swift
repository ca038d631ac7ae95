internal import MasterNode
internal import Messaging
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import WireProtocol
internal import WorkerNode

/// A small run of one master and one worker, with every frame that travelled and the nodes as they were on the way.
struct RecordedRun: Sendable {
    private(set) var frames: [[UInt32]] = []
    private(set) var offering = Worker(id: "w")
    private(set) var serving = Worker(id: "w")
    private(set) var gathering: Master
    private(set) var preparing: Master
    private(set) var loading: Master
    private(set) var training: Master
    private(set) var collecting: Master

    init() {
        let master = Self.master()
        (gathering, preparing, loading, training, collecting) = (master, master, master, master, master)
        run()
        frames.append(NoticeFrame(reason: "no room").encoded(kind: .refusal, epoch: 1))
        frames.append(encodeBare(FrameHeader(kind: .probe, epoch: 1)))
        frames += Self.moving
    }

    /// What moves shards: nothing does in a run of one worker.
    private static var moving: [[UInt32]] {
        let assignment = AssignmentFrame(
            epoch: 1,
            shards: [.init(index: 0, rowCount: 9)],
            actionCount: 4,
            initialValue: 0.5,
            stepSize: .constant(0.5)
        )
        return [
            assignment.encoded(header: FrameHeader(kind: .take, epoch: 1, cohort: 1)),
            DumpRequestFrame(start: 0, count: 8).encoded(header: FrameHeader(kind: .give, epoch: 1)),
            encodeBare(FrameHeader(kind: .given, epoch: 1)),
            encodeBare(FrameHeader(kind: .leave, epoch: 1, sequence: 1)),
            JoinFrame(worker: "w", epoch: 1, shardCount: 1, isLeaving: true).encoded(),
        ]
    }

    private static func master() -> Master {
        let scenario = MazeScenario()
        let learners = (0..<2).map { cohort in
            CohortLearner(
                index: cohort,
                of: 2,
                environment: scenario.makeEnvironment(replicas: (4 * cohort)..<(4 * cohort + 4), seed: 3),
                parameters: scenario.defaults.parameters,
                seed: 3,
                plannedSteps: 8
            )
        }
        var plan = TrainingPlan(
            space: scenario.space,
            parameters: scenario.defaults.parameters,
            workerCount: 1,
            shardCount: 1,
            partition: .modulo,
            affinityFactor: nil
        )
        plan.mostCohortsPerMessage = 2
        do {
            return try Master(plan: plan, state: RunState(beginning: learners, table: table(of: scenario)))
        } catch {
            preconditionFailure("the plan of the recorded run is sound: \(error)")
        }
    }

    /// A table to begin with, so that the shard is given its cells.
    private static func table(of scenario: MazeScenario) -> ActionValueTable {
        let space = scenario.space
        return ActionValueTable(rowCount: Int(space.stateCount), actionCount: space.actionCount, initialValue: 0.25)
    }

    private mutating func run() {
        var (master, worker) = (gathering, offering)
        var toMaster: [(Message, Mailbox)] = []
        var toWorker: [(Message, Mailbox)] = []
        if case .publish(let offer, let mailbox) = worker.offer() { toMaster.append((offer, mailbox)) }
        while let (message, mailbox) = toMaster.first {
            toMaster.removeFirst()
            frames.append(message.body)
            let actions = master.receive(.delivery(message, in: mailbox)) + master.release()
            for case .publish(let message, let mailbox) in actions {
                toWorker.append((message, mailbox))
                note(message, master)
            }
            while let (message, mailbox) = toWorker.first {
                toWorker.removeFirst()
                frames.append(message.body)
                for case .publish(let message, let mailbox) in worker.receive(.delivery(message, in: mailbox)) {
                    toMaster.append((message, mailbox))
                }
                if message.type == "ASSIGN" { serving = worker }
            }
        }
    }

    /// Keeps the master as it was when it had just sent a message.
    private mutating func note(_ message: Message, _ master: Master) {
        switch message.type {
        case "ASSIGN": preparing = master
        case "LOAD": loading = master
        case "DUMP": collecting = master
        case "STOP": break
        default: training = master
        }
    }
}
