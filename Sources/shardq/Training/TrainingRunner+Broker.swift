internal import Messaging
internal import RabbitMQMessaging

extension TrainingRunner {
    /// Runs through a private RabbitMQ node that lives as long as the run.
    func runOnPrivateBroker() async throws -> TrainingOutcome {
        let node = try await LocalBroker.start(logger: logger)
        let result: Result<TrainingOutcome, any Error>
        do {
            result = .success(try await runWithWorkers(on: node.address, name: "local", broker: node.processIdentifier))
        } catch {
            result = .failure(error)
        }
        try await DedicatedThread.run(named: "end of broker") { node.stop() }
        return try result.get()
    }

    /// Runs the master here and the workers as processes of their own, through a broker.
    func runWithWorkers(on address: BrokerAddress, name: String, broker: Int32?) async throws -> TrainingOutcome {
        let transport = RabbitMQTransport(address: address, run: name)
        // Whatever is wrong with the broker is said once, here, and not by every worker.
        try await DedicatedThread.run(named: "probe") { try transport.connect(as: "probe").disconnect() }
        let workers = WorkerProcesses(stop: run.stop)
        let result: Result<TrainingOutcome, any Error>
        do {
            // The arguments of a process are for all to see, so credentials travel in its environment.
            try workers.start(
                run.workers,
                arguments: ["--broker", address.description, "--run", name, "--wait", "60"],
                environment: address.credentialEnvironment
            )
            processes(workers.identifiers, broker)
            result = .success(try await runMaster(over: transport, patience: Self.patience))
        } catch {
            result = .failure(workers.cause.map { CommandFailure(.brokerUnreachable, $0) } ?? error)
        }
        try await DedicatedThread.run(named: "end of workers") { workers.finish(within: .seconds(5)) }
        let outcome = try result.get()
        try await afterwards(transport)
        return outcome
    }
}
