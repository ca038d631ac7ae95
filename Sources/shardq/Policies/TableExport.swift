internal import Checkpoints
internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
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

    /// One line per state in which something was tried: its factors, what is done there, what comes next and by how much.
    func decisions() -> String {
        let space = policy.space
        let unit = policy.scenario.valueUnit
        let header =
            ["state"] + space.factors.map(\.name)
            + ["action", "second best", unit.name.isEmpty ? "margin" : "margin [\(unit.name)]", "visits"]
        let rows = states.compactMap { state -> [String]? in
            guard let best = policy.greedyAction(of: state) else { return nil }
            let cells = Array(policy.cells(of: state))
            let second = cells.indices.filter { $0 != best && cells[$0].visitCount > 0 }
                .max { (cells[$0].value, $1) < (cells[$1].value, $0) }
            let margin = second.map { "\(Double(cells[best].value - cells[$0].value) * unit.factor)" }
            let levels = zip(space.factors, space.levels(of: state)).map { $0.label($1) }
            let visits = cells.reduce(UInt64(0)) { $0 + UInt64($1.visitCount) }
            return ["\(state)"] + levels
                + [space.actions[best], second.map { space.actions[$0] } ?? "", margin ?? "", "\(visits)"]
        }
        return String(TextTable(header: header, rows: rows).commaSeparatedValues.dropLast())
    }

    /// Writes what spares numpy the trap of actions that were never tried, whose value of 0 may be the largest of a row: `greedy.npy`, the
    /// chosen action of each state or −1, [states], 64-bit; and `states.csv`, a line per state with its factors.
    ///
    /// - Throws: `FileFailure` when the folder cannot be written to.
    func writeBesideArrays(to folder: URL) throws {
        let greedy = states.map { Int64(policy.greedyAction(of: $0) ?? -1) }
        try AtomicFile.write(Self.array(greedy), to: folder.appendingPathComponent("greedy.npy"))
        let space = policy.space
        let rows = states.map { state in
            ["\(state)"] + zip(space.factors, space.levels(of: state)).map { $0.label($1) }
                + [policy.greedyAction(of: state).map { space.actions[$0] } ?? ""]
        }
        let table = TextTable(header: ["state"] + space.factors.map(\.name) + ["greedy"], rows: rows)
        try AtomicFile.write(Data(table.commaSeparatedValues.utf8), to: folder.appendingPathComponent("states.csv"))
    }

    /// One dimension of 64-bit numbers in numpy's format, version 1.0.
    private static func array(_ values: [Int64]) -> Data {
        var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(values.count),), }"
        // The data begin at a multiple of 64 bytes.
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes += [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)] + Array(header.utf8)
        for value in values {
            let bits = UInt64(bitPattern: value)
            for byte in 0..<UInt64(8) { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * byte))) }
        }
        return Data(bytes)
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
