internal import ActorNode
internal import MasterNode
internal import Messaging
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import WireProtocol
internal import WorkerNode

/// A small run of one master, one worker and one actor process, with every frame that travelled and the nodes on the way.
struct RecordedActorRun: Sendable {
    private(set) var frames: [[UInt32]] = []
    /// A master that waits for actor processes, and one whose cohorts are with one.
    private(set) var gathering: Master
    private(set) var training: Master
    /// A worker whose rounds come from an actor process.
    private(set) var serving = Worker(id: "w")
    /// An actor process that waits for a master, for the states of its cohorts, for answers.
    private(set) var offering = CohortActor(id: "a", session: 1)
    private(set) var preparing = CohortActor(id: "a", session: 1)
    private(set) var acting = CohortActor(id: "a", session: 1)

    init() {
        let master = Self.master()
        (gathering, training) = (master, master)
        run()
        for cohort in 0..<2 {
            let header = FrameHeader(kind: .state, epoch: 1, cohort: cohort)
            frames += StateFrame.parts(of: SavedSections(of: []).words, header: header)
        }
        for mark in [MarkFrame.end, .cut, .cutWhenDue] { frames.append(mark.encoded(epoch: 1, copy: 1)) }
        frames.append(EnlistmentFrame(name: "a", epoch: 1, session: 1, isLeaving: true).encoded())
        prepare()
    }

    private static func learners() -> [CohortLearner] {
        let scenario = MazeScenario()
        return (0..<2).map { cohort in
            CohortLearner(
                index: cohort,
                of: 2,
                environment: scenario.makeEnvironment(replicas: (4 * cohort)..<(4 * cohort + 4), seed: 3),
                parameters: scenario.defaults.parameters,
                seed: 3,
                plannedSteps: 24
            )
        }
    }

    private static func master() -> Master {
        let scenario = MazeScenario()
        let space = scenario.space
        let table = ActionValueTable(
            rowCount: Int(space.stateCount),
            actionCount: space.actionCount,
            initialValue: 0.25
        )
        var plan = TrainingPlan(
            space: space,
            parameters: scenario.defaults.parameters,
            workerCount: 1,
            shardCount: 1,
            partition: .modulo,
            affinityFactor: nil
        )
        plan.mostCohortsPerMessage = 2
        plan.actorCount = 1
        plan.runDescription = "{}"
        do {
            return try Master(plan: plan, state: RunState(beginning: learners(), table: table))
        } catch {
            preconditionFailure("the plan of the recorded run is sound: \(error)")
        }
    }

    private mutating func run() {
        var (master, worker, actor) = (gathering, Worker(id: "w"), offering)
        var queue: [(message: Message, mailbox: Mailbox)] = []
        func send(_ actions: [Master.Action]) {
            for case .publish(let message, let mailbox) in actions { queue.append((message, mailbox)) }
        }
        func send(_ actions: [Worker.Action]) {
            for case .publish(let message, let mailbox) in actions { queue.append((message, mailbox)) }
        }
        func send(_ actions: [CohortActor.Action]) {
            for action in actions {
                if case .publish(let message, let mailbox) = action { queue.append((message, mailbox)) }
                if case .make(let cohorts, _) = action { send(actor.begin(with: Array(Self.learners()[cohorts]))) }
            }
        }
        send([worker.offer()])
        send([actor.offer()])
        while let (message, mailbox) = queue.first {
            queue.removeFirst()
            frames.append(message.body)
            let event = MessagingEvent.delivery(message, in: mailbox)
            switch mailbox {
            case .control, .replies: send(master.receive(event))
            case worker.mailbox: send(worker.receive(event))
            default: send(actor.receive(event))
            }
            send(actor.release() + actor.progress())
            if master.isTraining, actor.statistics.rounds == 4 { (training, serving, acting) = (master, worker, actor) }
        }
    }

    /// Gives an actor process cohorts whose states have not come.
    private mutating func prepare() {
        guard let words = frames.first(where: { $0[1] >> 16 == UInt32(FrameKind.cohorts.rawValue) }),
            let header = try? FrameHeader(of: words), var frame = try? CohortsFrame(words, header: header)
        else { preconditionFailure("somebody was given cohorts") }
        frame.round = 3
        let message = Message(type: "COHORTS", correlation: 0, body: frame.encoded())
        frames.append(message.body)
        _ = preparing.receive(.delivery(message, in: preparing.mailbox))
    }
}
