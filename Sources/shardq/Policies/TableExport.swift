internal import Evaluation
internal import Foundation
internal import TabularLearning

/// A table as rows of text with the names of its states and actions.
struct TableExport {
    private let policy: Policy
    private let states: [UInt64]

    /// Selects the states that were visited, or all of them.
    init(_ policy: Policy, all: Bool) {
        self.policy = policy
        states = (0..<UInt64(policy.table.rowCount)).filter { state in
            all || policy.cells(of: state).contains { $0.visitCount > 0 }
        }
    }

    /// One line per state: its index, its factors, then value and visits of each action, then the greedy action.
    func csv() -> String {
        let space = policy.space
        let header =
            ["state"] + space.factors.map(\.name) + space.actions.flatMap { ["Q \($0)", "visits \($0)"] } + ["greedy"]
        let rows = states.map { state -> [String] in
            let levels = zip(space.factors, space.levels(of: state)).map { $0.label($1) }
            let cells = policy.cells(of: state).flatMap { ["\($0.value)", "\($0.visitCount)"] }
            return ["\(state)"] + levels + cells + [policy.greedyAction(of: state).map { space.actions[$0] } ?? ""]
        }
        return String(TextTable(header: header, rows: rows).commaSeparatedValues.dropLast())
    }

    private struct Row: Encodable {
        var state: UInt64
        var factors: [String: String]
        var actionValues: [String: Float]
        var visitCounts: [String: UInt32]
        var greedyAction: String?
    }

    /// One object per state.
    func json() throws -> String {
        let space = policy.space
        let rows = states.map { state in
            let cells = Array(zip(space.actions, policy.cells(of: state)))
            return Row(
                state: state,
                factors: Dictionary(
                    zip(space.factors, space.levels(of: state)).map { ($0.name, $0.label($1)) },
                    uniquingKeysWith: { $1 }
                ),
                actionValues: Dictionary(cells.map { ($0, $1.value) }, uniquingKeysWith: { $1 }),
                visitCounts: Dictionary(cells.map { ($0, $1.visitCount) }, uniquingKeysWith: { $1 }),
                greedyAction: policy.greedyAction(of: state).map { space.actions[$0] }
            )
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(rows), as: UTF8.self)
    }
}
