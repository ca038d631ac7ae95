internal import Synchronization

/// Measures the wall time of a phase; for displays and results, never for learning.
final class Stopwatch: Sendable {
    private let clock = ContinuousClock()
    private let start: Mutex<ContinuousClock.Instant>

    /// Creates a stopwatch that runs.
    init() {
        start = Mutex(clock.now)
    }

    /// Starts from zero.
    func restart() {
        start.withLock { $0 = clock.now }
    }

    /// The time since the last start.
    var elapsed: Duration { clock.now - start.withLock { $0 } }
}
