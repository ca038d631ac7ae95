internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs blocking work on a thread of its own.
///
/// Endpoints block, and the threads of Swift's cooperative pool must never block: on two cores two waiting nodes
/// would stop every task of the process.
public enum DedicatedThread {
    /// The stack of a thread in bytes, unless told otherwise; only pages that are touched take memory.
    public static let stackSize = 16 << 20

    /// Runs a closure on a new thread and hands its result to an asynchronous caller.
    ///
    /// The thread ends with the closure. Cancelling the calling task does not stop it: the closure must have a way to
    /// learn that it should end.
    ///
    /// - Parameters:
    ///   - name: What debuggers and `top -H` show; Linux keeps the first 15 bytes.
    ///   - stackSize: In bytes.
    ///   - body: What to run.
    /// - Returns: What the closure returned.
    /// - Throws: What the closure threw; `MessagingError` with `threadUnavailable` where the system gives no thread.
    public static func run<Result: Sendable>(
        named name: String,
        stackSize: Int = DedicatedThread.stackSize,
        _ body: sending @escaping () throws -> Result
    ) async throws -> Result {
        // The mutex carries a closure that is not Sendable to the one thread that calls it.
        let work = Mutex(body)
        let start = Start()
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                guard start.claim() else { return }
                // Foundation can name a thread only from within, and only once `start` has returned.
                start.hasReturned.wait()
                Thread.current.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
                continuation.resume(with: Swift.Result { try work.withLock { try $0() } })
            }
            thread.stackSize = stackSize
            thread.start()
            start.hasReturned.signal()
            guard !start.hasHappened() else { return }
            continuation.resume(
                throwing: MessagingError(
                    .threadUnavailable,
                    "the system gives no thread more, for '\(name)' with a stack of \(stackSize >> 20) MiB: "
                        + "ask for fewer threads or workers, or raise the limits of processes and memory (ulimit -u, -v)"
                )
            )
        }
    }

    /// Whether a thread has begun: Foundation does not tell where the system has refused it.
    private final class Start: Sendable {
        private enum State { case waiting, begun, givenUp }

        let hasReturned = DispatchSemaphore(value: 0)
        private let hasBegun = DispatchSemaphore(value: 0)
        private let state = Mutex(State.waiting)
        /// Once one has been refused, nobody waits for long for the others.
        private static let isScarce = Mutex(false)

        /// Called by the thread; `false` where nobody waits for it any more.
        func claim() -> Bool {
            let isWanted = state.withLock { state in
                if state == .waiting { state = .begun }
                return state == .begun
            }
            hasBegun.signal()
            return isWanted
        }

        func hasHappened() -> Bool {
            let patience = Self.isScarce.withLock { $0 } ? 0.01 : 5
            guard hasBegun.wait(timeout: .now() + patience) == .timedOut else { return true }
            let hasBegun = state.withLock { state in
                if state == .waiting { state = .givenUp }
                return state == .begun
            }
            if !hasBegun { Self.isScarce.withLock { $0 = true } }
            return hasBegun
        }
    }
}
