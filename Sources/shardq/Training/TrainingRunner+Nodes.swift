internal import MasterNode
internal import Messaging
internal import TabularLearning
internal import WorkerNode

extension TrainingRunner {
    /// Runs the master over a transport whose workers are started by someone else.
    func runMaster(over transport: any Transport, patience: Duration) async throws -> TrainingOutcome {
        let metered: any Transport = meter.map { MeteredTransport(base: transport, meter: $0) } ?? transport
        return try await DedicatedThread.run(named: "master") {
            let master = try Master(plan: run.plan, learners: run.makeLearners())
            let stopwatch = Stopwatch()
            let service = MasterService(
                transport: metered,
                patience: patience,
                stop: run.stop,
                logger: logger
            ) { master in
                guard !master.isGathering else { return }
                observer.show(Progress(master, run: run, elapsed: stopwatch.elapsed))
            }
            let finished = try service.run(master) { stopwatch.restart() }
            return TrainingOutcome(table: finished.table, learners: finished.learners, elapsed: stopwatch.elapsed)
        }
    }

    /// Runs the master and the workers as threads of this process.
    func runInMemory() async throws -> TrainingOutcome {
        let transport = MemoryTransport()
        let workersStop = StopFlag()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<run.workers {
                group.addTask {
                    let service = WorkerService(
                        transport: transport,
                        id: "\(index)",
                        patience: Self.patience,
                        stop: workersStop,
                        logger: logger
                    )
                    _ = try await DedicatedThread.run(named: "worker \(index)") { try service.run() }
                }
            }
            defer { workersStop.raise() }
            let outcome = try await runMaster(over: transport, patience: Self.patience)
            try await group.waitForAll()
            return outcome
        }
    }
}
