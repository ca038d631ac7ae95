internal import Logging
internal import Messaging
internal import RabbitMQMessaging

extension TrainingRunner {
    /// Runs through private RabbitMQ nodes that live as long as the run.
    func runOnPrivateBrokers(_ count: Int) async throws -> TrainingOutcome {
        let nodes = try await startNodes(count)
        let watches = nodes.map { node in Task { await revive(node) } }
        let result: Result<TrainingOutcome, any Error>
        do {
            let outcome = try await runWithWorkers(
                on: nodes.map(\.address),
                name: "local",
                brokers: nodes.map(\.processIdentifier)
            )
            result = .success(outcome)
        } catch {
            result = .failure(error)
        }
        for watch in watches {
            watch.cancel()
            await watch.value
        }
        try await DedicatedThread.run(named: "end of broker") { Self.stop(nodes) }
        return try result.get()
    }

    /// Starts nodes side by side; either all of them run afterwards, or none.
    private func startNodes(_ count: Int) async throws -> [LocalBroker] {
        try await withThrowingTaskGroup(of: LocalBroker.self) { group in
            for _ in 0..<count {
                group.addTask { try await LocalBroker.start(logger: logger, interruption: run.stop) }
            }
            var nodes: [LocalBroker] = []
            do {
                for try await node in group { nodes.append(node) }
            } catch {
                // Those that are still starting end with their last reference.
                let started = nodes
                try await DedicatedThread.run(named: "end of broker") { Self.stop(started) }
                throw error
            }
            return nodes
        }
    }

    /// Ends nodes that have nothing to keep; in good order it would take them seconds.
    private static func stop(_ nodes: [LocalBroker]) {
        for node in nodes {
            node.kill()
            node.stop()
        }
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

    /// The way to a run through its brokers, watched by whoever watches this run.
    func transport(to addresses: [BrokerAddress], of run: String) -> any Transport {
        RunTransport.make(to: addresses, of: run, note: brokerNote, logger: logger, monitor: monitor)
    }

    /// Runs the master here and the workers as processes of their own, through brokers.
    func runWithWorkers(
        on addresses: [BrokerAddress],
        name: String,
        brokers: [Int32]
    ) async throws -> TrainingOutcome {
        let transport = transport(to: addresses, of: name)
        // Whatever is wrong with a broker is said once, here, and not by every worker.
        try await DedicatedThread.run(named: "probe") { try transport.connect(as: "probe").disconnect() }
        // The arguments of a process are for all to see, so credentials travel in its environment.
        let given = BrokerAddress.handedOver(addresses)
        func prepare(_ role: NodeProcesses.Role) throws -> NodeProcesses {
            try NodeProcesses(
                role,
                stop: run.stop,
                arguments: given.arguments + ["--run", name, "--wait", "60"],
                environment: given.environment,
                replaced: { logger.warning("\($0)") }
            )
        }
        let workers = try prepare(.worker)
        let actors = try run.actors > 0 ? prepare(.actor) : nil
        let result: Result<TrainingOutcome, any Error>
        do {
            try workers.start(run.workers)
            try actors?.start(run.actors)
            processes(workers.identifiers, actors?.identifiers ?? [], brokers)
            let outcome = try await runMaster(over: transport, patience: Self.patience) {
                workers.replaceMissing(present: $0)
                actors?.replaceMissing(present: $1)
            }
            result = .success(outcome)
        } catch {
            result = .failure((workers.cause ?? actors?.cause).map { CommandFailure(.unavailable, $0) } ?? error)
        }
        try await DedicatedThread.run(named: "end of workers") {
            workers.finish(within: .seconds(5))
            actors?.finish(within: .seconds(5))
        }
        let outcome = try result.get()
        try await afterwards(transport)
        return outcome
    }
}
