public import TabularLearning

/// Which decisions of a table are others in another one, and how far they were from it.
public struct DecisionComparison: Sendable, Hashable {
    /// A state in which another action is taken.
    public struct Change: Sendable, Hashable {
        /// The state.
        public var state: UInt64
        /// The action there.
        public var action: Int
        /// The action in the other table.
        public var otherAction: Int
        /// The updates of the state.
        public var visits: UInt64
        /// Those in the other table.
        public var otherVisits: UInt64
        /// By how much the action's value is above that of the other; `nil` where the other was never tried.
        public var margin: Double?
        /// By how much the other's value is above it in the other table; `nil` where it was never tried there.
        public var otherMargin: Double?
    }

    /// The states in which both tables decide.
    public private(set) var comparedCount = 0
    /// Those in which they decide otherwise, the most visited first.
    public private(set) var changes: [Change] = []
    /// The states in which only the first decides: the other has never been there.
    public private(set) var missing: [UInt64] = []
    /// The states in which only the other decides.
    public private(set) var added: [UInt64] = []

    /// Compares the greedy decisions, among the actions that were tried and the lowest of equals.
    ///
    /// - Parameters:
    ///   - one: A table.
    ///   - other: Another of the same form.
    ///   - update: The rule of both.
    public init(_ one: ActionValueTable, _ other: ActionValueTable, by update: UpdateRule) {
        precondition(one.width == other.width && one.rowCount == other.rowCount, "tables of one form")
        for state in 0..<UInt64(one.rowCount) {
            let rows = (
                one.actingRow(one.row(of: state), by: update), other.actingRow(other.row(of: state), by: update)
            )
            switch (Self.greedy(rows.0), Self.greedy(rows.1)) {
            case (nil, nil): continue
            case (_?, nil): missing.append(state)
            case (nil, _?): added.append(state)
            case (let action?, let otherAction?):
                comparedCount += 1
                guard action != otherAction else { continue }
                changes.append(
                    Change(
                        state: state,
                        action: action,
                        otherAction: otherAction,
                        visits: Self.visits(rows.0),
                        otherVisits: Self.visits(rows.1),
                        margin: Self.margin(rows.0, of: action, above: otherAction),
                        otherMargin: Self.margin(rows.1, of: otherAction, above: action)
                    )
                )
            }
        }
        changes.sort { ($1.visits, $0.state) < ($0.visits, $1.state) }
    }

    private static func greedy(_ row: [ActionValueTable.Cell]) -> Int? {
        row.indices.filter { row[$0].visitCount > 0 }.max { (row[$0].value, $1) < (row[$1].value, $0) }
    }

    private static func visits(_ row: [ActionValueTable.Cell]) -> UInt64 {
        row.reduce(0) { $0 + UInt64($1.visitCount) }
    }

    private static func margin(_ row: [ActionValueTable.Cell], of action: Int, above other: Int) -> Double? {
        row[other].visitCount == 0 ? nil : Double(row[action].value) - Double(row[other].value)
    }
}
