/// A map as people draw it: a line for each row, a letter for each cell.
public struct TextMap: Sendable, Hashable {
    /// The rows, from the top.
    public let rows: [String]
    /// The letter of each cell, row by row.
    public let letters: [Character]
    /// The cells.
    public let grid: Grid

    /// Why some lines are no map: a sentence that names the row.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        public let description: String
    }

    /// Reads a map.
    ///
    /// - Parameters:
    ///   - rows: From the top.
    ///   - known: The letters that mean something.
    /// - Throws: `Failure` for rows of different lengths, none at all, and letters that mean nothing.
    public init(_ rows: [String], letters known: String) throws(Failure) {
        guard let width = rows.first?.count, width > 0 else { throw Failure(description: "a map of no cells") }
        for (row, text) in rows.enumerated() {
            guard text.count == width else {
                throw Failure(
                    description:
                        "row \(row + 1) of the map, '\(text.prefix(40))', has \(text.count) cells, the first \(width)"
                )
            }
            if let letter = text.first(where: { !known.contains($0) }) {
                throw Failure(
                    description: "row \(row + 1) of the map, '\(text.prefix(40))': '\(letter)' is none of \(known)"
                )
            }
        }
        self.rows = rows
        letters = rows.flatMap { Array($0) }
        grid = Grid(rows: rows.count, columns: width)
    }

    /// The cells that have a letter.
    public func cells(of letter: Character) -> [Int] { letters.indices.filter { letters[$0] == letter } }
}
