internal import ActorNode
internal import CommandBasics
internal import MasterNode
package import Messaging
internal import NodeLaunching
internal import ProcessLimits
internal import TabularLearning
internal import TurnOrders
internal import WorkerNode

extension TrainingRunner {
    /// Runs the master over a transport whose workers are started by someone else.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - patience: How long to wait for workers and for a broker that is gone.
    ///   - onMissing: Told again and again, while lost nodes have not been replaced, who is there.
    /// - Returns: What the run has come to.
    /// - Throws: What the master's service throws.
    package func runMaster(
        over transport: any Transport,
        patience: Duration,
        onMissing: @escaping @Sendable (_ workers: [String], _ actors: [String]) -> Void = { _, _ in }
    ) async throws -> TrainingOutcome {
        let metered: any Transport = meter.map { MeteredTransport(base: transport, meter: $0) } ?? transport
        return try await DedicatedThread.run(named: "master") {
            let (state, epoch, turns) = try history.start()
            let stepsBefore = state.learners.laneSteps
            if state.learners.contains(where: \.mayTakeLong) {
                try ThreadBudget.own.check(
                    run.cohorts,
                    stackSize: DedicatedThread.stackSize,
                    for: "--cohorts \(run.cohorts), whose worlds have a thread each,",
                    "use fewer --cohorts"
                )
            }
            var plan = run.plan
            plan.turns.record = turns
            let master = try Master(plan: plan, state: consume state, epoch: epoch)
            let stopwatch = Stopwatch()
            let metrics = monitor.map { MasterMetrics(factory: $0.registry, plan: run.plan) }
            defer { metrics?.recordEnd() }
            let service = MasterService(
                transport: metered,
                patience: patience,
                answerLimit: .seconds(run.answerWithin),
                keeper: history.keeper,
                stop: run.stop,
                logger: logger,
                metrics: metrics
            ) { master, checkpoints in
                if let metrics { monitor?.note(master, run.environmentMeter, metrics) }
                if master.isGathering, master.rollbackCount > 0 {
                    onMissing(master.presentWorkers, master.presentActors)
                }
                if let words = master.preparation { observer.waits(for: words) }
                let workers = (present: master.workers, wanted: master.neededWorkerCount)
                guard !master.isGathering else {
                    recorder?.noteWaiting(for: workers.wanted, present: workers.present)
                    return
                }
                let elapsed = stopwatch.elapsed
                let progress = Progress(master, checkpoints, run: run, after: stepsBefore, elapsed: elapsed)
                observer.show(progress)
                recorder?.note(progress, master.learners, workers: workers)
            }
            let (finished, checkpoints) = try service.run(master) { stopwatch.restart() }
            return TrainingOutcome(finished, checkpoints, after: stepsBefore, elapsed: stopwatch.elapsed)
        }
    }

    /// Runs the master and the workers as threads of this process.
    package func runInMemory() async throws -> TrainingOutcome {
        let transport = MemoryTransport()
        let workersStop = StopFlag()
        try ThreadBudget.own.check(
            run.workers + run.actors + 1,
            stackSize: DedicatedThread.stackSize,
            for: "--workers \(run.workers) --broker memory",
            "use fewer --workers"
        )
        let refusal = Refusal()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<run.workers {
                group.addTask {
                    let service = WorkerService(
                        transport: transport,
                        id: "\(index)",
                        patience: Self.patience,
                        stop: workersStop,
                        logger: logger,
                        metrics: monitor?.workerMetrics
                    )
                    try await refusal.run("worker \(index)", stopping: run.stop) { _ = try service.run() }
                }
            }
            for index in 0..<run.actors {
                group.addTask {
                    let service = ActorService(
                        transport: transport,
                        id: "\(index)",
                        session: 0,
                        patience: Self.patience,
                        stop: workersStop,
                        logger: logger,
                        metrics: monitor?.actorMetrics,
                        make: { [run] cohorts, _ in try run.makeLearners(cohorts) }
                    )
                    try await refusal.run("actor \(index)", stopping: run.stop) { _ = try service.run() }
                }
            }
            defer { workersStop.raise() }
            do {
                let outcome = try await runMaster(over: transport, patience: Self.patience)
                try await group.waitForAll()
                return outcome
            } catch {
                // The master only knows that a worker is missing.
                try refusal.check()
                throw error
            }
        }
    }
}
