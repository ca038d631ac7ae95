public import TabularLearning

/// Every update that a row of a table has had, in order: how its values came about.
public struct RowHistory: Sendable {
    /// The state.
    public let state: UInt64
    /// The row before the first update.
    public let beginning: [ActionValueTable.Cell]
    /// The updates.
    public private(set) var updates: [AppliedUpdate] = []

    private let actionCount: Int

    /// Begins with a row.
    public init(of state: UInt64, in table: ActionValueTable) {
        self.state = state
        actionCount = table.actionCount
        beginning = table.row(of: state)
    }

    /// Adds what a round has applied, as far as it is about this row.
    public mutating func add(_ applied: [AppliedUpdate]) {
        updates += applied.filter { $0.state == state }
    }

    /// Applies all targets to the first row, one after another.
    ///
    /// - Parameter parameters: The rule, and that for α.
    /// - Returns: The row they make; `nil` when an update says of itself that it began or ended elsewhere.
    public func folded(with parameters: LearningParameters) -> [ActionValueTable.Cell]? {
        var row = beginning
        for update in updates {
            let column = update.plane * actionCount + update.action
            guard row[column].isIdentical(to: update.before) else { return nil }
            parameters.move(&row, column, toward: update.target, actionCount: actionCount)
            guard row[column].isIdentical(to: update.after) else { return nil }
        }
        return row
    }

    /// Whether the updates, and nothing else, make the row of a table: of a rule that copies its values what is no copy.
    ///
    /// - Parameters:
    ///   - table: The table, whose row must have the same bits.
    ///   - parameters: The rule, and that for α.
    /// - Returns: Whether they do.
    public func makes(rowOf table: ActionValueTable, with parameters: LearningParameters) -> Bool {
        guard let row = folded(with: parameters), row.count == table.width else { return false }
        let copiedCount = parameters.update.copyPeriod == nil ? 0 : actionCount
        return zip(row.dropLast(copiedCount), table.row(of: state)).allSatisfy { $0.isIdentical(to: $1) }
    }
}

extension ActionValueTable {
    /// The cells of a state's row, of all planes.
    public func row(of state: UInt64) -> [Cell] {
        Array(cells[(Int(state) * width)..<((Int(state) + 1) * width)])
    }
}
