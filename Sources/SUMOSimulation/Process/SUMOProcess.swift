internal import ChildProcesses
internal import Foundation
internal import LoopbackSocket

/// One running SUMO: its process, its folder of files, the connection to it.
final class SUMOProcess: Sendable {
    private let process: Process
    private let errors: URL
    /// Set once, before anybody else sees this value.
    let socket: LoopbackSocket

    /// How long SUMO may take to read its files.
    private static let startLimit: TimeInterval = 120
    /// Seconds that a step may take.
    static let answerLimit = 300
    /// How often another port is tried when somebody else was faster.
    private static let portAttempts = 5

    /// Starts SUMO and connects to it.
    ///
    /// - Parameters:
    ///   - program: The path of the program.
    ///   - options: Its options but for the port.
    ///   - folder: Where what it says is kept.
    ///   - patience: Seconds that an answer may take.
    /// - Throws: `SUMOFailure` with what SUMO says when it does not start.
    init(
        program: String,
        options: [String],
        folder: URL,
        patience: Int = SUMOProcess.answerLimit
    ) throws(SUMOFailure) {
        errors = folder.appendingPathComponent("errors.log")
        var attempt = 1
        while true {
            let port = try Self.freePort()
            let process = try Self.launch(program, options + ["--remote-port", "\(port)"], errors: errors)
            do throws(SUMOFailure) {
                socket = try Self.connect(to: port, of: process, errors: errors, patience: patience)
                self.process = process
                return
            } catch {
                if process.isRunning { kill(process.processIdentifier, SIGKILL) }
                process.waitUntilExit()
                let isTaken = error.description.contains("Address already in use")
                guard isTaken, attempt < Self.portAttempts else { throw error }
                attempt += 1
            }
        }
    }

    /// Runs SUMO to its end.
    ///
    /// - Throws: `SUMOFailure` with what SUMO says when it fails.
    static func run(_ program: String, _ options: [String], folder: URL) throws(SUMOFailure) {
        let errors = folder.appendingPathComponent("errors.log")
        let process = try launch(program, options, errors: errors)
        let deadline = Date(timeIntervalSinceNow: startLimit)
        while process.isRunning, Date() < deadline { usleep(1_000) }
        guard !process.isRunning else {
            kill(process.processIdentifier, SIGKILL)
            throw SUMOFailure(.lost, "SUMO has not read its configuration within \(Int(startLimit)) s")
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw SUMOFailure(.badInput, "SUMO does not start: \(reason(of: process, errors))")
        }
    }

    private static func reason(of process: Process, _ errors: URL) -> String {
        lastError(errors) ?? "it ended with exit code \(process.terminationStatus)"
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// The process, to be looked for from outside.
    var identifier: Int32 { process.processIdentifier }

    /// Whether it has ended without a signal and without a word of an error.
    var hasLeftByItself: Bool {
        !process.isRunning && process.terminationReason == .exit && Self.lastError(errors) == nil
    }

    /// Waits for the end after a command to close; a SUMO that does not end is killed.
    func waitForEnd() {
        let deadline = Date(timeIntervalSinceNow: 60)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Says why the connection broke: SUMO's own words if it has any.
    func loss(_ failure: String) -> SUMOFailure {
        let deadline = Date(timeIntervalSinceNow: 1)
        while process.isRunning, Date() < deadline { usleep(2_000) }
        if let error = Self.lastError(errors) { return SUMOFailure(.lost, "SUMO gave up: \(error)") }
        guard !process.isRunning else { return SUMOFailure(.lost, "SUMO does not answer: \(failure)") }
        let cause = process.terminationReason == .uncaughtSignal ? "signal" : "exit code"
        return SUMOFailure(.lost, "SUMO has died (\(cause) \(process.terminationStatus)) in the middle of the run")
    }

    private static func freePort() throws(SUMOFailure) -> UInt16 {
        do {
            return try LoopbackSocket.freePorts(1)[0]
        } catch {
            throw SUMOFailure(.unavailable, "\(error)")
        }
    }

    private static func launch(_ program: String, _ options: [String], errors: URL) throws(SUMOFailure) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do {
            try Data().write(to: errors)
            process.standardError = try FileHandle(forWritingTo: errors)
            process.environment = try Guardian.shared().marking()
            try process.run()
        } catch let failure as ChildProcessFailure {
            throw SUMOFailure(.unavailable, failure.description)
        } catch {
            throw SUMOFailure(.unavailable, "cannot start '\(program)': \(error.localizedDescription)")
        }
        return process
    }

    /// Tries every 50 ms until SUMO listens.
    private static func connect(
        to port: UInt16,
        of process: Process,
        errors: URL,
        patience: Int
    ) throws(SUMOFailure) -> LoopbackSocket {
        let deadline = Date(timeIntervalSinceNow: startLimit)
        while Date() < deadline {
            do {
                return try LoopbackSocket(port: port, patience: patience)
            } catch  where error.isRefusal {
                guard process.isRunning else {
                    throw SUMOFailure(.badInput, "SUMO does not start: \(reason(of: process, errors))")
                }
                usleep(50_000)
            } catch {
                throw SUMOFailure(.lost, "\(error)")
            }
        }
        throw SUMOFailure(.lost, "SUMO has not opened its port within \(Int(startLimit)) s")
    }

    /// The first error that SUMO has written, in one line.
    private static func lastError(_ log: URL) -> String? {
        guard let data = try? Data(contentsOf: log) else { return nil }
        let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("Error:") }) else { return nil }
        // What belongs to an error stands indented below it.
        let rest = lines[(first + 1)...].prefix { $0.hasPrefix(" ") }
        let words = ([lines[first].dropFirst("Error:".count)] + rest).joined(separator: " ")
        return words.split(separator: " ").joined(separator: " ")
    }
}
