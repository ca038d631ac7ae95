package import ActorNode
internal import CommandBasics
package import MasterNode
package import Messaging
package import Monitoring
package import NeuralNodes
package import RunOptions
package import SeveralBrokers
package import WorkerNode

/// What an operator sees of the nodes in this process, while they run.
package struct NodeMonitor: Sendable {
    /// Where all instruments are.
    package let registry: PrometheusRegistry
    /// The instruments of the workers in this process.
    package let workerMetrics: WorkerMetrics
    /// The instruments of the actor processes in this process; made where there are any.
    package var actorMetrics: ActorMetrics { ActorMetrics(factory: registry) }

    private let health: NodeHealth

    private init(_ options: MonitoringOptions) {
        registry = PrometheusRegistry(help: Self.help)
        workerMetrics = WorkerMetrics(factory: registry)
        health = NodeHealth(limit: .seconds(options.readyWithin))
    }

    /// A sentence for every metric.
    private static var help: [String: String] {
        let master = MasterMetrics.Name.allCases.map { ($0.rawValue, $0.help) }
        let worker = WorkerMetrics.Name.allCases.map { ($0.rawValue, $0.help) }
        let actor = ActorMetrics.Name.allCases.map { ($0.rawValue, $0.help) }
        return Dictionary(master + worker + actor, uniquingKeysWith: { $1 })
    }

    /// Does something while an operator can watch, if that is wanted.
    ///
    /// - Parameters:
    ///   - options: Where to answer, and for how long afterwards.
    ///   - stop: Ends the time afterwards early.
    ///   - body: Gets the monitor; `nil` when nobody wants to watch.
    /// - Returns: What the body returned.
    /// - Throws: What the body threw, or `MonitoringFailure` when the address cannot be used.
    package static func with<Result: Sendable>(
        _ options: MonitoringOptions,
        stop: StopFlag,
        _ body: (NodeMonitor?) async throws -> Result
    ) async throws -> Result {
        guard let port = options.port else { return try await body(nil) }
        let monitor = NodeMonitor(options)
        let server = try await MonitoringServer(
            address: options.address,
            port: port,
            registry: monitor.registry,
            health: monitor.health
        )
        Console.note("metrics and health at http://\(server.endpoint)/metrics")
        do {
            let result = try await body(monitor)
            monitor.health.noteEnd()
            await linger(.seconds(options.linger), stop)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Takes up that no round will follow: what is left to be done, such as an evaluation, is no standstill.
    package func noteEndOfRounds() {
        health.noteEnd()
    }

    /// Names the brokers that are away to whoever asks after this node's health.
    package func watch(_ brokers: BrokerPresence) {
        health.watch { brokers.absence }
    }

    private static func linger(_ duration: Duration, _ stop: StopFlag) async {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, !stop.isRaised { try? await Task.sleep(for: .milliseconds(100)) }
    }

    /// Takes up how far a worker is.
    package func note(_ worker: Worker) {
        health.note(
            progress: worker.statistics.rounds,
            obstacle: worker.isOffering ? "no master has given this worker a shard" : nil
        )
    }

    /// Takes up how far an actor process is.
    package func note(_ actor: CohortActor) {
        health.note(
            progress: actor.statistics.rounds,
            obstacle: actor.cohortCount == 0 ? "no master has given this actor process cohorts" : nil
        )
    }

    /// Takes up how far a worker of a run of networks is.
    package func note(_ worker: GradientWorker) {
        health.note(progress: worker.statistics.slices, obstacle: nil)
    }

    /// Takes up how far the master is.
    package func note(_ master: Master, _ environments: EnvironmentMeter?, _ metrics: MasterMetrics) {
        let (present, wanted) = (master.workers.count, master.neededWorkerCount)
        health.note(
            progress: master.contributionCount,
            obstacle: master.isGathering ? "\(present) of \(wanted) workers have joined" : nil
        )
        metrics.recordEnvironment(seconds: environments?.takeSeconds() ?? 0)
    }
}
