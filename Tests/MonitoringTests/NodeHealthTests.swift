import Monitoring
import Synchronization
import Testing

@Suite("A node is ready while it takes part and gets on")
struct NodeHealthTests {
    /// A clock that the test moves.
    final class Clock: Sendable {
        private let start = ContinuousClock.now
        private let elapsed = Mutex(Duration.zero)

        var now: ContinuousClock.Instant { start + elapsed.withLock { $0 } }

        func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }
    }

    private let clock = Clock()
    private let health: NodeHealth

    init() {
        health = NodeHealth(limit: .seconds(10)) { [clock] in clock.now }
    }

    @Test("not before it has joined, and then it says what it waits for")
    func starting() {
        #expect(health.verdict == .unready("starting"))
        health.note(progress: 0, obstacle: "1 of 2 workers have joined")
        #expect(health.verdict == .unready("1 of 2 workers have joined"))
    }

    @Test("until nothing has been done for longer than the limit, whether its loop turns or not")
    func silence() {
        health.note(progress: 1, obstacle: nil)
        clock.pass(.seconds(10))
        #expect(health.verdict == .ready)
        // The loop turns, the socket is open, and nothing gets done.
        health.note(progress: 1, obstacle: nil)
        clock.pass(.seconds(1))
        #expect(health.verdict == .unready("no progress for 11 s"))
        health.note(progress: 2, obstacle: nil)
        #expect(health.verdict == .ready)
    }

    @Test("not while it has lost its place, and again with the first progress")
    func loss() {
        health.note(progress: 5, obstacle: nil)
        clock.pass(.seconds(60))
        health.note(progress: 5, obstacle: "no master has given this worker a shard")
        #expect(health.verdict == .unready("no master has given this worker a shard"))
        health.note(progress: 5, obstacle: nil)
        #expect(health.verdict == .ready)
    }

    @Test("not when the run has ended")
    func end() {
        health.note(progress: 5, obstacle: nil)
        health.noteEnd()
        #expect(health.verdict == .unready("the run has ended"))
    }
}
