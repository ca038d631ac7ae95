internal import Dispatch
public import Foundation

/// A process that this one started, and that it ends by its number.
public final class ChildProcess: Sendable {
    private let process: Process
    private let input: FileHandle?
    private let end = DispatchGroup()

    /// What a child gets to read.
    public enum Input: Sendable {
        /// Nothing at all.
        case nothing
        /// What is written, or only when it ends.
        case pipe
        /// What comes through this.
        case handle(FileHandle)
    }

    /// Starts a program; all its output goes to a file, its errors to another if there is one.
    ///
    /// - Throws: `ChildProcessFailure` when it cannot be started.
    public init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String,
        input: Input,
        output: FileHandle,
        errors: FileHandle? = nil
    ) throws(ChildProcessFailure) {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = output
        process.standardError = errors ?? output
        switch input {
        case .nothing:
            process.standardInput = FileHandle.nullDevice
            self.input = nil
        case .pipe:
            let pipe = Pipe()
            process.standardInput = pipe
            self.input = pipe.fileHandleForWriting
        case .handle(let handle):
            process.standardInput = handle
            self.input = nil
        }
        let end = end
        end.enter()
        process.terminationHandler = { _ in end.leave() }
        do {
            try process.run()
        } catch {
            end.leave()
            throw ChildProcessFailure("cannot start '\(program)': \(error.localizedDescription)")
        }
    }

    /// Its number.
    public var identifier: Int32 { process.processIdentifier }

    /// Whether it has not ended.
    public var isRunning: Bool { process.isRunning }

    /// How it ended; meaningless while it runs.
    public var status: Int32 { process.terminationStatus }

    /// Ends what it reads.
    public func closeInput() {
        try? input?.close()
    }

    /// Waits for the end; answers whether it came in time.
    public func wait(within limit: Duration) -> Bool {
        let milliseconds = Int(limit / .milliseconds(1))
        return end.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Sends a signal unless it has ended.
    public func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }
}
