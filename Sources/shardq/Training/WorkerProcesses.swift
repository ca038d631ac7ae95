internal import Foundation
internal import Messaging
internal import Synchronization

/// The worker processes that a command starts, watches and ends.
final class WorkerProcesses: Sendable {
    private let state = Mutex(State())
    private let stop: StopFlag

    private struct State {
        var processes: [Process] = []
        var logs: [URL] = []
        var isEnding = false
        var cause: String?
    }

    /// Watches workers; the first that ends by itself with an error raises the flag.
    init(stop: StopFlag) {
        self.stop = stop
    }

    /// The processes, in the order of their start.
    var identifiers: [Int32] { state.withLock { $0.processes.map(\.processIdentifier) } }

    /// What the first worker said that ended by itself with an error.
    var cause: String? { state.withLock { $0.cause } }

    /// Starts workers of a run on an existing broker.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - arguments: The arguments of `shardq worker`; without credentials.
    ///   - environment: Added to this process's own; holds the credentials.
    /// - Throws: `CommandFailure` when this program cannot be started again.
    func start(_ count: Int, arguments: [String], environment: [String: String]) throws {
        guard let program = Bundle.main.executableURL else {
            throw CommandFailure(.internalError, "cannot find this program's own file to start workers from")
        }
        for index in 0..<count {
            let name = "local-\(index)"
            let log = FileManager.default.temporaryDirectory
                .appendingPathComponent("shardq-worker-\(ProcessInfo.processInfo.processIdentifier)-\(index).log")
            guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
                throw CommandFailure(.inputOutput, "cannot write \(log.path), the log of worker \(name)")
            }
            let process = Process()
            process.executableURL = program
            process.arguments = ["worker"] + arguments + ["--name", name]
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = try FileHandle(forWritingTo: log)
            process.terminationHandler = { [self] in note(end: $0, of: name, log: log) }
            do {
                try process.run()
            } catch {
                throw CommandFailure(.internalError, "cannot start a worker from \(program.path): \(error)")
            }
            state.withLock { state in
                state.processes.append(process)
                state.logs.append(log)
            }
        }
    }

    /// Waits for workers that have been dismissed, then ends those that are left; blocks its thread.
    func finish(within limit: Duration) {
        let processes = state.withLock { state in
            state.isEnding = true
            return state.processes
        }
        let deadline = Date(timeIntervalSinceNow: limit.seconds)
        while processes.contains(where: \.isRunning), Date() < deadline { usleep(20_000) }
        for process in processes where process.isRunning { process.terminate() }
        for process in processes { process.waitUntilExit() }
        for log in state.withLock({ $0.logs }) { try? FileManager.default.removeItem(at: log) }
    }

    private func note(end process: Process, of name: String, log: URL) {
        let isFailure = process.terminationReason == .uncaughtSignal || process.terminationStatus != 0
        let lastLine = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n").last.map(String.init)
        let isFirst = state.withLock { state in
            guard !state.isEnding, isFailure, state.cause == nil else { return false }
            let how =
                process.terminationReason == .uncaughtSignal
                ? "signal \(process.terminationStatus)" : "exit code \(process.terminationStatus)"
            state.cause = "worker \(name) ended with \(how)" + (lastLine.map { ": \($0)" } ?? "")
            return true
        }
        if isFirst { stop.raise() }
    }
}
