public import Logging
public import Messaging
public import TabularLearning

/// Drives a `Worker` over a transport until the master, the operator or an error ends it.
///
/// A worker that loses its connection or its master offers itself again, until nobody has been there for too long.
public struct WorkerService: Sendable {
    private let transport: any Transport
    private let id: String
    private let patience: Duration
    private let cellLimit: UInt64
    private let stop: StopFlag
    private let leaving: Leaving?
    private let others: OtherRuns?
    private let logger: Logger
    private let metrics: WorkerMetrics?
    private let progress: @Sendable (Worker) -> Void

    /// How a worker that is told to end hands its shards over first.
    public struct Leaving: Sendable {
        /// Whether to; asked when the stop flag has been raised.
        let isWanted: @Sendable () -> Bool
        /// How long it may take: shorter than whoever ends processes waits before a kill.
        let limit: Duration
        /// How long the master may take to answer.
        let answerLimit: Duration

        /// Describes it.
        public init(
            isWanted: @escaping @Sendable () -> Bool,
            limit: Duration = .seconds(8),
            answerLimit: Duration = .seconds(2)
        ) {
            (self.isWanted, self.limit, self.answerLimit) = (isWanted, limit, answerLimit)
        }
    }

    /// What a worker does in a run that has no table, from the first message that says so.
    public struct OtherRuns: Sendable {
        /// How such a run ended for the worker.
        public enum End: Sendable {
            /// In order.
            case over
            /// Nobody is there any more.
            case lost
        }

        let serve: @Sendable (Message, any Endpoint) throws -> End

        /// Names who serves it, on the connection that the worker has; blocks its thread.
        public init(serve: @escaping @Sendable (Message, any Endpoint) throws -> End) {
            self.serve = serve
        }
    }

    /// How often an offer is repeated while no master has answered.
    private static let offerInterval = Duration.milliseconds(200)
    /// How often a serving worker gives a sign of life.
    private static let lifeSignInterval = Duration.seconds(2)
    /// How often a worker looks whether it is to end.
    private static let lookInterval = Duration.milliseconds(100)

    /// How long a worker that hears of no master says nothing, at first and from then on.
    private static let wordIntervals = (first: Duration.seconds(5), next: Duration.seconds(30))

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - id: The worker's name.
    ///   - patience: How long to wait for a master, or for a broker that is gone to come back.
    ///   - cellLimit: The most cells for which there is memory.
    ///   - stop: Ends the worker when it is raised.
    ///   - leaving: How it hands its shards over before; `nil` for not at all.
    ///   - others: Serves runs that have no table; `nil` for nobody.
    ///   - logger: Gets what an operator should know.
    ///   - metrics: Gets what the worker has done; `nil` for nothing.
    ///   - progress: Called with the worker about ten times a second or whenever it hears something, on its thread.
    public init(
        transport: any Transport,
        id: String,
        patience: Duration,
        cellLimit: UInt64 = ActionValueTable.maximumCellCount,
        stop: StopFlag,
        leaving: Leaving? = nil,
        others: OtherRuns? = nil,
        logger: Logger,
        metrics: WorkerMetrics? = nil,
        progress: @escaping @Sendable (Worker) -> Void = { _ in }
    ) {
        self.transport = transport
        self.id = id
        self.patience = patience
        self.cellLimit = cellLimit
        self.stop = stop
        self.leaving = leaving
        self.others = others
        self.logger = logger
        self.metrics = metrics
        self.progress = progress
    }

    /// Serves until the end; blocks its thread.
    ///
    /// - Returns: What the worker counted.
    /// - Throws: `WorkerFailure`, or `MessagingError` when the broker is out of reach.
    public func run() throws -> Worker.Statistics {
        var worker = Worker(id: id, cellLimit: cellLimit)
        guard var endpoint = try endpoint(of: worker) else { return worker.statistics }
        while true {
            do {
                try serve(&worker, on: endpoint)
                return worker.statistics
            } catch let error as MessagingError where error.isRetriable {
                logger.warning("\(error); connecting again", metadata: Self.metadata(of: worker))
                endpoint.disconnect()
                metrics?.recordShards(from: worker.shardCount, to: 0)
                worker.disconnect()
                progress(worker)
                guard let next = try self.endpoint(of: worker, after: error) else { return worker.statistics }
                endpoint = next
                metrics?.recordReconnect()
            }
        }
    }

    private func endpoint(
        of worker: Worker,
        after loss: MessagingError? = nil
    ) throws(MessagingError) -> (any Endpoint)? {
        let patiently = ConnectionPatience(patience, stop: stop) { [logger] in logger.warning("\($0)") }
        return try patiently.endpoint(after: loss) { () throws(MessagingError) in try connect(worker) }
    }

    private func connect(_ worker: Worker) throws(MessagingError) -> any Endpoint {
        let endpoint = try transport.connect(as: "worker \(id)")
        do throws(MessagingError) {
            try endpoint.open(worker.mailbox)
        } catch {
            endpoint.disconnect()
            throw error
        }
        return endpoint
    }

    private func serve(_ worker: inout Worker, on endpoint: any Endpoint) throws {
        let clock = ContinuousClock()
        var lastHeard = clock.now
        var nextWord = Self.wordIntervals.first
        var lastOffer = clock.now
        var isRunning = try perform([worker.offer()], of: &worker, on: endpoint)
        var farewell: ContinuousClock.Instant?
        while isRunning, goesOn(worker, leavingSince: farewell) {
            if stop.isRaised, farewell == nil {
                farewell = clock.now
                let words = "handing \(worker.shardCount) shards over; once more to leave at once"
                logger.notice("\(words)", metadata: Self.metadata(of: worker))
                isRunning = try perform([worker.leave()], of: &worker, on: endpoint)
                continue
            }
            let isPatient = !worker.isOffering && farewell == nil
            let interval = isPatient ? Self.lifeSignInterval : Self.offerInterval
            let rest = lastOffer + interval - clock.now
            defer { progress(worker) }
            if rest > .zero {
                // Whoever ends processes does not wait for the next sign of life.
                guard let event = try endpoint.receive(within: min(rest, Self.lookInterval)) else { continue }
                isRunning = try perform(take(event, to: &worker), of: &worker, on: endpoint)
                // Not before: a run of another kind may have been served meanwhile.
                if case .delivery = event { (lastHeard, nextWord) = (clock.now, Self.wordIntervals.first) }
            } else if worker.isOffering, clock.now - lastHeard >= patience {
                throw WorkerFailure(.noMaster, "no master took worker \(id) within \(patience); start one for this run")
            } else {
                let silence = clock.now - lastHeard
                if worker.isOffering, silence >= nextWord {
                    nextWord += Self.wordIntervals.next
                    let (spent, limit) = (silence.components.seconds, patience.components.seconds)
                    logger.warning("no master of this run has been heard of; waiting for one: \(spent) of \(limit) s")
                }
                lastOffer = clock.now
                isRunning = try perform([worker.offer()], of: &worker, on: endpoint)
            }
        }
    }

    /// Whether there is more to do: who is told to end while it has shards hands them over first, if it may and can.
    private func goesOn(_ worker: Worker, leavingSince begin: ContinuousClock.Instant?) -> Bool {
        guard stop.isRaised else { return true }
        guard let leaving, leaving.isWanted() else { return false }
        guard let begin else { return worker.shardCount > 0 }
        let limit = worker.farewell == .asked ? min(leaving.limit, leaving.answerLimit) : leaving.limit
        guard ContinuousClock.now - begin > limit else { return true }
        logger.warning(
            "\(worker.shardCount) shards are not handed over after \(limit); the run will return to its last checkpoint",
            metadata: Self.metadata(of: worker)
        )
        return false
    }

    /// Gives an event to the worker, and records what has come of it.
    private func take(_ event: MessagingEvent, to worker: inout Worker) -> [Worker.Action] {
        guard let metrics else { return worker.receive(event) }
        let (before, shardCount) = (worker.statistics, worker.shardCount)
        let begin = ContinuousClock.now
        let actions = worker.receive(event)
        metrics.recordProgress(from: before, to: worker.statistics, in: .now - begin)
        metrics.recordShards(from: shardCount, to: worker.shardCount)
        return actions
    }

    private static func metadata(of worker: Worker) -> Logger.Metadata {
        [LogKey.epoch: .stringConvertible(worker.epoch)]
    }

    /// Performs actions in order.
    ///
    /// - Returns: Whether the worker goes on.
    private func perform(
        _ actions: [Worker.Action],
        of worker: inout Worker,
        on endpoint: any Endpoint
    ) throws -> Bool {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .serveOther(let message):
                guard let others else {
                    throw WorkerFailure(.refused, "the run has no table, and this worker owns shards of tables only")
                }
                guard try others.serve(message, endpoint) == .over else { continue }
                worker.dismiss()
                return false
            case .report(let text): logger.warning("\(text)", metadata: Self.metadata(of: worker))
            case .finish(let reason):
                logger.debug("stopped by the master", metadata: [LogKey.reason: "\(reason)"])
                return false
            case .fail(let failure): throw failure
            }
        }
        return true
    }
}
