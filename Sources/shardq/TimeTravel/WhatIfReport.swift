internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// What a run would have come to without something: how many decisions are others, which, and how near they were.
struct WhatIfReport {
    private let past: PastRun
    private let omissions: [Omission]
    private let digests: (whole: String, without: String)
    private let updates: (made: UInt64, omitted: UInt64)
    private let comparison: DecisionComparison

    /// Compares the table of a run with that of the run without something.
    ///
    /// - Parameters:
    ///   - past: The run.
    ///   - omissions: What was left out.
    ///   - whole: Its table.
    ///   - without: The run without it, at the same moment.
    init(_ past: PastRun, _ omissions: [Omission], whole: ActionValueTable, without: RunReplay) {
        self.past = past
        self.omissions = omissions
        digests = (TableDigest(of: whole).description, TableDigest(of: without.table).description)
        let omitted = without.learners.reduce(0) { $0 + $1.omittedCount }
        updates = (without.learners.statistics.transitions, omitted)
        comparison = DecisionComparison(whole, without.table, by: past.run.parameters.update)
    }

    /// The decisions that differ, a row each.
    var table: TextTable { table(of: comparison.changes) }

    private func table(of changes: [DecisionComparison.Change]) -> TextTable {
        let names = past.space.actions
        func number(_ value: Double?) -> String { value.map { String(format: "%.4g", $0) } ?? "untried" }
        return TextTable(
            header: ["state", "visits", "action", "margin", "without", "margin without", "visits without"],
            rows: changes.map { change in
                [
                    String(change.state), String(change.visits), names[change.action], number(change.margin),
                    names[change.otherAction], number(change.otherMargin), String(change.otherVisits),
                ]
            }
        )
    }

    /// The report for people.
    func text(shown count: Int) -> String {
        let words = omissions.map { "'\($0)'" }.joined(separator: " and ")
        var lines = [
            "without \(words): \(updates.omitted) of \(updates.made + updates.omitted) updates are left out",
            "table digest as it is    \(digests.whole)", "table digest without it  \(digests.without)",
        ]
        guard digests.whole != digests.without else {
            return (lines + ["nothing depends on it: the tables have the same bits"]).joined(separator: "\n")
        }
        let changes = comparison.changes
        let compared = comparison.comparedCount
        let share = compared == 0 ? 0 : 100 * Double(changes.count) / Double(compared)
        lines.append("\(changes.count) of \(compared) decisions are others (\(decimal(share, places: 1)) %)")
        for (states, words) in [
            (comparison.missing, "are never visited without it"), (comparison.added, "are visited without it only"),
        ] where !states.isEmpty { lines.append("\(states.count) more states \(words)") }
        guard !changes.isEmpty else { return lines.joined(separator: "\n") }
        let shown = Array(changes.prefix(count))
        lines += ["", String(table(of: shown).plainText(width: Console.resultColumns).dropLast()), ""]
        for change in shown { lines.append("state \(change.state): \(past.space.describe(change.state))") }
        if shown.count < changes.count {
            lines.append("and \(changes.count - shown.count) more: --count shows more, --output writes all")
        }
        return lines.joined(separator: "\n")
    }

    /// The object of `--json`.
    struct Object: Encodable {
        struct Decision: Encodable {
            var state: UInt64
            var description: String
            var action: String
            var otherAction: String
            var visits: UInt64
            var otherVisits: UInt64
            var margin: Double?
            var otherMargin: Double?
        }

        var folder: String
        var without: [String]
        var tableDigest: String
        var otherDigest: String
        var updates: UInt64
        var omitted: UInt64
        var compared: Int
        var changed: Int
        var missing: Int
        var added: Int
        var decisions: [Decision]
    }

    /// The report for programs.
    func object(shown count: Int) -> Object {
        let names = past.space.actions
        return Object(
            folder: past.folder,
            without: omissions.map(\.description),
            tableDigest: digests.whole,
            otherDigest: digests.without,
            updates: updates.made,
            omitted: updates.omitted,
            compared: comparison.comparedCount,
            changed: comparison.changes.count,
            missing: comparison.missing.count,
            added: comparison.added.count,
            decisions: comparison.changes.prefix(count).map { change in
                Object.Decision(
                    state: change.state,
                    description: past.space.describe(change.state),
                    action: names[change.action],
                    otherAction: names[change.otherAction],
                    visits: change.visits,
                    otherVisits: change.otherVisits,
                    margin: change.margin,
                    otherMargin: change.otherMargin
                )
            }
        )
    }
}
