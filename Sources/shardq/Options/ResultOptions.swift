internal import ArgumentParser
internal import Checkpoints
internal import Foundation

/// What a run leaves and shows.
struct ResultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder for the policy, the report and checkpoints.", valueName: "folder"),
        completion: .directory
    )
    var output: String?

    @Flag(help: "Print one JSON object, described in docs/cli.md.")
    var json = false

    @Flag(
        name: .customLong("evaluation"),
        inversion: .prefixedNo,
        help: "Compare with baselines at the end."
    )
    var evaluates = true

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Log what the nodes do.")
    var verbose = false

    /// Finds out before the work whether its result can be kept.
    func checkOutput() throws {
        if let output { try Self.checkOutput(output) }
    }

    /// Finds out before the work whether a folder can be made and written to.
    static func checkOutput(_ output: String) throws {
        try AtomicFile.makeFolder(URL(fileURLWithPath: output))
        let probe = URL(fileURLWithPath: output).appendingPathComponent(".shardq-probe")
        try AtomicFile.write(Data(), to: probe)
        try? FileManager.default.removeItem(at: probe)
    }
}
