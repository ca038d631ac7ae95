public import CoreMetrics
internal import TabularLearning

/// What a master tells its operator in numbers; made once, before the run.
public struct MasterMetrics: Sendable {
    /// The metrics by name; docs/metrics.md explains each.
    public enum Name: String, CaseIterable, Sendable {
        case rounds = "shardq_master_rounds_total"
        case transitions = "shardq_master_transitions_total"
        case updates = "shardq_master_updates_total"
        case queries = "shardq_master_queries_total"
        case roundBytes = "shardq_master_round_bytes_total"
        case roundTrip = "shardq_master_round_trip_seconds"
        case messagesInFlight = "shardq_master_messages_in_flight"
        case staleness = "shardq_master_staleness_rounds"
        case imbalance = "shardq_master_shard_imbalance_ratio"
        case active = "shardq_master_active"
        case missingWorkers = "shardq_master_missing_workers"
        case malformedFrames = "shardq_master_malformed_frames_total"
        case reconnects = "shardq_master_reconnects_total"
        case rollbacks = "shardq_master_rollbacks_total"
        case moves = "shardq_master_moves_total"
        case movePause = "shardq_master_move_pause_seconds"
        case checkpoints = "shardq_master_checkpoints_total"
        case checkpointDuration = "shardq_master_checkpoint_duration_seconds"
        case checkpointTimestamp = "shardq_master_checkpoint_timestamp_seconds"
        case checkpointStall = "shardq_master_checkpoint_stall_seconds_total"
        case environment = "shardq_master_environment_seconds_total"
        case episodes = "shardq_master_episodes_total"
        case episodeReturn = "shardq_master_episode_return"
    }

    /// Shards beyond these share one label, so that the number of time series stays small.
    public static let labelledShardCount = 64

    let rounds: Counter
    let transitions: Counter
    let roundBytes: Counter
    let messagesInFlight: Meter
    let imbalance: Meter
    let active: Meter
    let missingWorkers: Meter
    let malformedFrames: Counter
    let rollbacks: Counter
    let episodes: Counter
    let episodeReturn: Meter
    private let updates: [Counter]
    private let queries: [Counter]
    private let roundTrip: Timer
    private let moves: Counter
    private let movePause: Timer
    private let reconnects: Counter
    private let checkpointsWritten: Counter
    private let checkpointsFailed: Counter
    private let checkpointDuration: Timer
    private let checkpointTimestamp: Meter
    private let checkpointStall: FloatingPointCounter
    private let environment: FloatingPointCounter

    /// Makes the instruments of a run.
    ///
    /// - Parameters:
    ///   - factory: The backend.
    ///   - plan: The run.
    public init(factory: any MetricsFactory, plan: TrainingPlan) {
        func counter(_ name: Name, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: name.rawValue, dimensions: dimensions, factory: factory)
        }
        func meter(_ name: Name) -> Meter { Meter(label: name.rawValue, factory: factory) }
        func timer(_ name: Name) -> Timer { Timer(label: name.rawValue, factory: factory) }
        func fraction(_ name: Name) -> FloatingPointCounter {
            FloatingPointCounter(label: name.rawValue, factory: factory)
        }
        func label(_ shard: Int) -> [(String, String)] {
            [("shard", shard < Self.labelledShardCount ? "\(shard)" : "others")]
        }
        let shards = 0..<plan.shardCount
        rounds = counter(.rounds)
        transitions = counter(.transitions)
        updates = shards.map { counter(.updates, label($0)) }
        queries = shards.map { counter(.queries, label($0)) }
        roundBytes = counter(.roundBytes)
        roundTrip = timer(.roundTrip)
        messagesInFlight = meter(.messagesInFlight)
        imbalance = meter(.imbalance)
        active = meter(.active)
        missingWorkers = meter(.missingWorkers)
        malformedFrames = counter(.malformedFrames)
        reconnects = counter(.reconnects)
        rollbacks = counter(.rollbacks)
        moves = counter(.moves)
        movePause = timer(.movePause)
        checkpointsWritten = counter(.checkpoints, [("outcome", "written")])
        checkpointsFailed = counter(.checkpoints, [("outcome", "failed")])
        checkpointDuration = timer(.checkpointDuration)
        checkpointTimestamp = meter(.checkpointTimestamp)
        checkpointStall = fraction(.checkpointStall)
        environment = fraction(.environment)
        episodes = counter(.episodes)
        episodeReturn = meter(.episodeReturn)
        meter(.staleness).set(plan.parameters.staleness.rawValue)
        active.set(1)
        missingWorkers.set(plan.workerCount)
        imbalance.set(1)
        // Without an episode there is no return.
        episodeReturn.set(Double.nan)
    }

    /// Counts what a shard was sent.
    func recordLoad(shard: Int, updates: UInt64, queries: UInt64) {
        self.updates[shard].increment(by: updates)
        self.queries[shard].increment(by: queries)
    }

    /// Records the time from a question to its answer.
    func recordRoundTrip(_ duration: Duration) {
        roundTrip.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    /// Counts a shard that has another owner.
    ///
    /// - Parameter pause: For how long its rounds were held back.
    func recordMove(pause: Duration) {
        moves.increment()
        movePause.recordNanoseconds(Int64(pause / .nanoseconds(1)))
    }

    /// Records that no round will follow.
    public func recordEnd() {
        active.set(0)
        missingWorkers.set(0)
    }

    /// Counts a connection that was lost and made again.
    func recordReconnect() {
        reconnects.increment()
    }

    /// Counts a checkpoint that was written.
    ///
    /// - Parameters:
    ///   - duration: What it took, beside the rounds.
    ///   - timestamp: When it was complete, in seconds since 1970.
    func recordCheckpoint(duration: Duration, timestamp: Double) {
        checkpointsWritten.increment()
        checkpointDuration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        checkpointTimestamp.set(timestamp)
    }

    /// Counts a checkpoint that could not be written.
    func recordFailedCheckpoint() {
        checkpointsFailed.increment()
    }

    /// Counts the time for which the rounds stood still for a checkpoint.
    func recordStall(_ duration: Duration) {
        checkpointStall.increment(by: duration / .seconds(1))
    }

    /// Counts the time that environments took, on the master's thread.
    public func recordEnvironment(seconds: Double) {
        environment.increment(by: seconds)
    }
}

extension MasterMetrics.Name {
    /// What the metric says, in one sentence.
    public var help: String {
        switch self {
        case .rounds: "Rounds that every cohort has behind it; rounds that are done again count again."
        case .transitions: "Transitions whose targets were formed; those that are done again count again."
        case .updates: "Updates sent, by shard (shards beyond 63 as others); those of a repeated round count again."
        case .queries: "Queries sent, by shard (shards beyond 63 as others)."
        case .roundBytes: "Bytes of rounds sent, frame headers included."
        case .roundTrip: "Time from sending a shard a message with questions to its first answers."
        case .messagesInFlight:
            "Messages with questions to shards that have not been answered: the depth of the run's queues."
        case .staleness: "Rounds by which an update lags behind the next choice."
        case .imbalance: "Updates of the busiest shard over the mean of all shards, since the start; 1 is even."
        case .active: "1 while rounds are due, 0 when the run's last one is over and its result is evaluated or shown."
        case .missingWorkers: "Workers that the run waits for."
        case .malformedFrames: "Frames that were not what the protocol says."
        case .reconnects: "Connections to the broker that were lost and made again."
        case .rollbacks: "Returns of the run to its last checkpoint, or to its beginning."
        case .moves: "Shards that changed owners while rounds went on."
        case .movePause: "Time for which the rounds of a shard were held back while it moved."
        case .checkpoints: "Checkpoints, by outcome: written or failed."
        case .checkpointDuration: "Time to write a checkpoint, beside the rounds."
        case .checkpointTimestamp: "When the last checkpoint was complete, since 1970; its age is time() minus this."
        case .checkpointStall: "Time for which the rounds stood still for checkpoints."
        case .environment: "Time that environments took to step, on the master's thread; its rate is their share."
        case .episodes: "Episodes that ended; those that are done again count again."
        case .episodeReturn: "Mean undiscounted return of the episodes that ended last; NaN before the first."
        }
    }
}
