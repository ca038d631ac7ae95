public import TabularLearning

/// What makes states of a system's numbers: bins, or tiles of overlapping grids.
public enum ControlCoder: Sendable, Hashable {
    /// A row of the table each state.
    case bins(BinCoder)
    /// Action values are sums over tiles.
    case tiles(TileCoder)

    /// The levels of each number.
    public var levelCounts: [Int] {
        switch self {
        case .bins(let coder): coder.levelCounts
        case .tiles(let coder): coder.levelCounts
        }
    }

    /// Whether action values are sums over tiles.
    public var isTiled: Bool {
        switch self {
        case .bins: false
        case .tiles: true
        }
    }

    /// The state of some numbers.
    @inlinable
    public func state(of numbers: SIMD4<Double>) -> UInt64 {
        switch self {
        case .bins(let coder): coder.state(of: numbers)
        case .tiles(let coder): coder.state(of: numbers)
        }
    }

    /// The states that a system has, and its actions.
    ///
    /// - Parameter problem: Has as many numbers as the coder is for.
    /// - Returns: The levels, by variable.
    public func states(of problem: some ControlProblem) -> StateSpace {
        StateSpace(
            factors: zip(problem.variables, levelCounts).map { .init($0.name, count: $1) },
            actions: problem.actions
        )
    }

    /// The rows of the table: a system's states, or the tiles of all grids over them.
    public func rows(of problem: some ControlProblem) -> StateSpace {
        switch self {
        case .bins: states(of: problem)
        case .tiles(let coder): TileCoding.rows(over: states(of: problem), tilingCount: coder.tilings)
        }
    }

    /// The grids over a system's states; `nil` of bins.
    public func tileCoding(of problem: some ControlProblem) -> TileCoding? {
        switch self {
        case .bins: nil
        case .tiles(let coder): TileCoding(states(of: problem), tilingCount: coder.tilings)
        }
    }

    /// Looks for what is wrong with it.
    ///
    /// - Parameter problem: What it is to be for.
    /// - Returns: A sentence; `nil` where nothing is wrong.
    public func finding(for problem: some ControlProblem) -> String? {
        switch self {
        case .bins(let coder): return coder.finding(for: problem.variables.count)
        case .tiles(let coder):
            if let finding = coder.finding(for: problem.variables.count) { return finding }
            // At most 256000 levels of each of four numbers, which a state of 64 bits does not hold together.
            let stateCount = coder.levelCounts.reduce(1.0) { $0 * Double($1) }
            guard stateCount < 0x1p62 else {
                return "tiles make more than 2^62 states: use fewer tilings, or larger tiles"
            }
            return TileCoding.finding(states(of: problem), tilingCount: coder.tilings)
        }
    }
}

extension ControlCoder: Codable {
    private enum Key: CodingKey { case tilings }

    /// Reads whichever was written.
    public init(from decoder: any Decoder) throws {
        let isTiled = try decoder.container(keyedBy: Key.self).contains(.tilings)
        self = isTiled ? .tiles(try TileCoder(from: decoder)) : .bins(try BinCoder(from: decoder))
    }

    /// Writes the one it is.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .bins(let coder): try coder.encode(to: encoder)
        case .tiles(let coder): try coder.encode(to: encoder)
        }
    }
}
