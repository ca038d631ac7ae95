public import TabularLearning

/// A policy as a small file that a microcontroller can read: an action a state, and how states are numbered.
///
/// Numbers are 32-bit, little-endian. `docs/serving.md` describes it, `docs/examples/policy.c` reads it.
///
/// | offset | what |
/// | --- | --- |
/// | 0 | `SHARDQ1` and a line feed |
/// | 8 | the number of states, S |
/// | 12 | the number of actions |
/// | 16 | the number of factors, F |
/// | 20 | FNV-1a, 32 bits, of all that follows |
/// | 24 | 64 characters: the table's digest |
/// | 88 | F numbers: the levels of each factor, the most significant first |
/// | 88 + 4F | S bytes: the action of each state, 255 where none was ever tried |
public struct PolicyImage: Sendable {
    private let table: ActionValueTable
    private let space: StateSpace
    private let digest: String

    /// What stands for a state in which nothing was tried.
    public static let unknown: UInt8 = 255

    /// Names a table.
    ///
    /// - Parameters:
    ///   - table: One plane, a row a state.
    ///   - space: Its states and actions.
    ///   - digest: The table's, 64 characters.
    public init(_ table: ActionValueTable, space: StateSpace, digest: String) {
        precondition(UInt64(table.rowCount) == space.stateCount, "the table has a row for every state")
        self.table = table
        self.space = space
        self.digest = digest
    }

    /// The file.
    public var bytes: [UInt8] {
        var content = Array(digest.utf8)
        for factor in space.factors { Self.append(UInt32(clamping: factor.levelCount), to: &content) }
        content += (0..<table.rowCount).map { action(of: $0) }
        var bytes = Array("SHARDQ1\n".utf8)
        for number in [table.rowCount, table.actionCount, space.factors.count] {
            Self.append(UInt32(clamping: number), to: &bytes)
        }
        Self.append(Self.sum(of: content), to: &bytes)
        return bytes + content
    }

    /// The best action that was tried, the lowest of equals.
    private func action(of row: Int) -> UInt8 {
        var best: Int?
        for action in 0..<table.actionCount {
            let cell = table.cells[row * table.actionCount + action]
            guard cell.visitCount > 0 else { continue }
            if let leader = best, cell.value <= table.cells[row * table.actionCount + leader].value { continue }
            best = action
        }
        return best.map { UInt8(truncatingIfNeeded: $0) } ?? Self.unknown
    }

    /// Fowler, Noll and Vo's hash, variant 1a.
    static func sum(of bytes: [UInt8]) -> UInt32 {
        bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
