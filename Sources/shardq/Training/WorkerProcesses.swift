internal import Foundation

/// The worker processes that a `train` command starts, watches and ends.
final class WorkerProcesses {
    private var processes: [Process] = []

    /// The processes, in the order of their start.
    var identifiers: [Int32] { processes.map(\.processIdentifier) }

    /// Starts workers of a run on an existing broker.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - arguments: The arguments of `shardq worker`; without credentials.
    ///   - environment: Added to this process's own; holds the credentials.
    /// - Throws: `CommandFailure` when this program cannot be started again.
    func start(_ count: Int, arguments: [String], environment: [String: String]) throws {
        let program = try Self.executable()
        for index in 0..<count {
            let process = Process()
            process.executableURL = program
            process.arguments = ["worker"] + arguments + ["--name", "local-\(index)"]
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            do {
                try process.run()
            } catch {
                throw CommandFailure(.internalError, "cannot start a worker from \(program.path): \(error)")
            }
            processes.append(process)
        }
    }

    /// Waits for workers that have been dismissed, then ends those that are left.
    func finish(within limit: Duration) {
        let deadline = Date(timeIntervalSinceNow: limit.seconds)
        while processes.contains(where: \.isRunning), Date() < deadline { usleep(20_000) }
        for process in processes where process.isRunning { process.terminate() }
        for process in processes { process.waitUntilExit() }
        processes = []
    }

    private static func executable() throws -> URL {
        guard let url = Bundle.main.executableURL else {
            throw CommandFailure(.internalError, "cannot find this program's own file to start workers from")
        }
        return url
    }
}
