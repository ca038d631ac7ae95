internal import ChildProcesses
internal import Foundation

/// The program that draws pictures of pixels, run as a process.
public struct Gnuplot: Sendable {
    /// Where it is.
    let program: URL
    /// What it calls itself: `gnuplot 5.4 patchlevel 4`.
    public let version: String

    /// What to tell somebody who has no gnuplot.
    public static let advice =
        "pictures are SVG and PDF; for PNG as well install gnuplot (Debian: gnuplot-nox) and run again"

    /// Looks for gnuplot in the folders of `PATH`.
    ///
    /// - Parameter path: The folders, separated by colons; the environment's unless told otherwise.
    /// - Returns: `nil` when it is not there or does not run.
    public static func find(path: String? = nil) -> Self? {
        let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
        for folder in path.split(separator: ":") {
            let program = URL(fileURLWithPath: String(folder)).appendingPathComponent("gnuplot")
            guard FileManager.default.isExecutableFile(atPath: program.path) else { continue }
            guard let answer = try? run(program, ["--version"], input: ""), answer.status == 0 else { continue }
            return Self(program: program, version: answer.output.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        return nil
    }

    /// Draws what a script says.
    ///
    /// - Returns: What gnuplot complained of; `nil` when it did not.
    func draw(_ script: String) -> String? {
        do {
            let answer = try Self.run(program, ["-"], input: script)
            guard answer.status != 0 else { return nil }
            let lines = answer.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            return lines.last { $0.contains("line ") } ?? lines.last ?? "exit code \(answer.status)"
        } catch {
            return "\(error)"
        }
    }

    /// Runs a program with text as its standard input and returns what it wrote to either output.
    ///
    /// Both go through files, so that neither side can wait for the other.
    private static func run(_ program: URL, _ arguments: [String], input: String) throws -> (
        status: Int32, output: String
    ) {
        let guardian = try Guardian.shared()
        let folder = try guardian.newFolder("gnuplot")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = ["in", "out"].map { folder.appendingPathComponent($0).path }
        try Data(input.utf8).write(to: URL(fileURLWithPath: files[0]))
        try Data().write(to: URL(fileURLWithPath: files[1]))
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = guardian.marking()
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: files[0]))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: files[1]))
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: files[1])), as: UTF8.self)
        return (process.terminationStatus, text)
    }
}
