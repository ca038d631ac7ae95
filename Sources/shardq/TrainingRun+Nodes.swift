internal import Logging
internal import MasterNode
internal import Messaging
internal import TabularLearning
internal import WorkerNode

extension TrainingRun {
    /// Runs the master over a transport whose workers are started by someone else; waits for them with patience.
    func runMaster(
        over transport: any Transport,
        patience: Duration,
        logger: Logger,
        display: ProgressDisplay
    ) async throws -> TrainingOutcome {
        try await DedicatedThread.run(named: "master") {
            let master = try Master(plan: plan, learners: makeLearners())
            let stopwatch = Stopwatch()
            let service = MasterService(transport: transport, patience: patience, stop: stop, logger: logger) {
                master in
                guard !master.isGathering else { return }
                display.show(
                    Progress(learners: master.learners, run: self, elapsed: stopwatch.elapsed, loads: master.loads)
                )
            }
            let finished = try service.run(master) { stopwatch.restart() }
            guard let table = finished.table else {
                throw CommandFailure(.internalError, "the run ended without a table")
            }
            return TrainingOutcome(
                table: table,
                learners: finished.learners,
                elapsed: stopwatch.elapsed,
                loads: finished.loads,
                messageCount: finished.messageCount
            )
        }
    }

    /// Runs the master and the workers as threads of this process.
    func runInMemory(logger: Logger, display: ProgressDisplay) async throws -> TrainingOutcome {
        let transport = MemoryTransport()
        let workersStop = StopFlag()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<workers {
                group.addTask {
                    _ = try await DedicatedThread.run(named: "worker \(index)") {
                        try WorkerService(
                            transport: transport,
                            id: "\(index)",
                            patience: .seconds(60),
                            stop: workersStop,
                            logger: logger
                        ).run()
                    }
                }
            }
            defer { workersStop.raise() }
            let outcome = try await runMaster(
                over: transport,
                patience: .seconds(60),
                logger: logger,
                display: display
            )
            try await group.waitForAll()
            return outcome
        }
    }
}
