extension ActionValueTable {
    /// How many rows are loaded ahead of the search for their maxima; they stay in the first-level cache.
    static var rowsAhead: Int { 256 }

    /// The rows that are loaded together, from the first of them on.
    @inline(__always)
    static func block(from first: Int, of count: Int) -> Range<Int> { first..<min(first &+ rowsAhead, count) }

    /// Appends rows one after another as IEEE 754 bits; a row that the table does not have counts as zeros.
    ///
    /// - Parameters:
    ///   - rows: [n] row indices.
    ///   - words: Gets [n × width] words appended.
    public func appendRows(_ rows: Span<UInt32>, to words: inout [UInt32]) {
        let start = words.count
        words.append(0, count: rows.count * width)
        for block in stride(from: 0, to: rows.count, by: Self.rowsAhead) {
            let range = block..<min(block + Self.rowsAhead, rows.count)
            Self.load(rows, range, of: cells.span, width)
            switch width {
            case 4: Self.copy(rows, range, of: cells.span, 4, to: &words, from: start)
            default: Self.copy(rows, range, of: cells.span, width, to: &words, from: start)
            }
        }
    }

    /// Appends the greedy value of each row as IEEE 754 bits, then the greedy actions, four to a word.
    ///
    /// - Parameters:
    ///   - rows: [n] row indices, each below `rowCount`.
    ///   - words: Gets n + ⌈n / 4⌉ words appended.
    public func appendMaxima(_ rows: Span<UInt32>, to words: inout [UInt32]) {
        let start = words.count
        words.append(0, count: rows.count + (rows.count + 3) / 4)
        for block in stride(from: 0, to: rows.count, by: Self.rowsAhead) {
            let range = block..<min(block + Self.rowsAhead, rows.count)
            Self.load(rows, range, of: cells.span, actionCount)
            switch actionCount {
            case 4: Self.writeMaxima(rows, range, of: cells.span, 4, to: &words, from: start)
            default: Self.writeMaxima(rows, range, of: cells.span, actionCount, to: &words, from: start)
            }
        }
    }

    /// Finds the greedy value of each state's row, and the action or the actions that attain it.
    ///
    /// - Parameters:
    ///   - states: [n] row indices.
    ///   - answers: Gets n answers.
    public func greedy(_ states: Span<UInt64>, into answers: inout GreedyAnswers) {
        answers.resize(to: states.count)
        for block in stride(from: 0, to: states.count, by: Self.rowsAhead) {
            let range = block..<min(block + Self.rowsAhead, states.count)
            Self.load(states, range, of: cells.span, actionCount)
            let (span, width) = (cells.span, actionCount)
            switch (answers.choice, actionCount) {
            case (.lowest, 4): Self.find(states, range, in: span, 4, &answers.values, &answers.actions)
            case (.lowest, _): Self.find(states, range, in: span, width, &answers.values, &answers.actions)
            case (.sets, 4): Self.findTies(states, range, in: span, 4, &answers.values, &answers.sets)
            case (.sets, _): Self.findTies(states, range, in: span, width, &answers.values, &answers.sets)
            case (.wideSets, _): Self.findTies(states, range, in: span, width, &answers.values, &answers.wideSets)
            }
        }
    }

    /// Copies the values of states' rows one after another.
    ///
    /// - Parameters:
    ///   - states: [n] row indices.
    ///   - values: Made to hold [n × width] values.
    public func copyRows(_ states: Span<UInt64>, to values: inout [Float]) {
        values.resize(to: states.count * width, filling: 0)
        Self.copy(states, of: cells.span, width, to: &values)
    }

    /// Has the first and the last cell of each row loaded, so that the caches' misses overlap instead of following one
    /// another: a loop this short has many more rows under way than the search for a maximum.
    ///
    /// A row of up to eight cells lies in the one or two cache lines of its ends. What is loaded has to be used or the
    /// compiler drops the loop: visit counts have 32 bits, so their sum stays far below 2⁶³.
    @inline(__always)
    static func load<Row: FixedWidthInteger & BitwiseCopyable>(
        _ rows: Span<Row>,
        _ range: Range<Int>,
        of cells: Span<Cell>,
        _ actionCount: Int
    ) {
        var sum = 0
        for i in range {
            let start = Int(truncatingIfNeeded: rows[i]) &* actionCount
            let end = start &+ actionCount &- 1
            guard end < cells.count else { continue }
            sum &+= Int(cells[start].visitCount) | Int(cells[end].visitCount)
        }
        precondition(sum >= 0, "visit counts have 32 bits")
    }

    @inline(__always)
    private static func copy(
        _ rows: Span<UInt32>,
        _ range: Range<Int>,
        of cells: Span<Cell>,
        _ actionCount: Int,
        to words: inout [UInt32],
        from start: Int
    ) {
        var words = words.mutableSpan
        for i in range {
            let (source, target) = (Int(rows[i]) &* actionCount, start &+ i &* actionCount)
            guard source < cells.count else { continue }
            for action in 0..<actionCount {
                words[target &+ action] = cells[source &+ action].value.bitPattern
            }
        }
    }

    private static func copy(
        _ states: Span<UInt64>,
        of cells: Span<Cell>,
        _ actionCount: Int,
        to values: inout [Float]
    ) {
        var values = values.mutableSpan
        for i in 0..<states.count {
            let (source, target) = (Int(truncatingIfNeeded: states[i]) &* actionCount, i &* actionCount)
            for action in 0..<actionCount { values[target &+ action] = cells[source &+ action].value }
        }
    }

    /// Four actions share a word, so a range starts at a multiple of four.
    @inline(__always)
    private static func writeMaxima(
        _ rows: Span<UInt32>,
        _ range: Range<Int>,
        of cells: Span<Cell>,
        _ actionCount: Int,
        to words: inout [UInt32],
        from start: Int
    ) {
        var words = words.mutableSpan
        let packed = start + rows.count
        var i = range.lowerBound
        while i &+ 4 <= range.upperBound {
            let quad = GreedyQuad(cells, at: GreedyQuad.starts(of: rows, from: i, actionCount), actionCount)
            for lane in 0..<4 { words[start &+ i &+ lane] = quad.values[lane].bitPattern }
            words[packed &+ i / 4] = quad.packedActions
            i &+= 4
        }
        while i < range.upperBound {
            let row = GreedyQuad(cells, at: SIMD4(repeating: Int(rows[i]) &* actionCount), actionCount)
            words[start &+ i] = row.values[0].bitPattern
            words[packed &+ i / 4] |= row.actions[0] << UInt32(8 * (i % 4))
            i &+= 1
        }
    }

    @inline(__always)
    private static func find(
        _ states: Span<UInt64>,
        _ range: Range<Int>,
        in cells: Span<Cell>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        var i = range.lowerBound
        while i &+ 4 <= range.upperBound {
            let quad = GreedyQuad(cells, at: GreedyQuad.starts(of: states, from: i, actionCount), actionCount)
            quad.write(4, to: &values, &actions, from: i)
            i &+= 4
        }
        while i < range.upperBound {
            let start = Int(truncatingIfNeeded: states[i]) &* actionCount
            GreedyQuad(cells, at: SIMD4(repeating: start), actionCount).write(1, to: &values, &actions, from: i)
            i &+= 1
        }
    }
}
