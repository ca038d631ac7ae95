extension ActionValueTable {
    /// Appends rows one after another as IEEE 754 bits; a row that the table does not have counts as zeros.
    ///
    /// - Parameters:
    ///   - rows: [n] row indices.
    ///   - words: Gets [n × actionCount] words appended.
    public func appendRows(_ rows: Span<UInt32>, to words: inout [UInt32]) {
        let start = words.count
        words.append(contentsOf: repeatElement(0, count: rows.count * actionCount))
        let cells = cells.span
        var words = words.mutableSpan
        var target = start
        for i in 0..<rows.count {
            let source = Int(rows[i]) * actionCount
            if Int(rows[i]) < rowCount {
                for action in 0..<actionCount { words[target + action] = cells[source + action].value.bitPattern }
            }
            target += actionCount
        }
    }

    /// Appends the greedy value of each row as IEEE 754 bits, then the greedy actions, four to a word.
    ///
    /// - Parameters:
    ///   - rows: [n] row indices, each below `rowCount`.
    ///   - words: Gets n + ⌈n / 4⌉ words appended.
    public func appendMaxima(_ rows: Span<UInt32>, to words: inout [UInt32]) {
        let start = words.count
        words.append(contentsOf: repeatElement(0, count: rows.count + (rows.count + 3) / 4))
        let cells = cells.span
        var words = words.mutableSpan
        let packed = start + rows.count
        for i in 0..<rows.count {
            let (value, action) = Self.greedy(in: cells, from: Int(rows[i]) * actionCount, actionCount)
            words[start + i] = value.bitPattern
            words[packed + i / 4] |= UInt32(truncatingIfNeeded: action) << UInt32(8 * (i % 4))
        }
    }

    /// Finds the greedy action of each state's row and its value, the lowest action on ties.
    ///
    /// - Parameters:
    ///   - states: [n] row indices.
    ///   - answers: Gets n answers.
    public func greedy(_ states: Span<UInt64>, into answers: inout GreedyAnswers) {
        answers.resize(to: states.count)
        Self.findGreedy(states, in: cells.span, actionCount, &answers.values, &answers.actions)
    }

    private static func findGreedy(
        _ states: Span<UInt64>,
        in cells: Span<Cell>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        for i in 0..<states.count {
            let (value, action) = greedy(in: cells, from: Int(states[i]) * actionCount, actionCount)
            values[i] = value
            actions[i] = UInt8(truncatingIfNeeded: action)
        }
    }

    /// Selects without branches: which action is best is as good as random, and a mispredicted branch costs more than
    /// the comparison.
    @inline(__always)
    private static func greedy(in cells: Span<Cell>, from start: Int, _ actionCount: Int) -> (Float, Int) {
        if actionCount == 4 { return greedyOfFour(in: cells, from: start) }
        var best = cells[start].value
        var bestAction = 0
        for action in 1..<max(1, actionCount) {
            let value = cells[start + action].value
            let isBetter = value > best
            best = isBetter ? value : best
            bestAction = isBetter ? action : bestAction
        }
        return (best, bestAction)
    }

    @inline(__always)
    private static func greedyOfFour(in cells: Span<Cell>, from start: Int) -> (Float, Int) {
        let row = cells.extracting(start..<(start + 4))
        let (a, b, c, d) = (row[0].value, row[1].value, row[2].value, row[3].value)
        let first = b > a ? 1 : 0
        let second = d > c ? 3 : 2
        let (left, right) = (b > a ? b : a, d > c ? d : c)
        return right > left ? (right, second) : (left, first)
    }
}
