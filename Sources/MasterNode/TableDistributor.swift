internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// Gives the shards the cells of a table, a chunk of each shard at a time.
struct TableDistributor {
    private let cells: [[ActionValueTable.Cell]]
    private var taken: [Int]
    /// How many shards do not have all their cells.
    private(set) var waitingCount: Int

    /// The most cells sent at once: 1 MiB.
    private static let chunkSize = 1 << 17

    /// Creates a distributor of a whole table.
    init(_ table: ActionValueTable, to partitioner: Partitioner) {
        let width = table.width
        let nothing = ActionValueTable.Cell(value: 0, visitCount: 0)
        var cells = partitioner.rowCounts.map { Array(repeating: nothing, count: $0 * width) }
        partitioner.forEachBlock(of: UInt64(table.rowCount)) { start, places in
            for (offset, place) in places.enumerated() {
                let (source, target) = ((start + offset) * width, Int(place & 0xFFFF_FFFF) * width)
                for action in 0..<width { cells[Int(place >> 32)][target + action] = table.cells[source + action] }
            }
        }
        self.cells = cells
        taken = cells.map { _ in 0 }
        waitingCount = cells.count { !$0.isEmpty }
    }

    /// A distributor to no shards, to stand where another is being changed.
    static var nothing: Self { Self() }

    private init() {
        (cells, taken, waitingCount) = ([], [], 0)
    }

    /// The shards that do not have all their cells.
    var waitingShards: [Int] { cells.indices.filter { taken[$0] < cells[$0].count } }

    /// The next part for a shard; `nil` when it has all.
    func next(shard: Int) -> CellsFrame? {
        let start = taken[shard]
        guard start < cells[shard].count else { return nil }
        return CellsFrame(
            start: start,
            updateCount: 0,
            cells: Array(cells[shard][start..<min(start + Self.chunkSize, cells[shard].count)])
        )
    }

    /// Notes that a shard has taken its cells up to `end`; `false` for an answer that came twice.
    mutating func note(taken end: UInt64, by shard: Int) -> Bool {
        guard let sent = next(shard: shard), end == UInt64(sent.start + sent.cells.count) else { return false }
        taken[shard] = Int(end)
        if taken[shard] == cells[shard].count { waitingCount -= 1 }
        return true
    }
}
