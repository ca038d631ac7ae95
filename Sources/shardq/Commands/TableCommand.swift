internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import PolicyExport
internal import ScenarioCatalogue
internal import TabularLearning

/// Looks into a policy folder.
struct TableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Look into a learned table: its digest, its rows, its export.",
        subcommands: [Digest.self, Show.self, Export.self, Diff.self, At.self, Blame.self, Bisect.self, WhatIf.self]
    )

    /// Prints the digest that two equal tables share.
    struct Digest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the table's SHA-256.",
            discussion: "Example:\n  shardq table digest runs/grid"
        )

        @Argument(help: "The policy folder.", completion: .directory) var folder: String

        func run() async throws {
            try Console.result(Policy(at: folder).digest.description)
        }
    }

    /// Prints rows in words.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print rows in words: the state, each action's value and visits, the greedy action.",
            discussion: "Examples:\n  shardq table show runs/grid\n  shardq table show runs/grid --state 17\n"
                + "  shardq table show runs/abilene --router STTLng --destination NYCMng"
        )

        @Argument(help: "The policy folder.", completion: .directory) var folder: String

        @Option(help: "A state's index: explains the decision there (default: the rows of the states visited most).")
        var state: UInt64?

        @Option(help: "Of a packet network: explains what this router does with a packet; with --destination.")
        var router: String?

        @Option(help: "Where the packet is bound.")
        var destination: String?

        @Option(help: "How many states to show without --state (default: 10).")
        var count: Int?

        func validate() throws {
            guard (router == nil) == (destination == nil), router == nil || state == nil else {
                throw ValidationError("--router and --destination go together, without --state")
            }
            if let count, count < 1 { throw ValidationError("--count \(count): at least 1 state") }
            if let count, state != nil || router != nil {
                throw ValidationError(
                    "--count \(count) is for the states visited most: leave it out with --state or --router"
                )
            }
        }

        func run() async throws {
            let policy = try Policy(at: folder)
            try policy.requireRowsOfStates(for: "a decision in words")
            if let router, let destination {
                return try Console.result(
                    policy.scenario.explainDecision(at: router, towards: destination, of: policy)
                )
            }
            let names = policy.space
            guard let state else {
                if let plan = policy.scenario.floorPlan,
                    let text = FloorText(plan, policy).text(width: Console.resultColumns)
                {
                    try Console.result(text + "\n")
                }
                let busiest = policy.statesByVisits().prefix(count ?? 10)
                for state in busiest { try Console.result(policy.explain(state)) }
                return
            }
            guard state < names.stateCount else {
                throw CommandFailure(.usage, "--state \(state): the table's states are 0 to \(names.stateCount - 1)")
            }
            try Console.result(policy.scenario.explainDecision(in: state, of: policy))
        }
    }

    /// Writes the table in a form for other programs.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the table with names, as numpy arrays, as decisions, or in a form of its scenario.",
            discussion: """
                csv and json hold the visited states only, unless --all is given. decisions is CSV: each visited state in words, the \
                action taken there, the second best and the margin. onnx is a graph from states to actions, image a file of a byte a \
                state for small readers (docs/serving.md). Tables of some scenarios have more forms:

                \(TableFormat.scenarioForms)

                All but npy, onnx and image go to standard output without --output.

                Examples:
                  shardq table export runs/one --format csv > table.csv
                  shardq table export runs/one --format npy --output arrays
                """
        )

        @Argument(help: "The policy folder.", completion: .directory) var folder: String

        @Option(
            help: ArgumentHelp(
                "\(TableFormat.allValueStrings.dropLast().joined(separator: ", ")) or \(TableFormat.allValueStrings.last ?? "").",
                valueName: "form"
            ),
            completion: .list(TableFormat.allValueStrings)
        )
        var format: TableFormat = .csv

        @Option(
            help: "A file; for npy a folder that gets action-values.npy, visit-counts.npy, greedy.npy and states.csv.",
            completion: .file()
        )
        var output: String?

        @Flag(help: "Write states that were never visited too.") var all = false

        func validate() throws {
            guard !all || [.csv, .json].contains(format) else {
                throw ValidationError("--all is for --format csv and json; \(format.name) writes what it writes")
            }
        }

        func run() async throws {
            let policy = try Policy(at: folder)
            switch format {
            case .csv: try deliver(TableExport(policy, all: all).csv())
            case .json: try deliver(TableExport(policy, all: all).json())
            case .decisions:
                try policy.requireRowsOfStates(for: "--format decisions")
                try deliver(TableExport(policy, all: false).decisions())
            case .onnx:
                try policy.requireRowsOfStates(for: "--format onnx")
                try write(ONNXModel(policy).bytes)
            case .image:
                try policy.requireRowsOfStates(for: "--format image")
                try write(PolicyImage(policy).bytes)
            case .npy:
                guard let output else {
                    throw CommandFailure(.usage, "--format npy writes several files: name their folder with --output")
                }
                try policy.writeArrays(to: URL(fileURLWithPath: output))
                try TableExport(policy, all: true).writeBesideArrays(to: URL(fileURLWithPath: output))
            case .scenario(let name):
                let written = try await form(name, of: policy).write(policy, folder)
                try deliver(written.text)
                if let note = written.note { Console.note(note) }
            }
        }

        /// The form of the policy's scenario that has a name.
        private func form(_ name: String, of policy: Policy) throws -> TableForm {
            let learned = policy.description.scenario.name
            if let form = KnownScenarios.entry(of: learned)?.exports.first(where: { $0.name == name }) { return form }
            let owners = Catalogue.entries.filter { $0.exports.contains { $0.name == name } }.map { $0.name }
            throw CommandFailure(
                .usage,
                "--format \(name) is for \(owners.joined(separator: ", ")); \(folder) was learned on \(learned)"
            )
        }

        private func write(_ bytes: [UInt8]) throws {
            guard let output else {
                throw CommandFailure(.usage, "--format \(format.name) is no text: name a file with --output")
            }
            try AtomicFile.write(Data(bytes), to: URL(fileURLWithPath: output))
        }

        private func deliver(_ text: String) throws {
            guard let output else { return try Console.result(text) }
            try AtomicFile.write(Data((text + "\n").utf8), to: URL(fileURLWithPath: output))
        }
    }

    /// Compares two tables.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare two tables cell by cell; exit code 1 when they differ.",
            discussion: "Examples:\n  shardq table diff runs/a runs/b\n  shardq table diff runs/a runs/b --why"
        )

        @Argument(help: "A policy folder.", completion: .directory) var one: String
        @Argument(help: "Another policy folder.", completion: .directory) var other: String

        @Flag(help: "Do both runs once more and say which settings differ, and where and why they part.")
        var why = false

        @OptionGroup var programs: NamedPrograms

        @Flag(name: .shortAndLong, help: "With --why: show no progress.") var quiet = false

        func validate() throws {
            if !why, let option = programs.given.first ?? (quiet ? "--quiet" : nil) {
                throw ValidationError("\(option) is for --why: leave it out")
            }
        }

        func run() async throws {
            let folders = (one, other)
            let (one, other) = (try Policy(at: one), try Policy(at: other))
            let (left, right) = (one.wholeTable, other.wholeTable)
            guard left.rowCount == right.rowCount, left.actionCount == right.actionCount,
                left.planeCount == right.planeCount
            else {
                throw CommandFailure(
                    .badInput,
                    "the tables have \(left.rowCount) × \(left.width) and \(right.rowCount) × \(right.width) cells: "
                        + "they cannot be compared"
                )
            }
            guard let difference = TableDifference(left, right) else {
                return try Console.result("equal: \(one.digest)")
            }
            try Console.result(difference.text(one.space))
            if why {
                let runs = (try PastRun(folders.0, programs), try PastRun(folders.1, programs))
                try Console.result(PartingReport(runs.0, runs.1).text(isQuiet: quiet))
            }
            throw ExitCode(1)
        }
    }
}
