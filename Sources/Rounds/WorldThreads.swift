internal import Dispatch
internal import Synchronization
public import TabularLearning

/// Steps worlds on threads of their own, while the loop of a master or an actor process serves messages.
public final class WorldThreads: Sendable {
    private struct State {
        var queues: [Int: DispatchQueue] = [:]
        /// When each job that is under way began.
        var begins: [ObjectIdentifier: ContinuousClock.Instant] = [:]
        var done: [(job: WorldJob, cohort: Int)] = []
    }

    private let state = Mutex(State())

    /// Creates threads that have nothing to do.
    public init() {}

    /// Has a job done.
    public func submit(_ job: WorldJob, of cohort: Int) {
        let queue = state.withLock { state in
            state.begins[ObjectIdentifier(job)] = .now
            let queue = state.queues[cohort] ?? DispatchQueue(label: "world \(cohort)")
            state.queues[cohort] = queue
            return queue
        }
        queue.async { [self] in
            job.perform()
            state.withLock { state in
                // One that has been forgotten is let go here, on its own thread, and its world with it.
                guard state.begins.removeValue(forKey: ObjectIdentifier(job)) != nil else { return }
                state.done.append((job, cohort))
            }
        }
    }

    /// Takes a job that is done; `nil` while there is none.
    public func next() -> (job: WorldJob, cohort: Int)? {
        state.withLock { $0.done.isEmpty ? nil : $0.done.removeFirst() }
    }

    /// Forgets what is under way: the run is put back, and its new worlds do not wait for the old ones.
    public func forget() {
        state.withLock { $0 = State() }
    }

    /// How long to listen for messages before looking for worlds that are done; `nil` while none is under way.
    ///
    /// A sixteenth of the time a job has taken so far: what is lost by looking late is little beside the job.
    public func patience(at now: ContinuousClock.Instant) -> Duration? {
        state.withLock { state in
            if !state.done.isEmpty { return .zero }
            return state.begins.values.max().map { min(max((now - $0) / 16, .microseconds(100)), .milliseconds(50)) }
        }
    }
}

/// Lets something go on another thread: to end what stands behind a world may take its time.
public func letGo(_ learners: consuming [CohortLearner]) {
    let learners = learners
    DispatchQueue.global().async { withExtendedLifetime(learners) {} }
}
