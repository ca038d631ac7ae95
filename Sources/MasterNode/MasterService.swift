public import Logging
public import Messaging

/// Drives a `Master` over a transport until the run is complete, through the loss of workers and of the broker.
public struct MasterService: Sendable {
    let transport: any Transport
    let patience: Duration
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
    ///   - keeper: Where the run's states are kept.
    ///   - stop: Ends the run early, with a checkpoint and everything issued applied, when it is raised.
    ///   - logger: Gets what an operator should know.
    ///   - metrics: Gets what the run has come to; `nil` for nothing.
    ///   - progress: Called about ten times a second while the run goes on, on the master's thread.
    public init(
        transport: any Transport,
        patience: Duration,
        keeper: RunKeeper,
        stop: StopFlag,
        logger: Logger,
        metrics: MasterMetrics? = nil,
        progress: @escaping @Sendable (Master, CheckpointStatistics) -> Void = { _, _ in }
    ) {
        self.transport = transport
        self.patience = patience
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
        var endpoint = try connect()
        while true {
            do {
                try session.serve(endpoint, onStart: onStart)
                return try session.end()
            } catch let error as MessagingError where error.isRetriable {
                // Lost behind the last word: the workers find out by themselves.
                if session.master.isEnded { return try session.end() }
                logger.warning("\(error); connecting again")
                endpoint.disconnect()
                endpoint = try reconnect(after: error)
                metrics?.recordReconnect()
                session.notePause()
            }
        }
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

    /// Tries until the broker is there again and has forgotten the connection that was lost.
    private func reconnect(after loss: MessagingError) throws -> any Endpoint {
        let clock = ContinuousClock()
        let begin = clock.now
        var pause = Backoff()
        // What stands in the way at the end tells more than what began it.
        var last = loss
        while clock.now - begin < patience {
            if stop.isRaised { throw MasterFailure(.interrupted, "interrupted while the broker was away") }
            do throws(MessagingError) {
                return try connect()
            } catch {
                guard error.isRetriable || error.isOfFormerConnection else { throw error }
                last = error
                pause.wait()
            }
        }
        throw last
    }
}
