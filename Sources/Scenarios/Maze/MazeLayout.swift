/// The cells of a rectangular maze and where it starts and ends.
///
/// As text, one line a row: '#' wall, '.' or ' ' open, 'S' start, 'G' goal, 'O' hole, '~' rough ground. Around the text is
/// wall.
public struct MazeLayout: Sendable, Hashable {
    /// What a cell is.
    public enum Cell: UInt8, Sendable, Hashable {
        /// Cannot be entered.
        case wall
        /// Can be entered and left.
        case open
        /// Ends the episode when entered.
        case goal
        /// Ends the episode when entered, and is no goal.
        case hole
        /// Can be entered and left, and costs something.
        case rough

        /// Whether an action is chosen there.
        public var isFloor: Bool { self == .open || self == .rough }
    }

    /// A move; `rawValue` is the action's number, clockwise from up.
    public enum Move: UInt8, Sendable, Hashable, CaseIterable {
        /// To the row above.
        case up
        /// To the next column.
        case right
        /// To the row below.
        case down
        /// To the previous column.
        case left
    }

    /// The most rows and the most columns a maze may have.
    public static let largestSide = 4_096

    /// The number of rows.
    public let rowCount: Int

    /// The number of columns.
    public let columnCount: Int

    /// [rowCount × columnCount] cells, row-major; the index of a cell is its state.
    public let cells: [Cell]

    /// The cell marked 'S'.
    public let start: Int

    /// Reads a maze.
    ///
    /// - Parameter text: Lines of equal length; empty lines at the end do not count.
    /// - Throws: `MazeError` for a text that is not a maze or whose goal cannot be reached.
    public init(parsing text: String) throws(MazeError) {
        let lines = Self.lines(of: text)
        guard let first = lines.first, !lines.allSatisfy(\.isEmpty) else { throw MazeError(.empty) }
        rowCount = lines.count
        columnCount = first.count
        guard rowCount <= Self.largestSide, columnCount <= Self.largestSide else {
            throw MazeError(.tooLarge(lines: rowCount, columns: columnCount))
        }
        var cells: [Cell] = []
        var start: Int?
        for (row, line) in lines.enumerated() {
            guard line.count == columnCount else {
                throw MazeError(.raggedLine(length: line.count, expected: columnCount), line: row + 1)
            }
            for (column, scalar) in line.enumerated() {
                guard let cell = Self.cell(scalar) else {
                    throw MazeError(.unknownCharacter(scalar), line: row + 1, column: column + 1)
                }
                if scalar == "S" {
                    guard start == nil else { throw MazeError(.secondStart, line: row + 1, column: column + 1) }
                    start = cells.count
                }
                cells.append(cell)
            }
        }
        guard let start else { throw MazeError(.noStart) }
        guard cells.contains(.goal) else { throw MazeError(.noGoal) }
        self.cells = cells
        self.start = start
        guard hasPathToGoal() else {
            throw MazeError(.goalUnreachable, line: start / columnCount + 1, column: start % columnCount + 1)
        }
    }

    /// Returns the cell that a move leads to when nothing slips: the same one where a wall stands in the way.
    public func destination(of move: Move, from cell: Int) -> Int {
        var (row, column) = cell.quotientAndRemainder(dividingBy: columnCount)
        switch move {
        case .up: row -= 1
        case .right: column += 1
        case .down: row += 1
        case .left: column -= 1
        }
        guard (0..<rowCount).contains(row), (0..<columnCount).contains(column) else { return cell }
        let target = row * columnCount + column
        return cells[target] == .wall ? cell : target
    }

    /// The cells in which an action is chosen: those that can be entered and do not end the episode, in row-major order.
    public var decisionCells: [Int] {
        cells.indices.filter { cells[$0].isFloor }
    }

    /// The maze as text.
    public var text: String {
        (0..<rowCount).map { row in
            String(String.UnicodeScalarView((0..<columnCount).map { scalar(at: row * columnCount + $0) }))
        }.joined(separator: "\n")
    }

    private func scalar(at cell: Int) -> Unicode.Scalar {
        switch cells[cell] {
        case .wall: "#"
        case .open: cell == start ? "S" : "."
        case .goal: "G"
        case .hole: "O"
        case .rough: "~"
        }
    }

    private func hasPathToGoal() -> Bool {
        var reached = Array(repeating: false, count: cells.count)
        var frontier = [start]
        reached[start] = true
        while let cell = frontier.popLast() {
            if cells[cell] == .goal { return true }
            for move in Move.allCases {
                let next = destination(of: move, from: cell)
                guard !reached[next] else { continue }
                reached[next] = true
                // No way leads on from a hole.
                if cells[next] != .hole { frontier.append(next) }
            }
        }
        return false
    }

    private static func cell(_ scalar: Unicode.Scalar) -> Cell? {
        switch scalar {
        case "#": .wall
        case ".", " ", "S": .open
        case "G": .goal
        case "O": .hole
        case "~": .rough
        default: nil
        }
    }

    /// Splits at line feeds, drops carriage returns before them and empty lines at the end.
    private static func lines(of text: String) -> [[Unicode.Scalar]] {
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            Array(line.last == "\r" ? line.dropLast() : line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

extension MazeLayout: Codable {
    /// Reads the text form.
    ///
    /// - Throws: `DecodingError` when there is no text or the text is not a maze.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the text form.
    ///
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
