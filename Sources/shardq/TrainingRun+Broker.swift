internal import Foundation
internal import Logging
internal import Messaging
internal import RabbitMQMessaging

extension TrainingRun {
    /// Runs through a private RabbitMQ node that lives as long as the run.
    func runOnPrivateBroker(logger: Logger, display: ProgressDisplay) async throws -> TrainingOutcome {
        let broker = try await LocalBroker.start(logger: logger)
        defer { broker.stop() }
        return try await runWithWorkers(on: broker.address, name: "local", logger: logger, display: display)
    }

    /// Runs the master here and the workers as processes of their own, through a broker.
    func runWithWorkers(
        on address: BrokerAddress,
        name: String,
        logger: Logger,
        display: ProgressDisplay
    ) async throws -> TrainingOutcome {
        let processes = WorkerProcesses()
        // The arguments of a process are for all to see, so credentials travel in its environment.
        try processes.start(
            workers,
            arguments: ["--broker", address.description, "--run", name, "--wait", "60"],
            environment: address.credentialEnvironment
        )
        defer { processes.finish(within: .seconds(5)) }
        return try await runMaster(
            over: RabbitMQTransport(address: address, run: name),
            patience: .seconds(60),
            logger: logger,
            display: display
        )
    }
}
