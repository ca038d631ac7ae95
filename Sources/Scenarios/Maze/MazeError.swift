/// A text that is not a maze: where and why.
public struct MazeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1; `nil` where the whole text is meant.
    public let line: Int?

    /// The column, from 1; `nil` where a whole line or the whole text is meant.
    public let column: Int?

    /// What is wrong.
    public let reason: Reason

    /// What can be wrong with a maze.
    public enum Reason: Sendable, Hashable {
        /// No line has a character.
        case empty
        /// No 'S'.
        case noStart
        /// A second 'S'.
        case secondStart
        /// No 'G'.
        case noGoal
        /// A line that is longer or shorter than the first.
        case raggedLine(length: Int, expected: Int)
        /// None of '#', '.', ' ', 'S', 'G', 'O' and '~'.
        case unknownCharacter(Unicode.Scalar)
        /// More lines or columns than `MazeLayout.largestSide`.
        case tooLarge(lines: Int, columns: Int)
        /// No path leads from the start to a goal.
        case goalUnreachable
        /// A line that begins with a word and is no setting, or stands where there are none.
        case unknownSetting(String)
        /// Cells of a later stage that are not as many as those of the first.
        case otherSize(rows: Int, columns: Int)
    }

    /// Creates an error.
    public init(_ reason: Reason, line: Int? = nil, column: Int? = nil) {
        self.reason = reason
        self.line = line
        self.column = column
    }

    /// One line that names the place, the value and what would be right.
    public var description: String {
        let place = [line.map { "line \($0)" }, column.map { "column \($0)" }].compactMap { $0 }
        return place.isEmpty ? "maze: \(explanation)" : "maze, \(place.joined(separator: ", ")): \(explanation)"
    }

    private var explanation: String {
        switch reason {
        case .empty: "the text is empty; a maze needs at least a start 'S' and a goal 'G'"
        case .noStart: "no start; mark one open cell with 'S'"
        case .secondStart: "a second start; exactly one 'S' is allowed"
        case .noGoal: "no goal; mark at least one open cell with 'G'"
        case .raggedLine(let length, let expected):
            "\(length) characters where the first line has \(expected); all lines need the same length"
        case .unknownCharacter(let scalar):
            "unknown character \(Self.name(scalar)); use '#' wall, '.' or ' ' open, 'S' start, 'G' goal, 'O' hole, "
                + "'~' rough ground"
        case .tooLarge(let lines, let columns):
            "\(lines) lines of \(columns) columns; at most \(MazeLayout.largestSide) of each are possible"
        case .unknownSetting(let line):
            "'\(line)' is no setting: above the cells 'start fixed', 'start random', 'limit N', or 'goal X', 'hole X', "
                + "'rough X' and 'step X' with what they pay, between mazes 'after N' with an N that is larger each time"
        case .otherSize(let rows, let columns):
            "a maze that changes keeps its size, \(rows) lines of \(columns) columns"
        case .goalUnreachable: "walls close off every goal from the start, or holes do; open a path"
        }
    }

    /// A control character is shown by its number: it would not show itself.
    private static func name(_ scalar: Unicode.Scalar) -> String {
        let isPrintable = scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80...0x9F).contains(scalar.value)
        return isPrintable ? "'\(scalar)'" : "U+" + String(scalar.value, radix: 16, uppercase: true)
    }
}
