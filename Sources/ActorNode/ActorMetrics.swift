public import CoreMetrics

/// What an actor process tells its operator in numbers; made once, before it offers itself.
public struct ActorMetrics: Sendable {
    /// The metrics by name; docs/metrics.md explains each.
    public enum Name: String, CaseIterable, Sendable {
        case rounds = "shardq_actor_rounds_total"
        case transitions = "shardq_actor_transitions_total"
        case messages = "shardq_actor_messages_total"
        case busySeconds = "shardq_actor_busy_seconds_total"
        case cohorts = "shardq_actor_cohorts"
        case malformedFrames = "shardq_actor_malformed_frames_total"
        case reconnects = "shardq_actor_reconnects_total"
    }

    private let rounds: Counter
    private let transitions: Counter
    private let messages: Counter
    private let busySeconds: FloatingPointCounter
    private let cohorts: Meter
    private let malformedFrames: Counter
    private let reconnects: Counter

    /// Makes the instruments; actor processes that are threads of one process share those of one factory.
    public init(factory: any MetricsFactory) {
        func counter(_ name: Name) -> Counter { Counter(label: name.rawValue, factory: factory) }
        rounds = counter(.rounds)
        transitions = counter(.transitions)
        messages = counter(.messages)
        busySeconds = FloatingPointCounter(label: Name.busySeconds.rawValue, factory: factory)
        cohorts = Meter(label: Name.cohorts.rawValue, factory: factory)
        malformedFrames = counter(.malformedFrames)
        reconnects = counter(.reconnects)
    }

    /// Records what one event has added.
    func recordProgress(from before: CohortActor.Statistics, to now: CohortActor.Statistics, in duration: Duration) {
        guard now != before else { return }
        rounds.increment(by: now.rounds - before.rounds)
        transitions.increment(by: now.transitions - before.transitions)
        messages.increment(by: now.messages - before.messages)
        busySeconds.increment(by: duration / .seconds(1))
        malformedFrames.increment(by: now.malformedFrames - before.malformedFrames)
    }

    /// Records a change of the number of cohorts.
    func recordCohorts(from before: Int, to now: Int) {
        if now != before { cohorts.increment(by: Double(now - before)) }
    }

    /// Counts a connection that was lost and made again.
    func recordReconnect() {
        reconnects.increment()
    }
}

extension ActorMetrics.Name {
    /// What the metric says, in one sentence.
    public var help: String {
        switch self {
        case .rounds: "Rounds of its cohorts whose answers came in."
        case .transitions: "Transitions whose targets its cohorts formed; those that are done again count again."
        case .messages: "Messages with rounds that it sent to workers."
        case .busySeconds: "Time to step worlds, to choose and to form what is learned: its rate is the thread's share."
        case .cohorts: "Cohorts that it has; 0 while it offers itself or stands by."
        case .malformedFrames: "Frames that were not what the protocol says."
        case .reconnects: "Connections to the broker that were lost and made again."
        }
    }
}
