internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import MasterNode
internal import Provenance
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

extension TableCommand {
    /// Makes a past table once more.
    struct At: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a table as it was at an earlier step of its run.",
            discussion: """
                The run is done once more from its nearest checkpoint. --step has what was learned in so many lane-steps, as if \
                somebody had ended the run there; --round has the table between two rounds, as a checkpoint holds it.

                Example:
                  shardq table at runs/grid --step 100000 --output runs/early
                """
        )

        @Argument(help: "The run's folder.", completion: .directory) var folder: String

        @Option(help: ArgumentHelp("Lane-steps, rounded up to whole steps of all lanes.", valueName: "n"))
        var step: UInt64?

        @Option(help: ArgumentHelp("Instead of --step: rounds.", valueName: "n")) var round: UInt64?

        @Option(help: "A folder for the table, as a policy.", completion: .directory) var output: String?

        @OptionGroup var programs: NamedPrograms

        @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

        @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

        func validate() throws {
            guard (step == nil) != (round == nil) else {
                throw ValidationError("which moment? Name it with --step or with --round")
            }
        }

        func run() async throws {
            let past = try PastRun(folder, programs)
            try checkOutput()
            let round = try target(in: past)
            var replay = try past.start(notAfter: round)
            let start = replay.round
            try past.run(&replay, to: round, isQuiet: quiet)
            guard replay.round == round else {
                throw CommandFailure(.usage, "--round \(round): the run ends after \(replay.round) rounds")
            }
            var description = past.description
            description.steps = past.clock.laneSteps(appliedAfter: round)
            let policy = PolicyFolder(description: description, table: replay.table)
            let moment = Moment(
                folder: folder,
                step: description.steps,
                round: round,
                tableDigest: policy.digest.description,
                startRound: start
            )
            if let output {
                try policy.write(to: URL(fileURLWithPath: output))
                let parent = RunRecord.Parent(
                    folder: folder,
                    round: round,
                    steps: description.steps,
                    tableDigest: moment.tableDigest
                )
                try RunJournal.write(to: output, of: description.identity.description, from: parent)
            }
            try Console.result(json ? encodeJSON(moment) : policy.digest.description)
        }

        /// A moment of a run.
        struct Moment: Encodable {
            var folder: String
            /// The lane-steps of which the table holds what was learned.
            var step: UInt64
            var round: UInt64
            var tableDigest: String
            /// The round of the checkpoint that was begun with; 0 for the beginning.
            var startRound: UInt64
        }

        private func checkOutput() throws {
            guard let output else { return }
            func path(_ folder: String) -> String { URL(fileURLWithPath: folder).resolvingSymlinksInPath().path }
            guard path(output) != path(folder) else {
                throw CommandFailure(.usage, "--output \(output) is the run's own folder: name another")
            }
            guard try !RunCheckpoints.exist(in: output) else {
                throw CommandFailure(.usage, "--output \(output) holds checkpoints of a run: name another folder")
            }
            try ResultOptions.checkOutput(output)
        }

        /// The round, and what is to be said of it.
        private func target(in past: PastRun) throws -> UInt64 {
            if let round { return round }
            let (step, planned) = (step ?? 0, past.description.plannedSteps)
            guard step <= planned else {
                throw CommandFailure(.usage, "--step \(step): the run has \(planned) lane-steps")
            }
            let round = past.clock.round(applying: step)
            let taken = past.clock.laneSteps(appliedAfter: round)
            if taken != step { Console.note("step \(step) is rounded up to \(taken), whole steps of all lanes") }
            if let end = past.policy?.description.steps, taken > end {
                Console.note("the run was ended at step \(end); this is what it would have come to")
            }
            return round
        }
    }
}
