internal import TabularLearning

/// By how much a table differs from another of the same form, and where first.
struct TableDifference {
    private let count: Int
    private let largest: Float
    private let first: Int
    private let cells: (one: ActionValueTable.Cell, other: ActionValueTable.Cell)
    private let one: ActionValueTable

    /// Compares two tables; `nil` when they have the same bits.
    init?(_ one: ActionValueTable, _ other: ActionValueTable) {
        let pairs = zip(one.cells, other.cells)
        let differing = pairs.enumerated().filter { !Self.areIdentical($1.0, $1.1) }
        guard let (place, cells) = differing.first else { return nil }
        count = differing.count
        largest = differing.reduce(0) { max($0, ($1.element.0.value - $1.element.1.value).magnitude) }
        (first, self.cells, self.one) = (place, cells, one)
    }

    private static func areIdentical(_ one: ActionValueTable.Cell, _ other: ActionValueTable.Cell) -> Bool {
        one.value.bitPattern == other.value.bitPattern && one.visitCount == other.visitCount
    }

    /// How many cells, by how much, and where first.
    func text(_ space: StateSpace) -> String {
        let (state, action) = (UInt64(first / one.width), first % one.actionCount)
        return "\(count) of \(one.cells.count) cells differ, the values by at most \(largest); first: "
            + "\(space.describe(state)), action \(space.actions[action])"
    }

    /// The same with both cells, the first table's first.
    func text(_ space: StateSpace, _ whose: (one: String, other: String)) -> String {
        func words(_ cell: ActionValueTable.Cell) -> String { "\(cell.value) after \(cell.visitCount) updates" }
        return text(space)
            + " (state \(first / one.width)): \(words(cells.one)) \(whose.one), \(words(cells.other)) \(whose.other)"
    }
}
