public import Logging
public import Messaging

/// Drives a `Master` over an endpoint until the run is complete.
public struct MasterService: Sendable {
    private let transport: any Transport
    private let patience: Duration
    private let stop: StopFlag
    private let logger: Logger
    private let progress: @Sendable (Master) -> Void

    /// How often those whose answers are missing are asked whether they are there.
    private static let probeInterval = Duration.seconds(1)
    /// How long a question may stay open once the run has started, although its reader is there.
    private static let silenceLimit = Duration.seconds(120)
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
        var (lastProgress, lastProbe, lastHeard) = (started, started, started)
        var isRunning = true
        var hasStarted = false
        while isRunning {
            let now = clock.now
            if let event = try endpoint.receive(within: Self.progressInterval) {
                let contributions = master.contributionCount
                let actions = master.receive(event)
                if master.contributionCount != contributions { lastHeard = now }
                if !hasStarted, master.isTraining {
                    hasStarted = true
                    onStart()
                }
                isRunning = try perform(actions, on: endpoint)
            }
            guard isRunning, now - lastProgress > Self.progressInterval else { continue }
            lastProgress = now
            progress(master)
            if stop.isRaised { try interrupt(&master, hasStarted: hasStarted) }
            if !hasStarted, now - started > patience { throw missing(master) }
            if hasStarted, now - lastHeard > Self.silenceLimit { throw silence() }
            if now - lastProbe > Self.probeInterval, !hasStarted || now - lastHeard > Self.probeInterval {
                lastProbe = now
                isRunning = try perform(master.probes(), on: endpoint)
            }
        }
        progress(master)
        return master
    }

    private func interrupt(_ master: inout Master, hasStarted: Bool) throws {
        guard hasStarted else {
            throw MasterFailure(.interrupted, "interrupted before the run began")
        }
        master.stopEarly()
    }

    private func silence() -> MasterFailure {
        MasterFailure(
            .badAnswer,
            "no shard has answered for \(Self.silenceLimit), although its worker is there: look at the workers' logs"
        )
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
