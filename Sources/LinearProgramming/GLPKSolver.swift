internal import ChildProcesses
internal import Foundation

/// Solves linear programs with `glpsol`, the program of the GNU Linear Programming Kit.
///
/// It is a process of its own that reads the program from one file and writes its solution to another: the kit's licence
/// (GPL) stays on its side, and whoever does not ask for a bound need not install it.
public struct GLPKSolver: Sendable {
    private let program: String

    /// Finds `glpsol` on the search path.
    ///
    /// - Parameter path: Folders separated by colons; those of the environment unless told otherwise.
    /// - Throws: `LinearProgrammingError` with code `notInstalled`.
    public init(path: String? = nil) throws(LinearProgrammingError) {
        let folders = (path ?? ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.map { "\($0)/glpsol" }
        guard let program = candidates.first(where: FileManager.default.isExecutableFile) else {
            throw LinearProgrammingError(
                .notInstalled,
                "there is no glpsol on PATH, which solves the linear program: apt-get install glpk-utils"
            )
        }
        self.program = program
    }

    /// Finds the best solution.
    ///
    /// - Parameters:
    ///   - problem: What to solve.
    ///   - seconds: After which glpsol gives up.
    /// - Returns: The optimum, in double precision.
    /// - Throws: `LinearProgrammingError` that says what glpsol said.
    public func solve(
        _ problem: LinearProgram,
        seconds: Int? = nil
    ) throws(LinearProgrammingError) -> LinearSolution {
        let folder: URL
        do throws(ChildProcessFailure) {
            folder = try Guardian.shared().newFolder("glpsol")
        } catch {
            throw LinearProgrammingError(.failed, error.description)
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        let (input, output) = (folder.appendingPathComponent("problem"), folder.appendingPathComponent("solution"))
        do {
            try Data(problem.text.utf8).write(to: input)
        } catch {
            throw LinearProgrammingError(.failed, "\(folder.path) cannot be written: \(error.localizedDescription)")
        }
        let limit = seconds.map { ["--tmlim", String($0)] } ?? []
        let said = try run(limit + ["--lp", input.path, "--write", output.path])
        guard let data = try? Data(contentsOf: output) else {
            throw LinearProgrammingError(.failed, "glpsol wrote no solution; it said: \(said)")
        }
        return try Self.solution(String(decoding: data, as: UTF8.self), seconds)
    }

    /// Runs glpsol to its end and returns the last line it said.
    private func run(_ arguments: [String]) throws(LinearProgrammingError) -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            process.environment = try Guardian.shared().marking()
            try process.run()
        } catch {
            throw LinearProgrammingError(.notInstalled, "\(program) cannot be started: \(error.localizedDescription)")
        }
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let last = said.split(separator: "\n").last.map(String.init) ?? "nothing"
        guard process.terminationStatus == 0 else {
            throw LinearProgrammingError(.failed, "glpsol ended with \(process.terminationStatus); it said: \(last)")
        }
        return last
    }

    /// Reads the one line of a solution file that matters: `s bas ROWS COLUMNS PRIMAL DUAL OBJECTIVE`, `f` for feasible.
    private static func solution(_ text: String, _ seconds: Int?) throws(LinearProgrammingError) -> LinearSolution {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 7, words[0] == "s", words[1] == "bas" else { continue }
            let isOptimal = words[4] == "f" && words[5] == "f"
            if let seconds, !isOptimal, words[4] != "n", words[5] != "n" {
                throw LinearProgrammingError(
                    .failed,
                    "glpsol has found no optimum within \(seconds) seconds: give it more, or take --best bounds"
                )
            }
            guard words[4] == "f", words[5] == "f", let objective = Double(words[6]) else {
                throw LinearProgrammingError(.unsolvable, "the linear program has no best solution (glpsol: \(line))")
            }
            return LinearSolution(objective: objective)
        }
        throw LinearProgrammingError(.failed, "glpsol's solution has no status line")
    }
}
