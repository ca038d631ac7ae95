/// A dense table of action values with the number of updates each has had.
///
/// Row-major: the cell of (row, plane, action) is row × width + plane × actionCount + action. 8 bytes a cell. A shard's
/// table holds the rows that its owner has; the rows of a whole table are its states.
public struct ActionValueTable: Sendable {
    /// One action value and its history.
    @frozen
    public struct Cell: Sendable, Hashable {
        /// Q(s, a).
        public var value: Float
        /// The number of updates applied; stays at its maximum instead of overflowing.
        public var visitCount: UInt32

        /// Creates a cell.
        @inlinable
        public init(value: Float, visitCount: UInt32) {
            self.value = value
            self.visitCount = visitCount
        }
    }

    /// The number of rows.
    public let rowCount: Int

    /// The number of actions, 1...64.
    public let actionCount: Int

    /// The values that each state and action have: planes of the table, 1 to `mostPlanes`.
    public let planeCount: Int

    /// The most values that a state and an action may have.
    public static var mostPlanes: Int { 8 }

    /// The cells of a row: a plane's actions, then the next plane's.
    ///
    /// A cell's place in its row is its column.
    public let width: Int

    /// [rowCount × width] cells, row-major.
    public internal(set) var cells: [Cell]

    /// The number of updates applied to it, counted as they are applied and not from its cells.
    ///
    /// Whoever gives a table cells that were updated elsewhere says here how many updates are in them.
    public var updateCount: UInt64 = 0

    /// The most cells a table may have: their indices are 32-bit numbers on the wire (32 GiB of memory).
    public static var maximumCellCount: UInt64 { 1 << 32 }

    /// Creates a table in which every action has the same value.
    ///
    /// - Parameters:
    ///   - rowCount: At least 0; rowCount × actionCount × planeCount is at most `maximumCellCount`.
    ///   - actionCount: 1...64.
    ///   - planeCount: 1 to `mostPlanes`.
    ///   - initialValue: Q₀.
    public init(rowCount: Int, actionCount: Int, planeCount: Int = 1, initialValue: Float) {
        precondition(rowCount >= 0 && (1...64).contains(actionCount), "a table has rows and 1...64 actions")
        precondition((1...Self.mostPlanes).contains(planeCount), "a table has 1 to 8 planes")
        width = actionCount * planeCount
        precondition(UInt64(rowCount) * UInt64(width) <= Self.maximumCellCount, "a table has at most 2³² cells")
        self.rowCount = rowCount
        self.actionCount = actionCount
        self.planeCount = planeCount
        cells = Array(repeating: Cell(value: initialValue, visitCount: 0), count: rowCount * width)
    }

    /// Moves one action value toward a target.
    ///
    ///     Q(s, a) ← Q(s, a) + α(n(s, a)) [target − Q(s, a)];  n(s, a) ← n(s, a) + 1
    ///
    /// Source: Sutton & Barto 2018, §6.5, with the target formed by the caller.
    public mutating func update(row: Int, action: Int, toward target: Float, stepSize: StepSize) {
        let index = row * actionCount + action
        cells[index] = Self.moved(cells[index], toward: target, by: stepSize(cells[index].visitCount))
        updateCount += 1
    }

    /// Applies updates one after another, in order: a cell named twice moves twice.
    ///
    /// - Parameters:
    ///   - indices: [n] cell indices, each below rowCount × width.
    ///   - targets: [n] targets as IEEE 754 bits.
    ///   - stepSize: The rule for α.
    public mutating func apply(cells indices: Span<UInt32>, targets: Span<UInt32>, stepSize: StepSize) {
        precondition(indices.count == targets.count, "one target per cell")
        switch stepSize {
        case .constant(let constant): Self.apply(indices, targets, { _ in constant }, &cells)
        case .visitCount: Self.apply(indices, targets, { stepSize($0) }, &cells)
        }
        updateCount += UInt64(indices.count)
    }

    /// Applies updates addressed by state and action, for a table whose rows are the states.
    public mutating func apply(_ updates: Updates, stepSize: StepSize) {
        switch stepSize {
        case .constant(let constant): Self.apply(updates, width, { _ in constant }, &cells)
        case .visitCount: Self.apply(updates, width, { stepSize($0) }, &cells)
        }
        updateCount += UInt64(updates.count)
    }

    @inline(__always)
    private static func apply(
        _ indices: Span<UInt32>,
        _ targets: Span<UInt32>,
        _ stepSize: (UInt32) -> Float,
        _ cells: inout [Cell]
    ) {
        var cells = cells.mutableSpan
        for i in 0..<indices.count {
            let cell = cells[Int(indices[i])]
            cells[Int(indices[i])] = moved(cell, toward: Float(bitPattern: targets[i]), by: stepSize(cell.visitCount))
        }
    }

    @inline(__always)
    private static func apply(
        _ updates: Updates,
        _ width: Int,
        _ stepSize: (UInt32) -> Float,
        _ cells: inout [Cell]
    ) {
        let (states, columns, targets) = (updates.states.span, updates.columns.span, updates.targets.span)
        var cells = cells.mutableSpan
        for i in 0..<states.count {
            let index = Int(truncatingIfNeeded: states[i]) &* width &+ Int(columns[i])
            let cell = cells[index]
            cells[index] = moved(cell, toward: targets[i], by: stepSize(cell.visitCount))
        }
    }

    /// Replaces consecutive cells, from a checkpoint or a policy.
    ///
    /// - Parameters:
    ///   - start: The index of the first cell.
    ///   - values: The new cells; they end within the table.
    public mutating func replaceCells(from start: Int, with values: [Cell]) {
        precondition(start >= 0 && start + values.count <= cells.count, "the cells end within the table")
        cells.replaceSubrange(start..<(start + values.count), with: values)
    }

    @inline(__always)
    private static func moved(_ cell: Cell, toward target: Float, by stepSize: Float) -> Cell {
        Cell(
            value: cell.value + stepSize * (target - cell.value),
            visitCount: cell.visitCount &+ (cell.visitCount == .max ? 0 : 1)
        )
    }
}

extension ActionValueTable {
    /// A table of one plane as a rule begins with it: every plane is the same.
    ///
    /// - Parameter count: The planes there are to be.
    /// - Returns: The table with as many.
    public func repeated(planes count: Int) -> ActionValueTable {
        precondition(planeCount == 1, "one plane is repeated")
        guard count > 1 else { return self }
        var table = ActionValueTable(
            rowCount: rowCount,
            actionCount: actionCount,
            planeCount: count,
            initialValue: 0
        )
        table.cells = (0..<rowCount).flatMap { row in
            let cells = cells[(row * actionCount)..<((row + 1) * actionCount)]
            return (0..<count).flatMap { _ in cells }
        }
        return table
    }

    /// What whoever acts looks at: of one plane its values, of several what the rule makes of them and the sums of their
    /// visits.
    ///
    /// - Parameter update: The rule by which the table was learned.
    /// - Returns: A table of one plane.
    public func acting(by update: UpdateRule) -> ActionValueTable {
        guard planeCount > 1 else { return self }
        var table = ActionValueTable(rowCount: rowCount, actionCount: actionCount, initialValue: 0)
        table.cells = (0..<rowCount).flatMap { row in
            actingRow(Array(cells[(row * width)..<((row + 1) * width)]), by: update)
        }
        table.updateCount = updateCount
        return table
    }

    /// A row as whoever acts sees it.
    ///
    /// - Parameters:
    ///   - row: [width] cells.
    ///   - update: The rule by which they were learned.
    /// - Returns: [actions] cells.
    public func actingRow(_ row: [Cell], by update: UpdateRule) -> [Cell] {
        guard planeCount > 1 else { return row }
        let rule = update.rule
        return (0..<actionCount).map { action in
            let value = rule.actingValue({ row[$0 * actionCount + $1].value }, action)
            let visits = (0..<min(planeCount, rule.learnedPlaneCount)).reduce(UInt64(0)) {
                $0 + UInt64(row[$1 * actionCount + action].visitCount)
            }
            return Cell(value: value, visitCount: UInt32(clamping: visits))
        }
    }
}
