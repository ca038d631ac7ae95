internal import Dispatch
internal import Synchronization

/// Counts changes of something that threads share, and has those sleep that wait for the next one.
final class ChangeSignal: Sendable {
    private let changes = Atomic<Int>(0)
    /// Each sleeper has a semaphore of its own, so that none takes another's signal.
    private let sleepers = Mutex<[DispatchSemaphore]>([])
    private let glances: Int

    /// Creates a count of no changes.
    ///
    /// - Parameter glances: How often a waiting thread looks before it goes to sleep.
    init(glances: Int) {
        self.glances = glances
    }

    /// The number of changes so far; read it before looking at what may change.
    var count: Int { changes.load(ordering: .acquiring) }

    /// Tells that something has changed.
    func raise() {
        let woken = sleepers.withLock { sleepers in
            changes.add(1, ordering: .releasing)
            defer { sleepers.removeAll() }
            return sleepers
        }
        for sleeper in woken { sleeper.signal() }
    }

    /// Returns once there have been more changes than so many.
    func wait(beyond seen: Int) {
        for _ in 0..<glances where count != seen { return }
        let wakeUp = DispatchSemaphore(value: 0)
        let sleeps = sleepers.withLock { sleepers in
            guard count == seen else { return false }
            sleepers.append(wakeUp)
            return true
        }
        if sleeps { wakeUp.wait() }
    }
}
