/// What an ε-greedy learner needs of the rows it asked for: the greedy action of each, and what to bootstrap on.
public struct GreedyAnswers: Sendable {
    /// What is told of actions with the same value, in one of the three arrays below.
    public enum Choice: Sendable, Hashable {
        /// The lowest of them, in `actions`.
        case lowest
        /// All of them, of at most eight actions: in `sets`.
        case sets
        /// All of them, of up to 64 actions: in `wideSets`.
        case wideSets
    }

    /// Which of the arrays is filled; the others stay empty.
    public let choice: Choice
    /// What a transition into the state bootstraps on, one per query: in Q-learning maxₐ Q(s, a) over the allowed actions.
    public var values: [Float] = []
    /// The lowest greedy action.
    public var actions: [UInt8] = []
    /// All greedy actions as a bit set, bit a for action a.
    public var sets: [UInt8] = []
    /// The same for more than eight actions.
    public var wideSets: [UInt64] = []

    /// Creates an empty list of lowest actions.
    public init() {
        choice = .lowest
    }

    /// Creates an empty list.
    ///
    /// - Parameters:
    ///   - ties: Whether all the actions of a maximum are told or the lowest.
    ///   - actionCount: The width of a row.
    public init(ties: Ties, actionCount: Int) {
        choice =
            switch ties {
            case .lowest: .lowest
            case .random: actionCount <= 8 ? .sets : .wideSets
            }
    }

    /// The number of answers.
    @inlinable public var count: Int { values.count }

    /// Makes room for exactly this many answers; their content is unspecified.
    public mutating func resize(to count: Int) {
        values.resize(to: count, filling: 0)
        switch choice {
        case .lowest: actions.resize(to: count, filling: 0)
        case .sets: sets.resize(to: count, filling: 0)
        case .wideSets: wideSets.resize(to: count, filling: 0)
        }
    }

    /// Puts the answers to some of the queries in their place.
    ///
    /// - Parameters:
    ///   - start: The first of those queries.
    ///   - part: Their answers.
    public mutating func overwrite(from start: Int, with part: GreedyAnswers) {
        values.replaceSubrange(start..<(start + part.count), with: part.values)
        let range = start..<(start + part.count)
        switch choice {
        case .lowest: actions.replaceSubrange(range, with: part.actions)
        case .sets: sets.replaceSubrange(range, with: part.sets)
        case .wideSets: wideSets.replaceSubrange(range, with: part.wideSets)
        }
    }

    /// Reduces whole rows of action values, under masks and offsets if the queries have them.
    ///
    /// - Parameters:
    ///   - rows: [queries × actionCount] action values, row-major.
    ///   - actionCount: The width of a row.
    ///   - queries: The queries that were answered.
    public mutating func reduce(rows: [Float], actionCount: Int, queries: StepBatch.Queries) {
        resize(to: queries.count)
        guard choice == .lowest else { return reduceToSets(rows, actionCount, queries) }
        let (rows, offsets, masks) = (rows.span, queries.offsets.span, queries.masks.span)
        if !masks.isEmpty, offsets.isEmpty, actionCount <= Self.mostActionsOfMaskedQuads {
            switch actionCount {
            case 4: Self.reduce(rows, under: masks, 4, &values, &actions)
            default: Self.reduce(rows, under: masks, actionCount, &values, &actions)
            }
        } else if !masks.isEmpty || !offsets.isEmpty {
            Self.reduce(rows, plus: offsets, under: masks, actionCount, &values, &actions)
        } else if actionCount == 4 {
            Self.reduce(rows, 4, &values, &actions)
        } else {
            Self.reduce(rows, actionCount, &values, &actions)
        }
    }

    @inline(__always)
    private static func reduce(
        _ rows: Span<Float>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        var i = 0
        while i &+ 4 <= values.count {
            let starts = GreedyQuad.starts(ofRowsFrom: i, actionCount)
            GreedyQuad(rows, at: starts, actionCount).write(4, to: &values, &actions, from: i)
            i &+= 4
        }
        while i < values.count {
            let start = SIMD4(repeating: i &* actionCount)
            GreedyQuad(rows, at: start, actionCount).write(1, to: &values, &actions, from: i)
            i &+= 1
        }
    }

    /// Up to as many actions it is cheaper to compare forbidden actions too than to mispredict how many are allowed.
    private static var mostActionsOfMaskedQuads: Int { 8 }

    /// Four rows at a time, without offsets.
    @inline(__always)
    private static func reduce(
        _ rows: Span<Float>,
        under masks: Span<UInt64>,
        _ actionCount: Int,
        _ values: inout [Float],
        _ actions: inout [UInt8]
    ) {
        var values = values.mutableSpan
        var actions = actions.mutableSpan
        let all = ActionMask.all(actionCount)
        var (allowedByAny, emptyCount) = (UInt64(0), 0)
        for i in 0..<masks.count {
            allowedByAny |= masks[i]
            emptyCount &+= masks[i] == 0 ? 1 : 0
        }
        precondition(
            allowedByAny & ~all == 0 && emptyCount == 0 && masks.count == values.count,
            "a mask allows at least one of the actions"
        )
        var i = 0
        while i &+ 4 <= values.count {
            let masks = SIMD4(masks[i], masks[i &+ 1], masks[i &+ 2], masks[i &+ 3])
            let starts = GreedyQuad.starts(ofRowsFrom: i, actionCount)
            let quad = GreedyQuad(rows, at: starts, actionCount, under: SIMD4(truncatingIfNeeded: masks))
            quad.write(4, to: &values, &actions, from: i)
            i &+= 4
        }
        while i < values.count {
            let mask = SIMD4(repeating: UInt32(truncatingIfNeeded: masks[i]))
            let quad = GreedyQuad(rows, at: SIMD4(repeating: i &* actionCount), actionCount, under: mask)
            quad.write(1, to: &values, &actions, from: i)
            i &+= 1
        }
    }

    /// One row at a time, over the allowed actions only: with many actions most are not allowed.
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
        for query in 0..<values.count {
            let start = query &* actionCount
            var allowed = masks.isEmpty ? all : masks[query]
            precondition(allowed & ~all == 0 && allowed != 0, "a mask allows at least one of the actions")
            var best = -Float.infinity
            var bestAction = allowed.trailingZeroBitCount
            while allowed != 0 {
                let action = allowed.trailingZeroBitCount
                allowed &= allowed &- 1
                let value = rows[start &+ action] + (offsets.isEmpty ? 0 : offsets[start &+ action])
                let isBetter = value > best
                best = isBetter ? value : best
                bestAction = isBetter ? action : bestAction
            }
            values[query] = best
            actions[query] = UInt8(truncatingIfNeeded: bestAction)
        }
    }
}
