/// What ε-greedy Q-learning needs of the rows it asked for: the greedy action of each and its value.
public struct GreedyAnswers: Sendable {
    /// maxₐ Q(s, a) over the allowed actions, one per query.
    public var values: [Float] = []
    /// The action that attains it, the lowest on ties.
    public var actions: [UInt8] = []

    /// Creates an empty list.
    public init() {}

    /// The number of answers.
    @inlinable public var count: Int { values.count }

    /// Makes room for exactly this many answers; their content is unspecified.
    public mutating func resize(to count: Int) {
        values.resize(to: count, filling: 0)
        actions.resize(to: count, filling: 0)
    }

    /// Reduces whole rows of action values, under masks and offsets if the queries have them.
    ///
    /// - Parameters:
    ///   - rows: [queries × actionCount] action values, row-major.
    ///   - actionCount: The width of a row.
    ///   - queries: The queries that were answered.
    public mutating func reduce(rows: [Float], actionCount: Int, queries: StepBatch.Queries) {
        resize(to: queries.count)
        if queries.masks.isEmpty && queries.offsets.isEmpty {
            Self.reducePlain(rows: rows.span, actionCount: actionCount, &values, &actions)
        } else {
            reduceMasked(rows: rows.span, actionCount: actionCount, queries: queries)
        }
    }

    private static func reducePlain(
        rows: Span<Float>,
        actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        var start = 0
        for query in 0..<values.count {
            var best = rows[start]
            var bestAction = 0
            for action in 1..<max(1, actionCount) where rows[start + action] > best {
                best = rows[start + action]
                bestAction = action
            }
            values[query] = best
            actions[query] = UInt8(truncatingIfNeeded: bestAction)
            start += actionCount
        }
    }

    private mutating func reduceMasked(rows: Span<Float>, actionCount: Int, queries: StepBatch.Queries) {
        let all = ActionMask.all(actionCount)
        for query in 0..<queries.count {
            let start = query * actionCount
            var allowed = queries.masks.isEmpty ? all : queries.masks[query]
            precondition(allowed & all == allowed && allowed != 0, "a mask allows at least one of the actions")
            var best = -Float.infinity
            var bestAction = allowed.trailingZeroBitCount
            while allowed != 0 {
                let action = allowed.trailingZeroBitCount
                allowed &= allowed - 1
                let offset = queries.offsets.isEmpty ? 0 : queries.offsets[start + action]
                let value = rows[start + action] + offset
                if value > best {
                    best = value
                    bestAction = action
                }
            }
            values[query] = best
            actions[query] = UInt8(truncatingIfNeeded: bestAction)
        }
    }
}

extension Array {
    /// Makes the array exactly this long, reusing its memory.
    public mutating func resize(to count: Int, filling value: Element) {
        if self.count > count {
            removeLast(self.count - count)
        } else if self.count < count {
            append(contentsOf: repeatElement(value, count: count - self.count))
        }
    }
}
