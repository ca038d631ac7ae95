internal import Synchronization

/// Measures the wall time of a phase; for displays and results, never for learning.
package final class Stopwatch: Sendable {
    private let clock = ContinuousClock()
    private let start: Mutex<ContinuousClock.Instant>

    /// Creates a stopwatch that runs.
    package init() {
        start = Mutex(clock.now)
    }

    /// Starts from zero.
    package func restart() {
        start.withLock { $0 = clock.now }
    }

    /// The time since the last start.
    package var elapsed: Duration { clock.now - start.withLock { $0 } }
}
