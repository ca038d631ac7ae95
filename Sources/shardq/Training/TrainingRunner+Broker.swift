internal import Logging
internal import Messaging
internal import RabbitMQMessaging

extension TrainingRunner {
    /// Runs through a private RabbitMQ node that lives as long as the run.
    func runOnPrivateBroker() async throws -> TrainingOutcome {
        let node = try await LocalBroker.start(logger: logger, interruption: run.stop)
        let watch = Task { await revive(node) }
        let result: Result<TrainingOutcome, any Error>
        do {
            result = .success(try await runWithWorkers(on: node.address, name: "local", broker: node.processIdentifier))
        } catch {
            result = .failure(error)
        }
        watch.cancel()
        await watch.value
        try await DedicatedThread.run(named: "end of broker") {
            // It has nothing to keep, and in good order it would take seconds.
            node.kill()
            node.stop()
        }
        return try result.get()
    }

    /// Starts the node again whenever it has died, until the task is cancelled.
    private func revive(_ node: LocalBroker) async {
        while (try? await Task.sleep(for: .milliseconds(200))) != nil {
            if node.isRunning { continue }
            logger.warning("the private RabbitMQ node has died; it is started again")
            do {
                try await node.restart()
            } catch {
                logger.warning("the private RabbitMQ node does not start: \(error)")
            }
        }
    }

    /// Runs the master here and the workers as processes of their own, through a broker.
    func runWithWorkers(on address: BrokerAddress, name: String, broker: Int32?) async throws -> TrainingOutcome {
        let transport = RabbitMQTransport(address: address, run: name, note: brokerNote)
        // Whatever is wrong with the broker is said once, here, and not by every worker.
        try await DedicatedThread.run(named: "probe") { try transport.connect(as: "probe").disconnect() }
        // The arguments of a process are for all to see, so credentials travel in its environment.
        let workers = try WorkerProcesses(
            stop: run.stop,
            arguments: ["--broker", address.description, "--run", name, "--wait", "60"],
            environment: address.credentialEnvironment,
            replaced: { logger.warning("\($0)") }
        )
        let result: Result<TrainingOutcome, any Error>
        do {
            try workers.start(run.workers)
            processes(workers.identifiers, broker)
            let outcome = try await runMaster(over: transport, patience: Self.patience) {
                workers.replaceMissing(present: $0)
            }
            result = .success(outcome)
        } catch {
            result = .failure(workers.cause.map { CommandFailure(.unavailable, $0) } ?? error)
        }
        try await DedicatedThread.run(named: "end of workers") { workers.finish(within: .seconds(5)) }
        let outcome = try result.get()
        try await afterwards(transport)
        return outcome
    }
}
