/// The greedy values of four rows, and of each row all the actions that attain it.
///
/// Found as in `GreedyQuad`, with one more comparison an action.
struct TiedQuad {
    /// maxₐ Q(s, a) of each row.
    var values: SIMD4<Float>
    /// The actions below 32 that attain it, as bit sets.
    var low = SIMD4<UInt32>(repeating: 1)
    /// Those from 32 on.
    var high = SIMD4<UInt32>.zero

    /// Reads four rows.
    ///
    /// - Parameters:
    ///   - cells: The rows, one after another.
    ///   - starts: The index of each row's first element.
    ///   - actionCount: The width of a row, at least 1.
    @inline(__always)
    init<Element: ActionValued>(_ cells: Span<Element>, at starts: SIMD4<Int>, _ actionCount: Int) {
        values = GreedyQuad.column(0, of: cells, at: starts)
        for action in 1..<max(1, min(32, actionCount)) {
            Self.look(at: action, GreedyQuad.column(action, of: cells, at: starts), &values, &low)
        }
        guard actionCount > 32 else { return }
        for action in 32..<actionCount {
            let before = values
            Self.look(at: action, GreedyQuad.column(action, of: cells, at: starts), &values, &high)
            low.replace(with: 0, where: values .> before)
        }
    }

    /// Looks at four rows by what their actions are worth to a rule.
    ///
    /// - Parameters:
    ///   - actionCount: At most 32.
    ///   - column: What an action is worth in each of the rows.
    @inline(__always)
    init(_ actionCount: Int, column: (_ action: Int) -> SIMD4<Float>) {
        (values, low) = (SIMD4(repeating: -Float.infinity), .zero)
        for action in 0..<actionCount { Self.look(at: action, column(action), &values, &low) }
    }

    @inline(__always)
    private static func look(
        at action: Int,
        _ candidates: SIMD4<Float>,
        _ values: inout SIMD4<Float>,
        _ tied: inout SIMD4<UInt32>
    ) {
        let bit = SIMD4<UInt32>(repeating: 1 &<< UInt32(truncatingIfNeeded: action))
        let isBetter = candidates .> values
        tied.replace(with: 0, where: isBetter)
        tied |= SIMD4<UInt32>.zero.replacing(with: bit, where: candidates .>= values)
        values.replace(with: candidates, where: isBetter)
    }

    /// The actions of one of the rows as a bit set.
    @inline(__always)
    func set(_ row: Int) -> UInt64 { UInt64(low[row]) | UInt64(high[row]) &<< 32 }

    /// The sets as four bytes, the first row's lowest; for at most eight actions.
    @inline(__always)
    var packedSets: UInt32 { low[0] | low[1] << 8 | low[2] << 16 | low[3] << 24 }

    /// Writes the first `count` of the four answers.
    @inline(__always)
    func write<ActionSet: FixedWidthInteger & BitwiseCopyable>(
        _ count: Int,
        to values: inout MutableSpan<Float>,
        _ sets: inout MutableSpan<ActionSet>,
        from i: Int
    ) {
        for row in 0..<count {
            values[i &+ row] = self.values[row]
            sets[i &+ row] = ActionSet(truncatingIfNeeded: set(row))
        }
    }
}
