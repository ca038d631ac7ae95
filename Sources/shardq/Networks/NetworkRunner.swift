internal import ChildProcesses
internal import CommandBasics
internal import Logging
internal import Messaging
internal import NeuralLearning
internal import NeuralNodes
internal import NodeLaunching
internal import ProcessLimits
internal import RabbitMQMessaging
internal import RunOptions
internal import TrainingRuns
internal import WorkerNode

/// Gets those together who compute the slices of a run of a network, in one of the layouts, and lets them go afterwards.
struct NetworkRunner<Computer: PortableComputer>: Sendable {
    typealias Statistics = GradientCoordinator<Computer>.Statistics
    /// What is done with them, on a thread of its own.
    typealias Body<Outcome> = @Sendable (inout any SliceComputing<Computer>) throws -> Outcome

    /// What came of it.
    struct Result<Outcome: Sendable>: Sendable {
        /// What was done.
        let outcome: Outcome
        /// Who has computed how much; `nil` for threads.
        var statistics: Statistics?
        /// Why workers could not be kept alive, which ends a run early.
        var cause: String?
    }

    let computer: Computer
    /// The samples of a slice.
    let rowsOfSlice: Int
    let layout: NetworkLayout
    let stop: StopFlag
    let logger: Logger

    /// How long workers that this program starts may take to join: on a machine that is busy these are minutes.
    private static var patience: Duration { .seconds(300) }

    /// Does something with them.
    ///
    /// - Parameter body: What to do.
    /// - Returns: What came of it.
    /// - Throws: What it threw, or why there are no workers.
    func run<Outcome: Sendable>(_ body: @escaping Body<Outcome>) async throws -> Result<Outcome> {
        if !layout.brokerArgument.isNone,
            let objection = SliceCluster.objection(to: computer, rowsOfSlice: rowsOfSlice)
        {
            throw CommandFailure(.usage, "--broker \(layout.brokerArgument.kind): \(objection)")
        }
        switch layout.brokerArgument {
        case .none:
            let team = SliceTeam(threads: layout.threads ?? 1, computer)
            let outcome = try await DedicatedThread.run(named: "learner") {
                var computing: any SliceComputing<Computer> = team
                return try body(&computing)
            }
            return Result(outcome: outcome)
        case .memory: return try await runInMemory(body)
        case .local(let count):
            return try await PrivateBrokers.with(count, logger: logger, interruption: stop) { nodes in
                try await runWithProcesses(on: nodes.map(\.address), name: "local", body)
            }
        case .url(let url):
            let addresses = try BrokerAddress.list(argument: url)
            guard let name = layout.run else {
                return try await runWithProcesses(on: addresses, name: RunName.fresh(), body)
            }
            return try await learn(over: RunTransport.make(to: addresses, of: name, logger: logger, monitor: nil), body)
        }
    }

    /// Runs with workers that are threads of this process.
    private func runInMemory<Outcome: Sendable>(_ body: @escaping Body<Outcome>) async throws -> Result<Outcome> {
        let transport = MemoryTransport()
        let workersStop = StopFlag()
        try ThreadBudget.own.check(
            layout.workers + 2,
            stackSize: DedicatedThread.stackSize,
            for: "--workers \(layout.workers) --broker memory",
            "use fewer --workers"
        )
        let refusal = Refusal()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<layout.workers {
                group.addTask {
                    let service = WorkerService(
                        transport: transport,
                        id: "\(index)",
                        patience: Self.patience,
                        stop: workersStop,
                        others: .networks(id: "\(index)", stop: workersStop, logger: logger),
                        logger: logger
                    )
                    try await refusal.run("worker \(index)", stopping: stop) { _ = try service.run() }
                }
            }
            defer { workersStop.raise() }
            do {
                let result = try await learn(over: transport, body)
                try await group.waitForAll()
                return result
            } catch {
                // The learner only knows that a worker is missing.
                try refusal.check()
                throw error
            }
        }
    }

    /// Runs with workers that are processes of their own, through brokers.
    private func runWithProcesses<Outcome: Sendable>(
        on addresses: [BrokerAddress],
        name: String,
        _ body: @escaping Body<Outcome>
    ) async throws -> Result<Outcome> {
        let transport = RunTransport.make(to: addresses, of: name, logger: logger, monitor: nil)
        // Whatever is wrong with a broker is said once, here, and not by every worker.
        try await DedicatedThread.run(named: "probe") { try transport.connect(as: "probe").disconnect() }
        let workers = try NodeProcesses(.worker, of: name, on: addresses, stop: stop) { logger.warning("\($0)") }
        let attempt: Swift.Result<Result<Outcome>, any Error>
        do {
            try workers.start(layout.workers)
            attempt = .success(try await learn(over: transport, body) { workers.replaceMissing(present: $0) })
        } catch {
            attempt = .failure(workers.cause.map { CommandFailure(.unavailable, $0) } ?? error)
        }
        try await DedicatedThread.run(named: "end of workers") { workers.finish(within: .seconds(5)) }
        var result = try attempt.get()
        result.cause = workers.cause
        return result
    }

    private func learn<Outcome: Sendable>(
        over transport: any Transport,
        _ body: @escaping Body<Outcome>,
        onMissing: @escaping @Sendable ([String]) -> Void = { _ in }
    ) async throws -> Result<Outcome> {
        try await DedicatedThread.run(named: "learner") {
            let cluster = try SliceCluster(
                computer,
                over: transport,
                workers: layout.workers,
                patience: Self.patience,
                answerLimit: layout.answerLimit,
                stop: stop,
                logger: logger,
                onMissing: onMissing
            )
            let attempt: Swift.Result<Outcome, any Error>
            do {
                var computing: any SliceComputing<Computer> = cluster
                attempt = .success(try body(&computing))
            } catch {
                attempt = .failure(error)
            }
            let statistics = cluster.end("the run has ended")
            return Result(outcome: try attempt.get(), statistics: statistics)
        }
    }
}
