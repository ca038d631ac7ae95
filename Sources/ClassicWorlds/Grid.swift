/// A rectangle of cells, numbered row by row.
public struct Grid: Sendable, Hashable {
    /// From the top.
    public let rowCount: Int
    /// From the left.
    public let columnCount: Int

    /// Creates a rectangle.
    ///
    /// - Parameters:
    ///   - rows: At least 1.
    ///   - columns: At least 1.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 1 && columns >= 1, "a grid has at least one cell")
        (rowCount, columnCount) = (rows, columns)
    }

    /// The number of cells.
    public var cellCount: Int { rowCount * columnCount }

    /// The number of a cell.
    public func cell(row: Int, column: Int) -> Int { row * columnCount + column }

    /// Where a cell is.
    public func position(of cell: Int) -> (row: Int, column: Int) {
        let (row, column) = cell.quotientAndRemainder(dividingBy: columnCount)
        return (row, column)
    }

    /// The cell that a move leads to; the border stops each of its two parts.
    ///
    /// - Parameters:
    ///   - move: The move.
    ///   - cell: Where it begins.
    ///   - up: By how many rows it is carried up besides, as by a wind; below 0 down.
    /// - Returns: A cell.
    public func cell(after move: GridMove, from cell: Int, carriedUp up: Int = 0) -> Int {
        let (row, column) = position(of: cell)
        return self.cell(
            row: min(max(row + move.rows - up, 0), rowCount - 1),
            column: min(max(column + move.columns, 0), columnCount - 1)
        )
    }
}

/// A move to a neighbour on a grid, or none.
public enum GridMove: String, Sendable, Hashable, CaseIterable {
    case up
    case right
    case down
    case left
    case upRight = "up-right"
    case downRight = "down-right"
    case downLeft = "down-left"
    case upLeft = "up-left"
    case stay

    /// By how many rows it leads down.
    public var rows: Int {
        switch self {
        case .up, .upRight, .upLeft: -1
        case .down, .downRight, .downLeft: 1
        case .right, .left, .stay: 0
        }
    }

    /// By how many columns it leads to the right.
    public var columns: Int {
        switch self {
        case .right, .upRight, .downRight: 1
        case .left, .upLeft, .downLeft: -1
        case .up, .down, .stay: 0
        }
    }
}
