internal import CommandBasics
internal import Synchronization

/// How far a long evaluation is: a line that is replaced on a terminal, nothing elsewhere.
package final class EvaluationProgress: Sendable {
    private let total: Int
    private let isShown: Bool
    private let start = ContinuousClock.now
    private let last = Mutex(Duration.zero)

    /// - Parameters:
    ///   - total: The number of runs.
    ///   - isQuiet: Whether to show nothing at all.
    package init(total: Int, isQuiet: Bool) {
        self.total = total
        isShown = !isQuiet && Console.isTerminal && !Console.writesRecords
    }

    /// Shows how many runs are done; at most about ten times a second.
    package func show(_ done: Int) {
        guard isShown else { return }
        let elapsed = ContinuousClock.now - start
        let isDue = last.withLock { last in
            guard elapsed - last > .milliseconds(100) || done == total else { return false }
            last = elapsed
            return true
        }
        guard isDue else { return }
        let left = elapsed.seconds / Double(max(1, done)) * Double(total - done)
        Console.status("\(done) of \(total) runs, about \(left.short) s to go")
        if done == total { Console.status("") }
    }
}
