public import Logging
public import Messaging

/// Drives a `Master` over a transport until the run is complete, through the loss of workers and of the broker.
public struct MasterService: Sendable {
    let transport: any Transport
    let patience: Duration
    let answerLimit: Duration
    let keeper: RunKeeper
    let stop: StopFlag
    let logger: Logger
    let metrics: MasterMetrics?
    let progress: @Sendable (Master, CheckpointStatistics) -> Void

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - patience: How long to wait for workers to join, at the start and whenever one was lost, and for a broker that
    ///     is gone to come back.
    ///   - answerLimit: How long a question may stay open although its reader is there, before the run returns to its last
    ///     checkpoint.
    ///   - keeper: Where the run's states are kept.
    ///   - stop: Ends the run early, with a checkpoint and everything issued applied, when it is raised.
    ///   - logger: Gets what an operator should know.
    ///   - metrics: Gets what the run has come to; `nil` for nothing.
    ///   - progress: Called about ten times a second while the run goes on, on the master's thread.
    public init(
        transport: any Transport,
        patience: Duration,
        answerLimit: Duration = .seconds(120),
        keeper: RunKeeper,
        stop: StopFlag,
        logger: Logger,
        metrics: MasterMetrics? = nil,
        progress: @escaping @Sendable (Master, CheckpointStatistics) -> Void = { _, _ in }
    ) {
        self.transport = transport
        self.patience = patience
        self.answerLimit = answerLimit
        self.keeper = keeper
        self.stop = stop
        self.logger = logger
        self.metrics = metrics
        self.progress = progress
    }

    /// Runs to the end; blocks its thread.
    ///
    /// - Parameters:
    ///   - master: A master that waits for workers.
    ///   - onStart: Called when all shards are ready and the first round begins.
    /// - Returns: The master with its table and counts, and what checkpoints have cost.
    /// - Throws: `MasterFailure`, `MessagingError` when the broker is out of reach, or what the keeper throws.
    public func run(
        _ master: consuming Master,
        onStart: () -> Void = {}
    ) throws -> (master: Master, checkpoints: CheckpointStatistics) {
        var session = MasterSession(self, master)
        guard var endpoint = try patiently.endpoint(connect) else {
            throw MasterFailure(.interrupted, "interrupted before there was a broker")
        }
        while true {
            do {
                try session.serve(endpoint, onStart: onStart)
                return try session.end()
            } catch let error as MessagingError where error.isRetriable {
                // Lost behind the last word: the workers find out by themselves.
                if session.master.isEnded { return try session.end() }
                logger.warning("\(error); connecting again")
                endpoint.disconnect()
                guard let next = try patiently.endpoint(after: error, connect) else {
                    throw MasterFailure(.interrupted, "interrupted while the broker was away")
                }
                endpoint = next
                metrics?.recordReconnect()
                session.notePause()
            }
        }
    }

    private var patiently: ConnectionPatience {
        ConnectionPatience(patience, stop: stop) { [logger] in logger.warning("\($0)") }
    }

    private func connect() throws(MessagingError) -> any Endpoint {
        let endpoint = try transport.connect(as: "master")
        do throws(MessagingError) {
            try endpoint.open(.control)
            try endpoint.open(.replies)
        } catch {
            endpoint.disconnect()
            throw error
        }
        return endpoint
    }
}
