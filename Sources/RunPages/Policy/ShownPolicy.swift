public import TabularLearning

/// A table with the names of its states and actions, ready to be looked into.
public struct ShownPolicy: Sendable {
    /// The digest of the whole table.
    public let digest: String
    /// Where it comes from, in words: `the finished table`, `the checkpoint of round 4096`.
    public let source: String
    let table: ActionValueTable
    let space: StateSpace
    let plan: FloorPlan?
    let explanation: @Sendable (UInt64) -> String
    let scenery: Offer<LateScenery>
    let past: Offer<RunPast>

    /// Bytes of its table.
    var byteCount: Int { table.cells.count * MemoryLayout<ActionValueTable.Cell>.stride }

    /// States that are worth a look, and how much of the table is known.
    let census: Census

    /// Takes a table.
    ///
    /// - Parameters:
    ///   - table: The table that acts, one row per state.
    ///   - space: Names its states and actions; of as many as it has.
    ///   - digest: The digest of the whole table.
    ///   - source: Where it comes from, in words.
    ///   - plan: Where its states lie, of a scenario that walks.
    ///   - explanation: A state and its decision in words, as well as the scenario can tell.
    ///   - scenery: What can be watched of it.
    ///   - past: What its run has been.
    public init(
        table: ActionValueTable,
        space: StateSpace,
        digest: String,
        source: String,
        plan: FloorPlan?,
        explanation: @escaping @Sendable (UInt64) -> String,
        scenery: Offer<LateScenery> = .missing("There is nothing to be watched."),
        past: Offer<RunPast> = .missing("The run cannot be done once more.")
    ) {
        precondition(UInt64(table.rowCount) == space.stateCount && table.actionCount == space.actionCount, "one shape")
        (self.table, self.space, self.digest, self.source) = (table, space, digest, source)
        self.plan = plan.flatMap { $0.places.count == table.rowCount ? $0 : nil }
        (self.explanation, self.scenery, self.past) = (explanation, scenery, past)
        census = Census(of: table)
    }

    /// One state's row.
    struct Row: Sendable, Hashable, Encodable {
        /// The state's number.
        let state: UInt64
        /// The state in words.
        let name: String
        /// By factor its level.
        let levels: [Int]
        /// By action; `nil` for one that was never tried.
        let values: [Float?]
        /// By action.
        let visits: [UInt32]
        /// The best of those that were tried; `nil` without any.
        let greedy: Int?
        /// Its value less that of the second; `nil` with fewer than two.
        let margin: Float?
        /// The decision in words.
        let words: String
    }

    /// The row of a state; `nil` where there is no such state.
    func row(of state: UInt64) -> Row? {
        guard state < space.stateCount else { return nil }
        let standing = Standing(of: table, row: Int(state))
        let cells = table.cells[standing.range]
        return Row(
            state: state,
            name: space.describe(state),
            levels: space.levels(of: state),
            values: cells.map { $0.visitCount > 0 && $0.value.isFinite ? $0.value : nil },
            visits: cells.map(\.visitCount),
            greedy: standing.best,
            margin: standing.margin,
            words: explanation(state)
        )
    }
}

/// How the actions of a state stand.
struct Standing {
    /// The row's cells.
    let range: Range<Int>
    /// The best action among those that were tried, the lowest of equals; `nil` without any.
    private(set) var best: Int?
    /// The best value less the second; `nil` with fewer than two tried.
    private(set) var margin: Float?
    /// How often any of them was tried.
    private(set) var visits: UInt64 = 0

    init(of table: ActionValueTable, row: Int) {
        let start = row * table.actionCount
        range = start..<(start + table.actionCount)
        let cells = table.cells
        var (highest, second) = (-Float.infinity, -Float.infinity)
        var tried = 0
        for action in 0..<table.actionCount {
            let cell = cells[start + action]
            guard cell.visitCount > 0 else { continue }
            tried += 1
            visits += UInt64(cell.visitCount)
            if cell.value > highest || best == nil {
                (second, highest, best) = (highest, cell.value, action)
            } else {
                second = max(second, cell.value)
            }
        }
        if tried > 1, (highest - second).isFinite { margin = highest - second }
    }
}

/// How much of a table is known, and which states are worth a look.
struct Census: Sendable, Hashable, Encodable {
    /// A state and what it stands out by.
    struct Entry: Sendable, Hashable, Encodable {
        let state: UInt64
        let visits: UInt64
        let margin: Float?
    }

    /// States of which some action was tried.
    private(set) var visitedStates = 0
    /// Updates of all states.
    private(set) var visits: UInt64 = 0
    /// The most visited states, the first first.
    private(set) var mostVisited: [Entry] = []
    /// Of the visited ones the least visited.
    private(set) var leastVisited: [Entry] = []
    /// Those whose best action is least ahead of the second; where they are equal, the most visited.
    private(set) var closest: [Entry] = []

    /// The states of each list.
    private static let length = 12

    init(of table: ActionValueTable) {
        for row in 0..<table.rowCount {
            let standing = Standing(of: table, row: row)
            guard standing.visits > 0 else { continue }
            visitedStates += 1
            visits += standing.visits
            let entry = Entry(state: UInt64(row), visits: standing.visits, margin: standing.margin)
            Self.insert(entry, into: &mostVisited) { $0.visits > $1.visits }
            Self.insert(entry, into: &leastVisited) { $0.visits < $1.visits }
            guard standing.margin != nil else { continue }
            Self.insert(entry, into: &closest) { one, other in
                let (first, second) = (one.margin ?? 0, other.margin ?? 0)
                return first < second || (first == second && one.visits > other.visits)
            }
        }
    }

    /// Keeps the first few in their order; of equals the one that came first.
    private static func insert(_ entry: Entry, into list: inout [Entry], before: (Entry, Entry) -> Bool) {
        if list.count == length, let last = list.last, !before(entry, last) { return }
        let place = list.firstIndex { before(entry, $0) } ?? list.endIndex
        list.insert(entry, at: place)
        if list.count > length { list.removeLast() }
    }
}
