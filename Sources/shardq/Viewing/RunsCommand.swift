internal import ArgumentParser
internal import CommandBasics
internal import RunPages

/// Lists runs: what came out, and the settings in which they differ.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs: what came out, and the settings in which they differ.",
        discussion: """
            Examples:
              shardq runs runs
              shardq runs runs/one runs/two --json
              shardq runs runs --export mlflow --output mlruns
            """
    )

    @Argument(help: "Folders of runs, or folders with runs in them.", completion: .directory)
    var folders: [String]

    @Flag(help: "Print a JSON array with an object for each run, described in docs/viewing.md.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Instead of a list: where the runs come from, as MLflow's file store or as events of OpenLineage.",
            valueName: "form"
        )
    )
    var export: RunExportFormat?

    @Option(
        help: "With --export: the folder of the store; of events a file (default: standard output).",
        completion: .file()
    )
    var output: String?

    func validate() throws {
        if export == nil, let output { throw ValidationError("--output \(output) is for --export: leave it out") }
        if export != nil, json { throw ValidationError("--json is a list: leave it out with --export") }
    }

    func run() throws {
        let runs = try RunShelf(folders).runs
        let observer = RunFolder.Observer()
        let snapshots = runs.map { $0.read(by: observer) }
        let listing = RunListing(snapshots)
        if json { return try Console.result(listing.json) }
        guard !runs.isEmpty else {
            throw CommandFailure(
                .badInput,
                "\(folders.joined(separator: ", ")): no run in it; train with --output to make one"
            )
        }
        if let export {
            for run in snapshots { for fault in run.faults { Console.note("\(run.folder): \(fault)") } }
            return try RunExports(snapshots).write(export, to: output)
        }
        try Console.result(listing.text(width: Console.resultColumns))
    }
}
