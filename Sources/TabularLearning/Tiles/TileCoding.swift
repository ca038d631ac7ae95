/// Overlapping grids over the states of a world: in each of them a state lies in one tile, and an action is worth what the weights
/// of its tiles add up to.
///
///     Q(s, a) = Σₜ w[tileₜ(s), a];  tileₜ(s): of each factor ⌊(level + (t (2d + 1) mod n)) / n⌋ for the d-th factor, t = 0 … n − 1
///
/// The world's levels are the n-th parts of a tile, so that every grid's edges lie between two levels and a tile is found in whole
/// numbers. Grids are displaced by 1, 3, 5, … parts, unlike in each factor. There is a row of the table for each tile of each grid:
/// nothing is hashed, and no index depends on who came first. One grid is the world's own table.
///
/// Source: Sutton & Barto 2018, §9.5.4; Miller and Glanz, *UNH_CMAC Version 2.1*, University of New Hampshire, 1996.
public struct TileCoding: Sendable, Hashable {
    /// The grids, n.
    public let tilingCount: Int
    /// The states of the world.
    public let worldSpace: StateSpace
    /// The rows of the table: first the grid, then where in it.
    public let space: StateSpace
    /// By factor, level and grid what a level adds to the row; those of the first factor have the grid's first row.
    private let parts: [[UInt64]]

    /// How many grids there may be.
    public static let limits = 1...256
    /// The most levels, each counted once for every grid.
    public static let mostParts = 1 << 22

    /// Lays grids over a world.
    ///
    /// - Parameters:
    ///   - world: Its states; `finding` has none.
    ///   - tilingCount: The grids.
    public init(_ world: StateSpace, tilingCount: Int) {
        precondition(Self.finding(world, tilingCount: tilingCount) == nil, "grids that can be laid")
        self.tilingCount = tilingCount
        worldSpace = world
        space = Self.rows(over: world, tilingCount: tilingCount)
        parts = world.factors.indices.map { [space] factor in
            let stride = space.stride(ofFactor: factor + 1)
            return (0..<world.factors[factor].levelCount).flatMap { level in
                (0..<tilingCount).map { tiling in
                    let tile = (level + Self.offset(tiling, factor, tilingCount)) / tilingCount
                    return UInt64(tile) * stride + (factor == 0 ? UInt64(tiling) * space.stride(ofFactor: 0) : 0)
                }
            }
        }
    }

    /// The rows of a table for grids that can be laid.
    public static func rows(over world: StateSpace, tilingCount: Int) -> StateSpace {
        StateSpace(
            factors: [.init("tiling", count: tilingCount)]
                + world.factors.indices.map {
                    .init(world.factors[$0].name, count: tileCount(of: world, $0, tilingCount))
                },
            actions: world.actions
        )
    }

    /// Looks for why grids cannot be laid.
    ///
    /// - Parameters:
    ///   - world: The states.
    ///   - tilingCount: The grids.
    /// - Returns: A sentence; `nil` where they can.
    public static func finding(_ world: StateSpace, tilingCount: Int) -> String? {
        guard limits.contains(tilingCount) else {
            return "\(tilingCount) tilings: there are \(limits.lowerBound) to \(limits.upperBound)"
        }
        var parts = 0
        for factor in world.factors {
            let (more, overflow) = factor.levelCount.multipliedReportingOverflow(by: tilingCount)
            guard !overflow, more <= mostParts - parts else {
                return "\(tilingCount) tilings have more than \(mostParts) parts of tiles: use fewer, or larger tiles"
            }
            parts += more
        }
        var rows = UInt64(tilingCount)
        for factor in world.factors.indices {
            let tiles = UInt64(tileCount(of: world, factor, tilingCount))
            let (product, overflow) = rows.multipliedReportingOverflow(by: tiles)
            guard !overflow, product <= ActionValueTable.maximumCellCount / UInt64(world.actionCount) else {
                return "\(tilingCount) tilings have more than 2^32 weights: use fewer, or larger tiles"
            }
            rows = product
        }
        return nil
    }

    /// How many levels a grid is displaced in a factor.
    private static func offset(_ tiling: Int, _ factor: Int, _ tilingCount: Int) -> Int {
        tiling * (2 * factor + 1) % tilingCount
    }

    /// The tiles of a factor that are needed for all grids.
    private static func tileCount(of world: StateSpace, _ factor: Int, _ tilingCount: Int) -> Int {
        let farthest = (0..<tilingCount).reduce(0) { max($0, offset($1, factor, tilingCount)) }
        return (world.factors[factor].levelCount - 1 + farthest) / tilingCount + 1
    }

    /// Finds the rows of many states.
    ///
    /// - Parameters:
    ///   - states: [n] states of the world.
    ///   - rows: Made to hold [n × tilings] rows, those of a state one after another in the order of the grids.
    public func write(_ states: [UInt64], to rows: inout [UInt64]) {
        rows.resize(to: states.count * tilingCount, filling: 0)
        var rests = states
        var rows = rows.mutableSpan
        for index in 0..<rows.count { rows[index] = 0 }
        for factor in parts.indices.reversed() {
            let levels = parts[factor]
            Self.add(levels.span, UInt64(worldSpace.factors[factor].levelCount), tilingCount, &rests, &rows)
        }
    }

    /// Takes a factor's level off each number and adds what it means to the rows of all grids.
    @inline(__always)
    private static func add(
        _ parts: Span<UInt64>,
        _ levelCount: UInt64,
        _ tilingCount: Int,
        _ rests: inout [UInt64],
        _ rows: inout MutableSpan<UInt64>
    ) {
        var rests = rests.mutableSpan
        for query in 0..<rests.count {
            let (rest, level) = rests[query].quotientAndRemainder(dividingBy: levelCount)
            rests[query] = rest
            let (start, first) = (query &* tilingCount, Int(truncatingIfNeeded: level) &* tilingCount)
            for tiling in 0..<tilingCount { rows[start &+ tiling] &+= parts[first &+ tiling] }
        }
    }

    /// The rows of a state, in the order of the grids.
    public func rows(of state: UInt64) -> [UInt64] {
        var rows: [UInt64] = []
        write([state], to: &rows)
        return rows
    }

    /// Adds up rows: in double precision, grid after grid, whoever had them.
    ///
    /// - Parameters:
    ///   - weights: [n × tilings × actions] weights.
    ///   - values: Made to hold [n × actions] action values.
    public func sum(_ weights: [Float], to values: inout [Float]) {
        let actionCount = space.actionCount
        let (width, questionCount) = (tilingCount * actionCount, weights.count / (tilingCount * actionCount))
        values.resize(to: questionCount * actionCount, filling: 0)
        let weights = weights.span
        var values = values.mutableSpan
        for question in 0..<questionCount {
            for action in 0..<actionCount {
                var (sum, place) = (0.0, question &* width &+ action)
                for _ in 0..<tilingCount {
                    sum += Double(weights[place])
                    place &+= actionCount
                }
                values[question &* actionCount &+ action] = Float(sum)
            }
        }
    }

    /// What a table of weights says of a state.
    ///
    /// - Parameters:
    ///   - state: A state of the world.
    ///   - table: A row each tile.
    /// - Returns: [actions] action values.
    public func values(of state: UInt64, in table: ActionValueTable) -> [Float] {
        let rows = rows(of: state)
        return (0..<space.actionCount).map { action in
            var sum = 0.0
            for row in rows { sum += Double(table.cells[Int(row) * table.width + action].value) }
            return Float(sum)
        }
    }
}

extension TileCoding {
    /// The action that a table of weights is played by: the best of those that were ever tried in any of a state's tiles,
    /// the lowest of equals.
    ///
    /// - Parameters:
    ///   - state: A state of the world.
    ///   - table: A row each tile.
    ///   - mask: The allowed actions, as bits.
    /// - Returns: The action; `nil` where no allowed one was tried.
    public func greedyAction(of state: UInt64, in table: ActionValueTable, allowed mask: UInt64) -> Int? {
        let (rows, values) = (rows(of: state), values(of: state, in: table))
        return values.indices
            .filter { action in
                mask >> UInt64(action) & 1 == 1
                    && rows.contains { table.cells[Int($0) * table.width + action].visitCount > 0 }
            }
            .max { (values[$0], $1) < (values[$1], $0) }
    }

    /// Why sums cannot be learned with these settings; `nil` where they can.
    public static func objection(to parameters: LearningParameters) -> String? {
        let (rule, name) = (parameters.update.rule, parameters.update.rawValue)
        if rule.planeCount > 1 {
            return "\(name) keeps several values of each action, and tiles have one weight: use a rule of one"
        }
        if rule.hasOwnMove {
            return "\(name) moves values in a way of its own, which is none of weights that are added up: use another"
        }
        if rule.average != nil { return "\(name) learns above an average, which is not had with tiles: use another" }
        if parameters.replay != .none {
            return "--replay \(parameters.replay.rawValue) learns from decisions whose weights are gone: leave it out"
        }
        if parameters.initialValue != 0 {
            return "--initial-value \(parameters.initialValue): the weights of tiles begin with 0: leave it out"
        }
        return nil
    }
}
