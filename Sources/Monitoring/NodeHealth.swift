internal import Synchronization

/// Whether a node has joined its run and gets anywhere.
///
/// The node's loop says what it is doing and how much it has done; readers on other threads ask for a verdict. A loop that
/// stands still says nothing any more, and its silence is the verdict.
public final class NodeHealth: Sendable {
    /// Whether a node is of use at the moment.
    public enum Verdict: Sendable, Hashable {
        /// It has joined, and something was done a short while ago.
        case ready
        /// It is not, and why.
        case unready(String)
    }

    private struct State {
        var obstacle: String? = "starting"
        var progress: UInt64 = 0
        var lastProgress: ContinuousClock.Instant
        var isEnded = false
        var remark: @Sendable () -> String? = { nil }
    }

    private let limit: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// Creates the health of a node that is starting.
    ///
    /// - Parameters:
    ///   - limit: How long ago the last progress may be.
    ///   - now: The clock.
    public init(limit: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }) {
        self.limit = limit
        self.now = now
        state = Mutex(State(lastProgress: now()))
    }

    /// Takes up what the node's loop says.
    ///
    /// - Parameters:
    ///   - progress: A number that changes whenever something is done.
    ///   - obstacle: What keeps the node from taking part, in words; `nil` when it takes part.
    public func note(progress: UInt64, obstacle: String?) {
        let now = now()
        state.withLock { state in
            if progress != state.progress || obstacle != state.obstacle { state.lastProgress = now }
            state.progress = progress
            state.obstacle = obstacle
        }
    }

    /// Takes up that the run is complete.
    public func noteEnd() {
        state.withLock { $0.isEnded = true }
    }

    /// Asks for a remark whenever somebody asks after the node.
    ///
    /// - Parameter remark: What is worth knowing beside the verdict, in words.
    public func watch(_ remark: @escaping @Sendable () -> String?) {
        state.withLock { $0.remark = remark }
    }

    /// What is worth knowing beside the verdict: something is missing, and the node does without.
    public var remark: String? { state.withLock { $0.remark }() }

    /// Whether the node is of use at the moment.
    public var verdict: Verdict {
        let now = now()
        return state.withLock { state in
            if state.isEnded { return .unready("the run has ended") }
            if let obstacle = state.obstacle { return .unready(obstacle) }
            let silence = now - state.lastProgress
            guard silence > limit else { return .ready }
            return .unready("no progress for \(silence.components.seconds) s")
        }
    }
}
