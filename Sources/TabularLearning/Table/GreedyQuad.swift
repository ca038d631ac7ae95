/// An element of a row that has an action value.
protocol ActionValued: BitwiseCopyable {
    /// Q(s, a).
    var actionValue: Float { get }
}

extension ActionValueTable.Cell: ActionValued {
    @inline(__always) var actionValue: Float { value }
}

extension Float: ActionValued {
    @inline(__always) var actionValue: Float { self }
}

/// The greedy values and actions of four rows, found action by action for all four at once.
///
/// Vector comparisons select without branches: which action is best is as good as random, and a mispredicted branch
/// cannot be repaired before the row has come from memory.
struct GreedyQuad {
    /// maxₐ Q(s, a) of each row.
    var values: SIMD4<Float>
    /// The action that attains it, the lowest on ties.
    var actions = SIMD4<UInt32>.zero

    /// Reads four rows.
    ///
    /// - Parameters:
    ///   - cells: The rows, one after another.
    ///   - starts: The index of each row's first element.
    ///   - actionCount: The width of a row, at least 1.
    @inline(__always)
    init<Element: ActionValued>(_ cells: Span<Element>, at starts: SIMD4<Int>, _ actionCount: Int) {
        values = Self.column(0, of: cells, at: starts)
        for action in 1..<max(1, actionCount) {
            let candidates = Self.column(action, of: cells, at: starts)
            let isBetter = candidates .> values
            values.replace(with: candidates, where: isBetter)
            actions.replace(with: UInt32(truncatingIfNeeded: action), where: isBetter)
        }
    }

    /// Reads four rows under masks of at most 32 actions, none of them empty.
    @inline(__always)
    init<Element: ActionValued>(
        _ cells: Span<Element>,
        at starts: SIMD4<Int>,
        _ actionCount: Int,
        under masks: SIMD4<UInt32>
    ) {
        // Where no allowed value is above −∞ the lowest allowed action stands; from the highest down it comes last.
        values = SIMD4(repeating: -Float.infinity)
        for action in (0..<actionCount).reversed() {
            let bit = UInt32(1) &<< UInt32(truncatingIfNeeded: action)
            let isAllowed = (masks & bit) .!= 0
            actions.replace(with: UInt32(truncatingIfNeeded: action), where: isAllowed)
        }
        for action in 0..<actionCount {
            // Adding zero turns −0 into +0, as adding an offset does.
            let candidates = Self.column(action, of: cells, at: starts) + SIMD4(repeating: 0)
            let bit = UInt32(1) &<< UInt32(truncatingIfNeeded: action)
            let isBetter = (candidates .> values) .& ((masks & bit) .!= 0)
            values.replace(with: candidates, where: isBetter)
            actions.replace(with: UInt32(truncatingIfNeeded: action), where: isBetter)
        }
    }

    /// The starts of four rows that are named one after another.
    @inline(__always)
    static func starts<Row: FixedWidthInteger & BitwiseCopyable>(
        of rows: Span<Row>,
        from i: Int,
        _ actionCount: Int
    ) -> SIMD4<Int> {
        SIMD4(
            Int(truncatingIfNeeded: rows[i]) &* actionCount,
            Int(truncatingIfNeeded: rows[i &+ 1]) &* actionCount,
            Int(truncatingIfNeeded: rows[i &+ 2]) &* actionCount,
            Int(truncatingIfNeeded: rows[i &+ 3]) &* actionCount
        )
    }

    /// The starts of four rows that stand one after another.
    @inline(__always)
    static func starts(ofRowsFrom first: Int, _ actionCount: Int) -> SIMD4<Int> {
        SIMD4(
            first &* actionCount,
            (first &+ 1) &* actionCount,
            (first &+ 2) &* actionCount,
            (first &+ 3) &* actionCount
        )
    }

    /// Writes the first `count` of the four answers.
    @inline(__always)
    func write(_ count: Int, to values: inout MutableSpan<Float>, _ actions: inout MutableSpan<UInt8>, from i: Int) {
        for lane in 0..<count {
            values[i &+ lane] = self.values[lane]
            actions[i &+ lane] = UInt8(truncatingIfNeeded: self.actions[lane])
        }
    }

    /// The actions as four bytes, the first row's lowest.
    var packedActions: UInt32 {
        actions[0] | actions[1] << 8 | actions[2] << 16 | actions[3] << 24
    }

    /// An action's values in four rows.
    @inline(__always)
    static func column<Element: ActionValued>(
        _ action: Int,
        of cells: Span<Element>,
        at starts: SIMD4<Int>
    ) -> SIMD4<Float> {
        SIMD4(
            cells[starts[0] &+ action].actionValue,
            cells[starts[1] &+ action].actionValue,
            cells[starts[2] &+ action].actionValue,
            cells[starts[3] &+ action].actionValue
        )
    }
}
