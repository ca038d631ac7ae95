public import CoreMetrics

/// What a server of policies tells its operator in numbers.
public struct ServingMetrics: Sendable {
    /// The metrics by name; docs/metrics.md explains each.
    public enum Name: String, CaseIterable, Sendable {
        case requests = "shardq_serve_requests_total"
        case requestDuration = "shardq_serve_request_duration_seconds"
        case decisions = "shardq_serve_decisions_total"
        case fallbacks = "shardq_serve_fallback_total"
        case shadows = "shardq_serve_shadow_total"
        case reloads = "shardq_serve_reloads_total"
        case policyTime = "shardq_serve_policy_timestamp_seconds"
        case feedback = "shardq_serve_feedback_records_total"
        case queueConnected = "shardq_serve_queue_connected"
        case unanswerable = "shardq_serve_unanswerable_total"
    }

    /// How a request ended.
    enum Outcome: String, CaseIterable { case answered, refused }

    /// What became of a folder that had changed.
    public enum Reload: String, CaseIterable, Sendable { case loaded, failed }

    /// What a shadow would have done.
    enum Shadow: String, CaseIterable { case agrees, differs, failed }

    /// Whether a record was kept.
    public enum Feedback: String, CaseIterable, Sendable { case written, lost }

    private let requests: [Outcome: Counter]
    private let requestDuration: Timer
    private let decisions: [PolicyServer.Role: Counter]
    private let fallbacks: [FallbackReason: Counter]
    private let shadows: [Shadow: Counter]
    private let reloads: [Reload: Counter]
    private let policyTime: Gauge
    private let feedback: [Feedback: Counter]
    private let queueConnected: Gauge
    private let unanswerable: Counter

    /// Makes the instruments, all of them at zero.
    public init(factory: any MetricsFactory) {
        func counters<Label: RawRepresentable<String> & Hashable>(_ name: Name, _ dimension: String, _ labels: [Label])
            -> [Label: Counter]
        {
            Dictionary(
                uniqueKeysWithValues: labels.map { label in
                    (label, Counter(label: name.rawValue, dimensions: [(dimension, label.rawValue)], factory: factory))
                }
            )
        }
        requests = counters(.requests, "outcome", Outcome.allCases)
        requestDuration = Timer(label: Name.requestDuration.rawValue, factory: factory)
        decisions = counters(.decisions, "role", PolicyServer.Role.allCases.filter { $0 != .shadow })
        fallbacks = counters(.fallbacks, "reason", FallbackReason.allCases)
        shadows = counters(.shadows, "outcome", Shadow.allCases)
        reloads = counters(.reloads, "outcome", Reload.allCases)
        policyTime = Gauge(label: Name.policyTime.rawValue, factory: factory)
        feedback = counters(.feedback, "outcome", Feedback.allCases)
        queueConnected = Gauge(label: Name.queueConnected.rawValue, factory: factory)
        unanswerable = Counter(label: Name.unanswerable.rawValue, factory: factory)
    }

    func recordRequest(_ status: Int, in duration: Duration) {
        requests[status < 400 ? .answered : .refused]?.increment()
        requestDuration.recordNanoseconds(Int64(clamping: Int128(duration / .nanoseconds(1))))
    }

    func record(_ decision: Decision, by role: PolicyServer.Role) {
        decisions[role]?.increment()
        if let reason = decision.reason { fallbacks[reason]?.increment() }
    }

    func record(_ shadow: Shadow) { shadows[shadow]?.increment() }

    /// Records that a folder had changed.
    public func recordReload(_ outcome: Reload) { reloads[outcome]?.increment() }

    /// Records when the policy came that is served.
    public func recordPolicy(at seconds: Double) { policyTime.record(seconds) }

    /// Records what became of a record of feedback.
    public func recordFeedback(_ outcome: Feedback) { feedback[outcome]?.increment() }

    /// Records whether questions come through a queue.
    public func recordQueue(isConnected: Bool) { queueConnected.record(isConnected ? 1 : 0) }

    /// Records a question through a queue that told no way back.
    public func recordUnanswerable() { unanswerable.increment() }
}

extension ServingMetrics.Name {
    /// What the metric says, in one sentence.
    public var help: String {
        switch self {
        case .requests: "Requests, by outcome: answered, or refused with a reason."
        case .requestDuration: "Time to decide and to write an answer, without the time on the way."
        case .decisions:
            "Decisions, by role of the policy that made them: current, canary, or version for a policy asked for by its digest."
        case .fallbacks: "Decisions that were not the table's, by reason."
        case .shadows: "Decisions that the shadow policy made beside, by outcome: agrees, differs, or failed."
        case .reloads: "Changes of a watched folder, by outcome: loaded or failed."
        case .policyTime: "When the policy that is served was loaded, since 1970."
        case .feedback: "Records of the feedback log, by outcome: written or lost."
        case .queueConnected: "1 while questions come through a queue, 0 while its broker is away or none is named."
        case .unanswerable: "Questions through the queue that named no queue of their own for the answer."
        }
    }
}
