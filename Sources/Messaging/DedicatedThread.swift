internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs blocking work on a thread of its own.
///
/// Endpoints block, and the threads of Swift's cooperative pool must never block: on two cores two waiting nodes
/// would stop every task of the process.
public enum DedicatedThread {
    /// Runs a closure on a new thread and hands its result to an asynchronous caller.
    ///
    /// The thread ends with the closure. Cancelling the calling task does not stop it: the closure must have a way to
    /// learn that it should end.
    ///
    /// - Parameters:
    ///   - name: What debuggers and `top -H` show; Linux keeps the first 15 bytes.
    ///   - stackSize: In bytes; only pages that are touched take memory.
    ///   - body: What to run.
    /// - Returns: What the closure returned.
    /// - Throws: What the closure threw.
    public static func run<Result: Sendable>(
        named name: String,
        stackSize: Int = 16 << 20,
        _ body: sending @escaping () throws -> Result
    ) async throws -> Result {
        // The mutex carries a closure that is not Sendable to the one thread that calls it.
        let work = Mutex(body)
        return try await withCheckedThrowingContinuation { continuation in
            // Foundation can name a thread only from within, and only once `start` has returned.
            let hasStarted = DispatchSemaphore(value: 0)
            let thread = Thread {
                hasStarted.wait()
                Thread.current.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
                continuation.resume(with: Swift.Result { try work.withLock { try $0() } })
            }
            thread.stackSize = stackSize
            thread.start()
            hasStarted.signal()
        }
    }
}
