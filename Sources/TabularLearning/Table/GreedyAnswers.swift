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
        let (rows, offsets, masks) = (rows.span, queries.offsets.span, queries.masks.span)
        if masks.isEmpty && offsets.isEmpty {
            Self.reduce(rows, actionCount, &values, &actions)
        } else {
            Self.reduce(rows, plus: offsets, under: masks, actionCount, &values, &actions)
        }
    }

    private static func reduce(
        _ rows: Span<Float>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        for i in stride(from: 0, to: values.count, by: 4) {
            let count = min(4, values.count - i)
            let starts = GreedyQuad.starts(ofRows: i, count, actionCount)
            GreedyQuad(rows, at: starts, actionCount).write(count, to: &values, &actions, from: i)
        }
    }

    private static func reduce(
        _ rows: Span<Float>,
        plus offsets: Span<Float>,
        under masks: Span<UInt64>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        let all = ActionMask.all(actionCount)
        for i in stride(from: 0, to: values.count, by: 4) {
            let count = min(4, values.count - i)
            var allowed = SIMD4(repeating: all)
            if !masks.isEmpty {
                for lane in 0..<count { allowed[lane] = masks[i + lane] }
            }
            let isValid = (allowed .!= 0) .& (allowed & ~all .== 0)
            precondition(isValid == .init(repeating: true), "a mask allows at least one of the actions")
            let starts = GreedyQuad.starts(ofRows: i, count, actionCount)
            GreedyQuad(rows, plus: offsets, under: allowed, at: starts, actionCount)
                .write(count, to: &values, &actions, from: i)
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
