/// Answers that name all the actions of the highest value.
extension ActionValueTable {
    /// Appends the greedy value of each row as IEEE 754 bits, then the sets of actions that attain it.
    ///
    /// - Parameters:
    ///   - rows: [n] row indices, each below `rowCount`.
    ///   - words: Gets n words appended, then the sets: up to eight actions a byte each, four to a word; more actions two
    ///     words each, the low one first.
    public func appendTies(_ rows: Span<UInt32>, to words: inout [UInt32]) {
        let start = words.count
        words.append(0, count: rows.count + Self.tieWordCount(of: rows.count, actionCount: actionCount))
        for block in stride(from: 0, to: rows.count, by: Self.rowsAhead) {
            let range = block..<min(block + Self.rowsAhead, rows.count)
            Self.load(rows, range, of: cells.span, actionCount)
            switch actionCount {
            case 4: Self.writeTies(rows, range, of: cells.span, 4, to: &words, from: start)
            default: Self.writeTies(rows, range, of: cells.span, actionCount, to: &words, from: start)
            }
        }
    }

    /// The words that the sets of actions of so many rows take.
    public static func tieWordCount(of rowCount: Int, actionCount: Int) -> Int {
        actionCount <= 8 ? (rowCount + 3) / 4 : 2 * rowCount
    }

    /// As `writeMaxima`, with sets of actions in the place of one.
    @inline(__always)
    private static func writeTies(
        _ rows: Span<UInt32>,
        _ range: Range<Int>,
        of cells: Span<Cell>,
        _ actionCount: Int,
        to words: inout [UInt32],
        from start: Int
    ) {
        var words = words.mutableSpan
        let sets = start + rows.count
        var i = range.lowerBound
        while i < range.upperBound {
            let isWhole = i &+ 4 <= range.upperBound
            let starts =
                isWhole
                ? GreedyQuad.starts(of: rows, from: i, actionCount)
                : SIMD4(repeating: Int(rows[i]) &* actionCount)
            let quad = TiedQuad(cells, at: starts, actionCount)
            let count = isWhole ? 4 : 1
            for row in 0..<count { words[start &+ i &+ row] = quad.values[row].bitPattern }
            if actionCount > 8 {
                for row in 0..<count {
                    words[sets &+ 2 &* (i &+ row)] = quad.low[row]
                    words[sets &+ 2 &* (i &+ row) &+ 1] = quad.high[row]
                }
            } else if isWhole {
                words[sets &+ i / 4] = quad.packedSets
            } else {
                words[sets &+ i / 4] |= quad.low[0] << UInt32(8 * (i % 4))
            }
            i &+= count
        }
    }

    @inline(__always)
    static func findTies<ActionSet: FixedWidthInteger & BitwiseCopyable>(
        _ states: Span<UInt64>,
        _ range: Range<Int>,
        in cells: Span<Cell>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ sets: inout [ActionSet]
    ) {
        var values = values.mutableSpan
        var sets = sets.mutableSpan
        var i = range.lowerBound
        while i &+ 4 <= range.upperBound {
            let quad = TiedQuad(cells, at: GreedyQuad.starts(of: states, from: i, actionCount), actionCount)
            quad.write(4, to: &values, &sets, from: i)
            i &+= 4
        }
        while i < range.upperBound {
            let start = Int(truncatingIfNeeded: states[i]) &* actionCount
            TiedQuad(cells, at: SIMD4(repeating: start), actionCount).write(1, to: &values, &sets, from: i)
            i &+= 1
        }
    }
}
