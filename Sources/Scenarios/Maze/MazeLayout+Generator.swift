internal import TabularLearning

extension MazeLayout {
    /// The sides that a generated maze may have; odd numbers, since walls stand between its rooms.
    public static let generatedSides = 3...999

    /// Makes a perfect maze: exactly one way leads from any room to any other.
    ///
    /// Rooms are the cells of even row and column. A walk goes from room to room where it has not been, breaks the wall between
    /// them, and turns back where it can go nowhere else (the randomized depth-first search). The start is the first room, the
    /// goal the last.
    ///
    /// - Parameters:
    ///   - rows: Odd, within `generatedSides`.
    ///   - columns: Odd, within `generatedSides`.
    ///   - seed: The same numbers make the same maze.
    /// - Returns: The maze.
    public static func generated(rows: Int, columns: Int, seed: UInt64) -> MazeLayout {
        precondition([rows, columns].allSatisfy { generatedSides.contains($0) && $0 % 2 == 1 }, "sides are odd")
        var generator = SplitMix64(state: CounterBasedRandom(seed: seed, stream: .start).laneKey(1 << 41))
        var cells: [Unicode.Scalar] = Array(repeating: "#", count: rows * columns)
        var path = [(row: 0, column: 0)]
        cells[0] = "."
        while let (row, column) = path.last {
            let ways = [(-2, 0), (0, 2), (2, 0), (0, -2)].filter { way in
                let (nextRow, nextColumn) = (row + way.0, column + way.1)
                return (0..<rows).contains(nextRow) && (0..<columns).contains(nextColumn)
                    && cells[nextRow * columns + nextColumn] == "#"
            }
            guard !ways.isEmpty else {
                path.removeLast()
                continue
            }
            let way = ways[generator.nextIndex(below: ways.count)]
            cells[(row + way.0 / 2) * columns + column + way.1 / 2] = "."
            cells[(row + way.0) * columns + column + way.1] = "."
            path.append((row + way.0, column + way.1))
        }
        cells[0] = "S"
        cells[rows * columns - 1] = "G"
        let lines = (0..<rows).map { row in
            String(String.UnicodeScalarView(cells[(row * columns)..<((row + 1) * columns)]))
        }
        guard let layout = try? MazeLayout(parsing: lines.joined(separator: "\n")) else {
            preconditionFailure("a generated maze is a maze")
        }
        return layout
    }
}
