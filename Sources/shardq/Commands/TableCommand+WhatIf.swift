internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

extension TableCommand {
    /// Does a run once more without learning from some of its transitions.
    struct WhatIf: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "what-if",
            abstract:
                "Do a run once more without learning from some transitions, and list the decisions that are others then.",
            discussion: """
                The worlds go on and every lane acts by the table as it then is; what is left out is the updates. A transition \
                is left out when all that stands between the commas of one --without is so of it: lane N, agent N (an \
                intersection, a router), simulation N, cohort N, state N, each also N-M; steps A-B (lane-steps), action NAME, \
                end (no value follows), reward < NUMBER.

                Examples:
                  shardq table what-if runs/one --without "lane 3"
                  shardq table what-if runs/grid --without "agent 5, steps 0-1000000" --output differences.csv
                """
        )

        @Argument(help: "The run's folder.", completion: .directory) var folder: String

        @Option(
            name: .customLong("without"),
            help: ArgumentHelp("What nothing is learned from; repeatable: any of them.", valueName: "what")
        )
        var omitted: [String] = []

        @Option(help: ArgumentHelp("How many decisions to show, the most visited.", valueName: "n")) var count = 10

        @Option(help: "A file for all decisions that differ, as CSV.", completion: .file()) var output: String?

        @OptionGroup var programs: NamedPrograms

        @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

        @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

        func validate() throws {
            guard !omitted.isEmpty else {
                throw ValidationError("what is left out? Name it with --without, as --without \"lane 3\"")
            }
            guard count >= 1 else { throw ValidationError("--count \(count): at least 1 decision") }
        }

        /// What is left out would be remembered still, and learned again.
        private func refuseReplay(_ past: PastRun) throws {
            let replay = past.run.parameters.replay
            guard replay != .none else { return }
            throw CommandFailure(
                .usage,
                "\(folder) was learned with --replay \(replay.rawValue), whose memory keeps what would be left out: what-if "
                    + "needs a run that learns from each transition once"
            )
        }

        func run() async throws {
            let past = try PastRun(folder, programs)
            try refuseReplay(past)
            let omissions = try omitted.map { try omission($0, of: past) }
            let table = try wholeTable(of: past)
            // Before the first transition that can be left out it is the run itself.
            let before = omissions.map(\.stepsBefore).min() ?? 0
            var replay = try past.start(notAfter: before, omitting: omissions)
            try past.run(&replay, to: past.endRound, isQuiet: quiet)
            let report = WhatIfReport(past, omissions, whole: table, without: replay)
            if let output {
                try AtomicFile.write(Data(report.table.commaSeparatedValues.utf8), to: URL(fileURLWithPath: output))
            }
            try Console.result(json ? encodeJSON(report.object(shown: count)) : report.text(shown: count))
        }

        private func omission(_ text: String, of past: PastRun) throws -> Omission {
            do {
                return try Omission(parsing: text, shape: past.shape, space: past.space)
            } catch {
                throw CommandFailure(.usage, "--without \(error)")
            }
        }

        /// The table that all was learned in: the folder's, or where it has none, made once more.
        private func wholeTable(of past: PastRun) throws -> ActionValueTable {
            if let table = try past.ownTable() { return table }
            var replay = try past.start(notAfter: past.endRound)
            try past.run(&replay, to: past.endRound, isQuiet: quiet)
            return replay.table
        }
    }
}
