internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import ScenarioCatalogue
internal import TrainingRuns

/// Does a run once more and says whether its folder holds what comes out.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Do a run once more, without messages, and confirm its digest; exit code 1 when it differs.",
        discussion: """
            Every kept checkpoint is compared as well, so that the first round is named after which something differs.

            Example:
              shardq verify runs/one
            """
    )

    @Argument(help: "The run's folder.", completion: .directory) var folder: String

    @OptionGroup var programs: NamedPrograms

    @Option(help: ArgumentHelp("Threads that share the rounds.", valueName: "n")) var threads = 1

    @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads \(threads): 1 to 1024 threads") }
    }

    func run() async throws {
        let past = try PastRun(folder, programs, threads: threads)
        let finding = try await Verification(past, ProgressDisplay(isQuiet: quiet)).run()
        try Console.result(json ? encodeJSON(finding) : text(finding))
        if !finding.confirmed { throw ExitCode(1) }
    }

    private func text(_ finding: Verification.Finding) -> String {
        let seconds = decimal(finding.wallSeconds, places: 1)
        let effort = "\(finding.steps) steps, \(finding.rounds) rounds, once more in \(seconds) s"
        guard finding.confirmed else {
            let lines = finding.differences.map { "\($0.place): \($0.text)" }
            let head = "\(folder) is not what its settings make (\(effort))"
            return ([head] + lines + ["the run ends in \(finding.tableDigest)"]).joined(separator: "\n")
        }
        let count = finding.checkpoints.count
        let checkpoints = count == 1 ? "1 checkpoint" : "\(count) checkpoints"
        let compared = finding.hasPolicy ? (count == 0 ? "the table" : "the table and \(checkpoints)") : checkpoints
        return "confirmed: \(compared), \(effort)\ntable digest \(finding.tableDigest)"
    }
}
