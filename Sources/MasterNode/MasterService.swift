public import Logging
public import Messaging

/// Drives a `Master` over an endpoint until the run is complete.
public struct MasterService: Sendable {
    private let transport: any Transport
    private let patience: Duration
    private let stop: StopFlag
    private let logger: Logger
    private let progress: @Sendable (Master) -> Void

    /// How long nothing is heard before missing answers are asked after.
    private static let probeInterval = Duration.seconds(1)
    /// How often `progress` is called.
    private static let progressInterval = Duration.milliseconds(100)

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - patience: How long to wait for the workers to join.
    ///   - stop: Ends the run early, with everything issued applied, when it is raised.
    ///   - logger: Gets what an operator should know.
    ///   - progress: Called about ten times a second while the run goes on, on the master's thread.
    public init(
        transport: any Transport,
        patience: Duration,
        stop: StopFlag,
        logger: Logger,
        progress: @escaping @Sendable (Master) -> Void = { _ in }
    ) {
        self.transport = transport
        self.patience = patience
        self.stop = stop
        self.logger = logger
        self.progress = progress
    }

    /// Runs to the end; blocks its thread.
    ///
    /// - Parameters:
    ///   - master: A master that waits for workers.
    ///   - onStart: Called when all shards are ready and the first round begins.
    /// - Returns: The master with its table and counts.
    /// - Throws: `MasterFailure`, or `MessagingError` when the broker is out of reach.
    public func run(_ master: consuming Master, onStart: () -> Void = {}) throws -> Master {
        let endpoint = try transport.connect(as: "master")
        defer { endpoint.disconnect() }
        try endpoint.open(.control)
        try endpoint.open(.replies)
        let clock = ContinuousClock()
        let started = clock.now
        var lastProgress = started
        var lastHeard = started
        var isRunning = true
        var hasStarted = false
        while isRunning {
            let now = clock.now
            if let event = try endpoint.receive(within: Self.progressInterval) {
                lastHeard = now
                let actions = master.receive(event)
                if !hasStarted, master.isTraining {
                    hasStarted = true
                    onStart()
                }
                isRunning = try perform(actions, on: endpoint)
            } else if now - lastHeard > Self.probeInterval {
                lastHeard = now
                isRunning = try perform(master.probes(), on: endpoint)
            }
            if now - lastProgress > Self.progressInterval {
                lastProgress = now
                progress(master)
                if stop.isRaised { try interrupt(&master) }
                if master.isGathering, now - started > patience { throw missing(master) }
            }
        }
        progress(master)
        return master
    }

    private func interrupt(_ master: inout Master) throws {
        guard !master.isGathering else {
            throw MasterFailure(.interrupted, "interrupted while waiting for workers")
        }
        master.stopEarly()
    }

    private func missing(_ master: Master) -> MasterFailure {
        MasterFailure(
            .workersMissing,
            "\(master.workers.count) of \(master.plan.workerCount) workers joined within \(patience): "
                + "start the others with the same --broker and --run"
        )
    }

    /// Performs actions in order.
    ///
    /// - Returns: Whether the run goes on.
    private func perform(_ actions: [Master.Action], on endpoint: any Endpoint) throws -> Bool {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .report(let text): logger.warning("\(text)")
            case .finish: return false
            case .fail(let failure): throw failure
            }
        }
        return true
    }
}
