/// States that are places on a plane, row by row, of a scenario that walks.
public struct FloorPlan: Sendable, Hashable, Encodable {
    /// What a place is.
    public enum Place: String, Sendable, Hashable, Encodable {
        /// An action is chosen there.
        case open
        /// As `open`, and some or all episodes begin there.
        case start
        /// Nobody gets there.
        case wall
        /// An episode ends there.
        case goal
        /// Who gets there pays for it.
        case hazard
    }

    /// Where an action leads, when nothing comes between.
    public struct Move: Sendable, Hashable, Encodable {
        /// Rows down.
        public let rows: Int
        /// Columns to the right.
        public let columns: Int

        /// Names a move.
        public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }
    }

    /// Places in a row.
    public let columnCount: Int
    /// By state, row by row.
    public let places: [Place]
    /// By action.
    public let moves: [Move]

    /// Draws a plan.
    ///
    /// - Parameters:
    ///   - columnCount: Places in a row, at least 1; it divides their number.
    ///   - places: By state, row by row.
    ///   - moves: By action.
    public init(columnCount: Int, places: [Place], moves: [Move]) {
        precondition(columnCount >= 1 && places.count % columnCount == 0, "whole rows")
        (self.columnCount, self.places, self.moves) = (columnCount, places, moves)
    }

    /// Up, right, down, left.
    public static let fourMoves = [
        Move(rows: -1, columns: 0), Move(rows: 0, columns: 1), Move(rows: 1, columns: 0), Move(rows: 0, columns: -1),
    ]
}
