internal import Logging
internal import MasterNode
internal import Messaging
internal import Rounds
internal import Scenarios
internal import TabularLearning
internal import WorkerNode

/// A small run with two workers whose nodes are threads of this process.
struct MazeRun: Sendable {
    let transport: any Transport
    /// Ends all nodes when it is raised.
    let stop = StopFlag()
    /// What stands between a cohort and its mazes.
    var world: @Sendable (any RestorableEnvironment) -> any Environment = { $0 }
    /// How the run survives.
    var durability = TrainingPlan.Durability.rollback
    /// Called about ten times a second on the master's thread.
    var progress: @Sendable (Master) -> Void = { _ in }

    private static let scenario = MazeScenario()
    private static let (lanes, cohorts, steps) = (16, 2, UInt64(100))

    private static var parameters: LearningParameters { scenario.defaults.parameters }

    private static func learners(
        _ world: (any RestorableEnvironment) -> any Environment = { $0 }
    ) -> [CohortLearner] {
        (0..<cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: cohorts,
                environment: world(
                    scenario.makeEnvironment(replicas: cohort * lanes..<(cohort + 1) * lanes, seed: 3)
                ),
                parameters: parameters,
                seed: 3,
                plannedSteps: steps
            )
        }
    }

    /// What the run must end in.
    static func serialTable() throws -> ActionValueTable {
        var reference = SerialReference(learners: learners(), parameters: parameters)
        try reference.run()
        return reference.table
    }

    /// Runs the master to its end; `onStart` is called when all shards are ready, before the first round.
    func master(onStart: @escaping @Sendable () -> Void = {}) async throws -> Master {
        var plan = TrainingPlan(
            space: Self.scenario.space,
            parameters: Self.parameters,
            workerCount: 2,
            shardCount: 2,
            partition: .modulo,
            affinityFactor: nil
        )
        plan.durability = durability
        let (world, progress) = (world, progress)
        let master = try Master(plan: plan, state: RunState(beginning: Self.learners(world)))
        let service = MasterService(
            transport: transport,
            patience: Self.patience,
            keeper: RunKeeper(lastState: { RunState(beginning: Self.learners(world)) }),
            stop: stop,
            logger: Self.logger
        ) { master, _ in progress(master) }
        return try await DedicatedThread.run(named: "master") { try service.run(master, onStart: onStart).master }
    }

    /// Runs a worker to its end.
    func worker(_ id: String) async throws -> Worker.Statistics {
        let service = WorkerService(
            transport: transport,
            id: id,
            patience: Self.patience,
            stop: stop,
            logger: Self.logger
        )
        return try await DedicatedThread.run(named: "worker \(id)") { try service.run() }
    }

    private static let patience = Duration.seconds(40)

    /// Silent: what nodes report of frames that a test forged is expected.
    private static var logger: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}
