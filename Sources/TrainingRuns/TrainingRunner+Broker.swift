internal import CommandBasics
internal import Logging
package import Messaging
internal import NodeLaunching
package import RabbitMQMessaging

extension TrainingRunner {
    /// Runs through private RabbitMQ nodes that live as long as the run.
    func runOnPrivateBrokers(_ count: Int) async throws -> TrainingOutcome {
        try await PrivateBrokers.with(count, logger: logger, interruption: run.stop) { nodes in
            try await runWithWorkers(
                on: nodes.map(\.address),
                name: "local",
                brokers: nodes.map(\.processIdentifier)
            )
        }
    }

    /// The way to a run through its brokers, watched by whoever watches this run.
    package func transport(to addresses: [BrokerAddress], of run: String) -> any Transport {
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
        func prepare(_ role: NodeProcesses.Role, _ options: [String] = []) throws -> NodeProcesses {
            try NodeProcesses(role, of: name, on: addresses, options: options, stop: run.stop) {
                logger.warning("\($0)")
            }
        }
        let workers = try prepare(.worker)
        let actors = try run.actors > 0 ? prepare(.actor, run.programs) : nil
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
