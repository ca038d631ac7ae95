public import CoreMetrics

/// What a worker tells its operator in numbers; made once, before it joins.
public struct WorkerMetrics: Sendable {
    /// The metrics by name; docs/metrics.md explains each.
    public enum Name: String, CaseIterable, Sendable {
        case rounds = "shardq_worker_rounds_total"
        case transitions = "shardq_worker_transitions_total"
        case queries = "shardq_worker_queries_total"
        case messageDuration = "shardq_worker_message_duration_seconds"
        case shards = "shardq_worker_shards"
        case shardsGiven = "shardq_worker_shards_given_total"
        case malformedFrames = "shardq_worker_malformed_frames_total"
        case staleFrames = "shardq_worker_stale_frames_total"
        case reconnects = "shardq_worker_reconnects_total"
    }

    private let rounds: Counter
    private let transitions: Counter
    private let queries: Counter
    private let messageDuration: Timer
    private let shards: Meter
    private let shardsGiven: Counter
    private let malformedFrames: Counter
    private let staleFrames: Counter
    private let reconnects: Counter

    /// Makes the instruments; workers of one process share those of one factory.
    public init(factory: any MetricsFactory) {
        func counter(_ name: Name) -> Counter { Counter(label: name.rawValue, factory: factory) }
        rounds = counter(.rounds)
        transitions = counter(.transitions)
        queries = counter(.queries)
        messageDuration = Timer(label: Name.messageDuration.rawValue, factory: factory)
        shards = Meter(label: Name.shards.rawValue, factory: factory)
        shardsGiven = counter(.shardsGiven)
        malformedFrames = counter(.malformedFrames)
        staleFrames = counter(.staleFrames)
        reconnects = counter(.reconnects)
    }

    /// Records what one event has added.
    func recordProgress(from before: Worker.Statistics, to now: Worker.Statistics, in duration: Duration) {
        if now.rounds != before.rounds {
            rounds.increment(by: now.rounds - before.rounds)
            transitions.increment(by: now.updates - before.updates)
            queries.increment(by: now.queries - before.queries)
            messageDuration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
        }
        shardsGiven.increment(by: now.givenShards - before.givenShards)
        malformedFrames.increment(by: now.malformedFrames - before.malformedFrames)
        staleFrames.increment(by: now.staleFrames - before.staleFrames)
    }

    /// Records a change of the number of shards.
    func recordShards(from before: Int, to now: Int) {
        if now != before { shards.increment(by: Double(now - before)) }
    }

    /// Counts a connection that was lost and made again.
    func recordReconnect() {
        reconnects.increment()
    }
}

extension WorkerMetrics.Name {
    /// What the metric says, in one sentence.
    public var help: String {
        switch self {
        case .rounds: "Rounds served."
        case .transitions: "Updates applied, one for each transition of this worker's shards."
        case .queries: "Queries answered."
        case .messageDuration: "Time to serve a message with rounds and to make its answers."
        case .shards: "Shards that this worker owns; 0 while it offers itself or stands by."
        case .shardsGiven: "Shards handed over to other workers while rounds went on."
        case .malformedFrames: "Frames that were not what the protocol says."
        case .staleFrames: "Frames of another epoch, or that came twice or out of turn."
        case .reconnects: "Connections to the broker that were lost and made again."
        }
    }
}
