package import ArgumentParser
internal import Checkpoints
internal import Foundation
internal import TerminalText

/// What a run leaves and shows.
package struct ResultOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp("Folder for the policy, the report and checkpoints.", valueName: "folder"),
        completion: .directory
    )
    package var output: String?

    @Flag(help: "Train anew in the place of a run that --output holds.")
    package var replace = false

    @Option(
        name: .customLong("evaluate-every"),
        parsing: .unconditional,
        help: ArgumentHelp("Evaluate the greedy policy every n lane-steps.", valueName: "n"),
        transform: ResultOptions.steps
    )
    package var evaluateEvery: UInt64?

    @Flag(help: "Print one JSON object, described in docs/cli.md.")
    package var json = false

    @Flag(
        name: .customLong("evaluation"),
        inversion: .prefixedNo,
        help: "Compare with baselines."
    )
    package var evaluates = true

    @Flag(name: .shortAndLong, help: "Show no progress.")
    package var quiet = false

    @Flag(name: .shortAndLong, help: "Log what the nodes do.")
    package var verbose = false

    package func validate() throws {
        if replace, output == nil {
            throw ValidationError("--replace needs --output, the folder of the run that is replaced")
        }
    }

    private static func steps(_ text: String) throws -> UInt64 {
        guard let steps = CountArgument(text)?.value, steps >= 1 else {
            throw ValidationError("--evaluate-every \(text): a number of lane-steps, such as 1000000, 1M or 1e6")
        }
        return steps
    }

    /// Finds out before the work whether its result can be kept.
    package func checkOutput() throws {
        if let output { try Self.checkOutput(output) }
    }

    /// Finds out before the work whether a folder can be made and written to.
    package static func checkOutput(_ output: String) throws {
        try AtomicFile.makeFolder(URL(fileURLWithPath: output))
        let probe = URL(fileURLWithPath: output).appendingPathComponent(".shardq-probe")
        try AtomicFile.write(Data(), to: probe)
        try? FileManager.default.removeItem(at: probe)
    }
}
