import Foundation
import Messaging
import Testing

/// Runs the built program as its user would.
struct Program {
    struct Result: Sendable {
        let exitCode: Int32
        let output: String
        let error: String

        /// Standard error without the progress lines.
        var errorLines: [String] {
            error.split(separator: "\n").map(String.init).filter { !$0.isEmpty }
        }
    }

    /// The program beside the test bundle.
    static let url: URL = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("shardq")
    }()

    /// Runs to the end; a thread of its own waits, so that the cooperative pool stays free for other tests.
    static func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Result {
        try await DedicatedThread.run(named: "program") {
            try start(arguments, environment: environment).wait()
        }
    }

    /// A program that was started.
    final class Running {
        let process = Process()
        fileprivate let output: URL
        fileprivate let error: URL

        fileprivate init() throws {
            let folder = FileManager.default.temporaryDirectory
            output = folder.appendingPathComponent("shardq-test-\(UUID().uuidString).out")
            error = folder.appendingPathComponent("shardq-test-\(UUID().uuidString).err")
            for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: error)
            process.standardInput = FileHandle.nullDevice
        }

        /// What it has written to standard error so far.
        var errorSoFar: String { (try? String(contentsOf: error, encoding: .utf8)) ?? "" }

        /// Waits for its end.
        func wait() -> Result {
            process.waitUntilExit()
            defer { for file in [output, error] { try? FileManager.default.removeItem(at: file) } }
            return Result(
                exitCode: process.terminationStatus,
                output: (try? String(contentsOf: output, encoding: .utf8)) ?? "",
                error: errorSoFar
            )
        }
    }

    /// Starts and does not wait.
    static func start(
        _ arguments: [String],
        environment: [String: String] = [:],
        program: URL = url
    ) throws -> Running {
        let running = try Running()
        running.process.executableURL = program
        running.process.arguments = arguments
        // `SHARDQ_TESTS` tells the package which tests to build; to the program it would be a misspelt setting.
        running.process.environment = ProcessInfo.processInfo.environment
            .filter { $0.key != "SHARDQ_TESTS" }
            .merging(environment) { $1 }
        // Threads of the pools block signals, and a child inherits that: the program has to let them through itself.
        try running.process.run()
        return running
    }

    /// Runs with `--json` and returns the object.
    static func json(_ arguments: [String], environment: [String: String] = [:]) async throws -> [String: Any] {
        let result = try await run(arguments + ["--json", "--quiet"], environment: environment)
        #expect(result.exitCode == 0, "\(arguments): \(result.error)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 1, "exactly one object on standard output")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    /// A folder for a test, removed afterwards.
    static func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }
}
