internal import ArgumentParser
internal import CommandBasics
internal import HTTPTransport
internal import Messaging
internal import NodeLaunching
internal import RunOptions
internal import RunPages
internal import ScenarioCatalogue
internal import TrafficScenarios

/// Shows runs in a browser until it is told to end.
struct ViewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view",
        abstract: "Show runs in a browser, complete ones and those that go on, or a policy in SUMO's window.",
        usage: "shardq view <folders> ... [<options>]",
        discussion: """
            Reads folders and writes nothing. A run that is under way is followed: whoever trains into the folder writes down about \
            once a second how far it is. docs/viewing.md says what there is to see.

            Examples:
              shardq view runs/grid
              shardq view runs --port 0
              shardq view runs/street --simulator sumo --delay 200
            """
    )

    @Argument(
        help: "Folders of runs, or folders with runs in them.",
        completion: .directory
    )
    var folders: [String]

    @Option(help: ArgumentHelp("The port; 0 for any that is free (default: 8090).", valueName: "port"))
    var port: UInt16?

    @OptionGroup var askers: AskerOptions

    @OptionGroup(title: "In SUMO's own window") var window: WindowOptions

    private static let usualPort: UInt16 = 8090
    /// Time between two looks at the folders.
    private static let interval = Duration.milliseconds(400)

    func validate() throws {
        guard window.isChosen else { return }
        let ofPage = (port == nil ? [] : ["--port"]) + askers.given
        if let option = ofPage.first {
            throw ValidationError("\(option) is for the page; leave out one of it and --simulator")
        }
    }

    func run() async throws {
        if window.isChosen { return try await window.show(folders) }
        try await serve()
    }

    /// Serves the page.
    private func serve() async throws {
        let signals = SignalWatch(saying: "ending; once more to leave at once")
        let token = try askers.token()
        let page = RunPage(version: ProgramVersion.current)
        let sweep = SweepPage(folders, before: page)
        var shelf = try RunShelf(folders)
        try await Self.look(&shelf, page)
        let service = try await askers.start(
            port: port ?? Self.usualPort,
            token: token,
            open: SweepPage.openPaths,
            refusal: RunPage.refusal,
            respond: sweep.respond
        )
        let count = shelf.runs.count
        let words = sweep.isThere ? "the sweep and its " : ""
        Console.note("showing \(words)\(count) run\(count == 1 ? "" : "s") at http://\(service.endpoint)")
        while !signals.stop.isRaised {
            try? await Task.sleep(for: Self.interval)
            try await Self.look(&shelf, page)
        }
        await service.stop()
    }

    private static func look(_ shelf: inout RunShelf, _ page: RunPage) async throws {
        let before = shelf
        shelf = try await DedicatedThread.run(named: "folders") {
            var shelf = before
            shelf.look(page)
            return shelf
        }
    }
}
