/// A value of a row: where the row begins, and which of its columns is meant.
public struct CellPlace: Sendable, Hashable {
    /// The row's first cell.
    public let start: Int
    /// plane × actions + action.
    public let column: Int
    /// The actions there are.
    public let actionCount: Int

    /// Creates a place.
    @inlinable
    public init(start: Int, column: Int, actionCount: Int) {
        self.start = start
        self.column = column
        self.actionCount = actionCount
    }

    /// The index of the cell.
    @inlinable public var cell: Int { start &+ column }
}

extension ActionValueTable.Cell {
    /// The cell with a value that is higher by so much, and one more update.
    @inline(__always)
    func moved(by change: Float) -> Self { Self(value: value + change, visitCount: visitedOnceMore) }

    /// One more update than there were; the highest number stays.
    @inline(__always)
    var visitedOnceMore: UInt32 { visitCount &+ (visitCount == .max ? 0 : 1) }
}

/// The loops over updates, compiled once for each rule that has a move of its own.
extension LearningRule {
    /// Takes updates addressed by cell.
    public func apply(
        cells indices: Span<UInt32>,
        targets: Span<UInt32>,
        stepSize: StepSize,
        to cells: inout MutableSpan<ActionValueTable.Cell>,
        actionCount: Int
    ) {
        let width = actionCount * planeCount
        for i in 0..<indices.count {
            let (row, column) = Int(indices[i]).quotientAndRemainder(dividingBy: width)
            let place = CellPlace(start: row &* width, column: column, actionCount: actionCount)
            move(&cells, place, toward: Float(bitPattern: targets[i]), by: stepSize)
        }
    }

    /// Takes updates addressed by state and column.
    public func apply(
        _ updates: Updates,
        stepSize: StepSize,
        to cells: inout MutableSpan<ActionValueTable.Cell>,
        actionCount: Int
    ) {
        let width = actionCount * planeCount
        let (states, columns, targets) = (updates.states.span, updates.columns.span, updates.targets.span)
        for i in 0..<states.count {
            let start = Int(truncatingIfNeeded: states[i]) &* width
            let place = CellPlace(start: start, column: Int(columns[i]), actionCount: actionCount)
            move(&cells, place, toward: targets[i], by: stepSize)
        }
    }
}

extension LearningRule {
    /// Moves the updates of a step into the planes that `plane` says.
    public func choosePlanes(
        _ columns: inout [UInt8],
        of batch: StepBatch,
        _ notes: [UInt8],
        _ coins: LaneCoins,
        actionCount: Int
    ) {
        let (bootstraps, lanes) = (batch.transitions.bootstraps.span, batch.transitions.lanes.span)
        let (asking, notes) = (batch.queries.lanes.span, notes.span)
        var columns = columns.mutableSpan
        for index in 0..<columns.count {
            let bootstrap = Int(bootstraps[index])
            if bootstrap >= 0 {
                let plane = plane(QueryNote(rawValue: notes[bootstrap]), coins.bits(Int(asking[bootstrap])))
                columns[index] &+= UInt8(truncatingIfNeeded: plane &* actionCount)
            } else {
                let lane = lanes.isEmpty ? index : Int(lanes[index])
                let random = coins.bits(lane % coins.keys.count)
                let note = QueryNote(exploring: nil, coin: UInt8(truncatingIfNeeded: random &>> 63))
                columns[index] &+= UInt8(truncatingIfNeeded: plane(note, random) &* actionCount)
            }
        }
    }
}

extension ActionValueTable {
    /// Applies updates as a rule does, one after another, in order.
    ///
    /// - Parameters:
    ///   - updates: They name states and columns of this table.
    ///   - rule: The rule.
    ///   - stepSize: The rule for α.
    public mutating func apply(_ updates: Updates, by rule: UpdateRule, stepSize: StepSize) {
        guard rule.hasOwnMove else { return apply(updates, stepSize: stepSize) }
        let actionCount = actionCount
        var span = cells.mutableSpan
        rule.rule.apply(updates, stepSize: stepSize, to: &span, actionCount: actionCount)
        updateCount += UInt64(updates.count)
    }

    /// Applies updates that name cells as a rule does, one after another, in order.
    ///
    /// - Parameters:
    ///   - indices: [n] cell indices, each below rowCount × width.
    ///   - targets: [n] targets as IEEE 754 bits.
    ///   - rule: The rule.
    ///   - stepSize: The rule for α.
    public mutating func apply(
        cells indices: Span<UInt32>,
        targets: Span<UInt32>,
        by rule: UpdateRule,
        stepSize: StepSize
    ) {
        guard rule.hasOwnMove else { return apply(cells: indices, targets: targets, stepSize: stepSize) }
        let actionCount = actionCount
        var span = cells.mutableSpan
        rule.rule.apply(cells: indices, targets: targets, stepSize: stepSize, to: &span, actionCount: actionCount)
        updateCount += UInt64(indices.count)
    }
    /// Takes what a cohort has learned in its round, and copies values where that is due.
    ///
    /// - Parameters:
    ///   - learner: The cohort; its updates name states and columns of this table.
    ///   - rule: The rule.
    ///   - stepSize: The rule for α.
    public mutating func take(_ learner: CohortLearner, by rule: UpdateRule, stepSize: StepSize) {
        apply(learner.updates, by: rule, stepSize: stepSize)
        if learner.updates.copiesValues { copyValues() }
    }

    /// Copies the values of the first plane into the last.
    public mutating func copyValues() {
        let (rows, width, actionCount, last) = (rowCount, width, actionCount, (planeCount - 1) * actionCount)
        var cells = cells.mutableSpan
        for row in 0..<rows {
            let start = row &* width
            for action in 0..<actionCount { cells[start &+ last &+ action].value = cells[start &+ action].value }
        }
    }
}
