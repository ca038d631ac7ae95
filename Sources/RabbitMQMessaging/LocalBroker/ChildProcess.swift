internal import Dispatch
internal import Foundation
internal import Messaging

/// A process that this one started, and that it ends by its number.
final class ChildProcess: Sendable {
    private let process: Process
    private let input: FileHandle?
    private let end = DispatchGroup()

    /// What a child gets to read.
    enum Input { case nothing, pipe }

    /// Starts a program; its output goes to a file.
    init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String],
        directory: String,
        input: Input,
        output: FileHandle
    ) throws(MessagingError) {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = output
        process.standardError = output
        switch input {
        case .nothing:
            process.standardInput = FileHandle.nullDevice
            self.input = nil
        case .pipe:
            let pipe = Pipe()
            process.standardInput = pipe
            self.input = pipe.fileHandleForWriting
        }
        let end = end
        end.enter()
        process.terminationHandler = { _ in end.leave() }
        do {
            try process.run()
        } catch {
            end.leave()
            throw MessagingError(.configuration, "cannot start '\(program)': \(error.localizedDescription)")
        }
    }

    var identifier: Int32 { process.processIdentifier }

    var isRunning: Bool { process.isRunning }

    /// How it ended; meaningless while it runs.
    var status: Int32 { process.terminationStatus }

    /// Ends what it reads.
    func closeInput() {
        try? input?.close()
    }

    /// Waits for the end; answers whether it came in time.
    func wait(within limit: Duration) -> Bool {
        let milliseconds = Int(limit / .milliseconds(1))
        return end.wait(timeout: .now() + .milliseconds(milliseconds)) == .success
    }

    /// Sends a signal unless it has ended.
    func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }
}
