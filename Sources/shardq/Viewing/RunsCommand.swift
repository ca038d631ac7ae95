internal import ArgumentParser
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
            """
    )

    @Argument(help: "Folders of runs, or folders with runs in them.", completion: .directory)
    var folders: [String]

    @Flag(help: "Print a JSON array with an object for each run, described in docs/viewing.md.")
    var json = false

    func run() throws {
        let runs = try RunShelf(folders).runs
        let observer = RunFolder.Observer()
        let listing = RunListing(runs.map { $0.read(by: observer) })
        if json { return try Console.result(listing.json) }
        guard !runs.isEmpty else {
            throw CommandFailure(
                .badInput,
                "\(folders.joined(separator: ", ")): no run in it; train with --output to make one"
            )
        }
        try Console.result(listing.text(width: Console.resultColumns))
    }
}
