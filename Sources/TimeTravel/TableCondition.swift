public import TabularLearning

/// Something that is true of a table or not, about one state: `action(17) = 2`, `value(17, left) > 0.5`, `visits(17) >= 100`.
///
/// Of a rule that keeps several values of each action, it is about what whoever acts looks at, and all visits.
public struct TableCondition: Sendable, Hashable, CustomStringConvertible {
    /// What is looked at.
    public enum Quantity: Sendable, Hashable {
        /// The action of the highest value among those that were tried, the lowest of equals.
        case action
        /// The value of an action, or the highest of those that were tried.
        case value(Int?)
        /// The updates of an action, or of all.
        case visits(Int?)
    }

    /// How it is compared.
    public enum Relation: String, Sendable, Hashable, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case unequal = "!="
        case same = "=="
        case equal = "="
        case above = ">"
        case below = "<"
    }

    /// What is looked at.
    public let quantity: Quantity
    /// Whose row is looked at.
    public let state: UInt64
    /// How it is compared.
    public let relation: Relation
    /// With what.
    public let number: Double
    /// The condition as it was given.
    public let description: String

    /// Whether it holds of a table; no action that was tried, or no value, is equal to nothing and not above or below anything.
    public func holds(in table: ActionValueTable, by update: UpdateRule) -> Bool {
        holds(row: table.row(of: state), of: table, by: update)
    }

    /// Whether it holds of a table whose row is this one.
    public func holds(row: [ActionValueTable.Cell], of table: ActionValueTable, by update: UpdateRule) -> Bool {
        guard let found = found(inRow: row, of: table, by: update) else { return relation == .unequal }
        return relation.holds(found, number)
    }

    /// What is looked at, as a number; `nil` where there is nothing.
    public func found(in table: ActionValueTable, by update: UpdateRule) -> Double? {
        found(inRow: table.row(of: state), of: table, by: update)
    }

    private func found(
        inRow row: [ActionValueTable.Cell],
        of table: ActionValueTable,
        by update: UpdateRule
    ) -> Double? {
        let row = table.actingRow(row, by: update)
        let tried = row.indices.filter { row[$0].visitCount > 0 }
        let greedy = tried.max { (row[$0].value, $1) < (row[$1].value, $0) }
        return switch quantity {
        case .action: greedy.map(Double.init)
        case .value(let action): (action ?? greedy).map { Double(row[$0].value) }
        case .visits(let action?): Double(row[action].visitCount)
        case .visits(nil): row.reduce(0) { $0 + Double($1.visitCount) }
        }
    }
}

/// Why a text is no condition.
public struct TableConditionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence: what was read and what would be right.
    public let description: String
}
