internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import Messaging
internal import NodeLaunching
internal import ScenarioCatalogue
internal import Sweeps

/// Trains every setting of a sweep with every seed, and says which is best and whether that is certain.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Train settings × seeds and say which setting is best, and whether that is certain.",
        discussion: """
            FILE says what is trained, which options have which values, and with how many training seeds; docs/sweeps.md has all \
            of it. Runs that are complete are not run again, others are gone on with: the same command goes on with a sweep \
            that was ended, however it was.

            Examples:
              shardq sweep sweep.yaml --output runs/sweep
              shardq sweep sweep.yaml --output runs/sweep --jobs 2 --successive-halving 1M,4M
              shardq view runs/sweep
            """
    )

    @Argument(help: "The YAML file of the sweep.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Option(help: "Folder for the runs and the result.", completion: .directory)
    var output: String

    @Option(help: ArgumentHelp("Runs under way at a time (default: the file's, else the processors).", valueName: "n"))
    var jobs: Int?

    @Option(
        name: .customLong("successive-halving"),
        help: ArgumentHelp(
            "Lane-steps of rungs, with commas: the better half of each goes on to the next.",
            valueName: "steps"
        )
    )
    var rungs: String?

    @Flag(help: "Train anew where a folder holds a run of other settings.")
    var replace = false

    @Flag(help: "Say what would be run, and run nothing.")
    var dryRun = false

    @Flag(help: "Print the result as one JSON object, described in docs/sweeps.md.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs \(jobs): 1 to 1024 processes") }
    }

    func run() async throws {
        let plan = try plan()
        let workshop = try SweepWorkshop(plan, file: file, output: output, replaces: replace)
        if dryRun { return try Console.result(workshop.outline) }
        try AtomicFile.makeFolder(URL(fileURLWithPath: output))
        try ResultOptions.checkOutput(output)
        let lock = try FolderLock(output)
        defer { withExtendedLifetime(lock) {} }
        try workshop.checkFolders()
        let signals = SignalWatch(saying: "ending the runs that are under way; once more to leave at once")
        let processes = plan.jobs ?? ProcessInfo.processInfo.activeProcessorCount
        let outcome = try await DedicatedThread.run(named: "sweep") { [quiet] in
            try SweepPool(workshop, jobs: processes, isQuiet: quiet, stop: signals.stop).run()
        }
        guard !outcome.wasStopped else {
            throw CommandFailure(
                signals.exitCode,
                "ended after \(outcome.results.count) runs; the same command goes on with the sweep"
            )
        }
        let result = SweepResult(
            plan,
            outcome.figure,
            runs: outcome.results,
            missing: outcome.missing,
            courses: workshop.courses(of: outcome.results)
        )
        guard let result else {
            let failure = outcome.failures.first
            throw CommandFailure(failure?.code ?? .internalError, failure?.description ?? "no run has a result")
        }
        let notes = try SweepFiles(result, workshop).write(to: URL(fileURLWithPath: output))
        for note in notes { Console.note(note) }
        try Console.result(json ? encodeJSON(result) : result.text(width: Console.resultColumns))
        if !quiet {
            let folder = CommandText.quoted(output)
            Console.note(
                "everything is in \(folder): report.html, sweep.csv, summary.csv; shardq view \(folder) shows it"
            )
        }
        if let failure = outcome.failures.first { throw failure }
    }

    private func plan() throws -> SweepPlan {
        var plan: SweepPlan
        do {
            plan = try SweepFile.read(file)
            if let rungs {
                let words = rungs.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
                plan.rungs = try SweepFile.rungs(words) { SweepFailure("--successive-halving \(rungs): \($0)") }
            }
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
        if !plan.rungs.isEmpty, let option = (plan.options + plan.settings.joined()).first(where: { $0.key == "steps" })
        {
            throw CommandFailure(
                .configuration,
                "\(file):\(option.line): 'steps' is what successive halving says: leave one of them out"
            )
        }
        if let jobs { plan.jobs = jobs }
        return plan
    }
}
