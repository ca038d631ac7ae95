internal import ArgumentParser
internal import CommandBasics
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel

extension TableCommand {
    /// Lists the updates that made a value.
    struct Blame: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the updates that made a value, with the transitions that they came from.",
            discussion: """
                The run is done once more from its beginning; the list is checked against the table bit by bit.

                Examples:
                  shardq table blame runs/one --state 17 --action right
                  shardq table blame runs/abilene --router STTLng --destination NYCMng --last 5
                """
        )

        @Argument(help: "The run's folder.", completion: .directory) var folder: String

        @OptionGroup var place: PlaceOptions

        @Option(help: ArgumentHelp("How many updates to show, the latest.", valueName: "n")) var last = 20

        @OptionGroup var programs: NamedPrograms

        @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

        @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

        func validate() throws {
            guard last >= 1 else { throw ValidationError("--last \(last): at least 1 update") }
        }

        func run() async throws {
            let past = try PastRun(folder, programs)
            let (state, action) = (try place.state(of: past), try place.action(of: past))
            var replay = try past.beginning(watching: .one(state))
            var history = RowHistory(of: state, in: replay.table)
            let end = past.endRound
            var pace = ReplayPace(past.until(end), isQuiet: quiet)
            while replay.round < end, !replay.isFinished {
                try replay.runRound()
                history.add(replay.applied)
                pace.show(replay.learners)
            }
            pace.finish()
            let report = BlameReport(past, history, action: action, table: replay.table, shownCount: last)
            try Console.result(json ? encodeJSON(report.object) : report.text)
            guard report.foldsToReplay else { throw CommandFailure(.internalError, report.verdict) }
            if report.foldsToFolder == false { throw ExitCode(1) }
        }
    }
}
