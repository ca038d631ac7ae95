internal import Rounds
internal import TabularLearning
internal import WireProtocol

/// Brings together the cells that the shards had at one moment, a chunk of each shard at a time.
///
/// Its first requests travel behind the last updates, so an answer also proves that those have been applied.
struct TableCollector {
    /// Which copy of the cells this is, counted over the run; old answers carry another number.
    let copy: UInt64

    private let actionCount: Int
    private let planeCount: Int
    private let cellCounts: [Int]
    private var cells: [[ActionValueTable.Cell]]
    private var isDone: [Bool]
    /// How many shards' cells are not complete.
    private(set) var waitingCount: Int
    /// The updates that each shard says it has applied.
    private(set) var updateCounts: [UInt64]

    /// The most cells asked for at once, 1 MiB: rounds do not wait long behind a chunk.
    private static let chunkSize = 1 << 17

    /// Creates a collector; where the table is not `wanted` it asks for no cells, only for the proof.
    init(copy: UInt64, partitioner: Partitioner, actionCount: Int, planeCount: Int, wanted: Bool) {
        self.copy = copy
        self.actionCount = actionCount
        self.planeCount = planeCount
        let width = actionCount * planeCount
        cellCounts = partitioner.rowCounts.map { wanted ? $0 * width : 0 }
        cells = cellCounts.map { _ in [] }
        isDone = cellCounts.map { _ in false }
        waitingCount = cellCounts.count
        updateCounts = cellCounts.map { _ in 0 }
    }

    /// A collector of no shards, to stand where another is being changed.
    static var nothing: Self { Self() }

    private init() {
        (copy, actionCount, planeCount, cellCounts, cells, isDone, waitingCount, updateCounts) =
            (0, 0, 1, [], [], [], 0, [])
    }

    /// The shards whose cells are not complete.
    var waitingShards: [Int] { isDone.indices.filter { !isDone[$0] } }

    /// Whether a shard's cells are not complete.
    func isWaiting(for shard: Int) -> Bool { !isDone[shard] }

    /// The next part of a shard to ask for; `nil` when it is complete.
    func nextRequest(shard: Int) -> DumpRequestFrame? {
        guard !isDone[shard] else { return nil }
        let start = cells[shard].count
        return DumpRequestFrame(start: start, count: min(Self.chunkSize, cellCounts[shard] - start))
    }

    /// Takes the part of a shard that was asked for; `false` for one that came twice.
    mutating func accept(_ frame: CellsFrame, from shard: Int) throws(FrameFailure) -> Bool {
        guard let asked = nextRequest(shard: shard), frame.start == asked.start else { return false }
        guard frame.cells.count == asked.count else {
            throw FrameFailure(.malformed, "\(frame.cells.count) cells, asked were \(asked.count)")
        }
        guard frame.cells.allSatisfy(\.value.isFinite) else {
            throw FrameFailure(.malformed, "an action value is not a finite number")
        }
        guard cells[shard].isEmpty || frame.updateCount == updateCounts[shard] else {
            throw FrameFailure(
                .malformed,
                "\(frame.updateCount) updates applied, an earlier part of the copy said \(updateCounts[shard])"
            )
        }
        updateCounts[shard] = frame.updateCount
        cells[shard].append(contentsOf: frame.cells)
        isDone[shard] = cells[shard].count == cellCounts[shard]
        if isDone[shard] { waitingCount -= 1 }
        return true
    }

    /// Puts the rows in the order of the states, behind the updates that were in the cells that the shards were given.
    func assemble(stateCount: UInt64, _ partitioner: Partitioner, updatesBefore: UInt64) -> ActionValueTable {
        var table = ActionValueTable(
            rowCount: Int(stateCount),
            actionCount: actionCount,
            planeCount: planeCount,
            initialValue: 0
        )
        let width = table.width
        // What a shard says may be any number; the ledger has found out before this is asked for.
        table.updateCount = updateCounts.reduce(updatesBefore, &+)
        partitioner.forEachBlock(of: stateCount) { start, places in
            var chunk: [ActionValueTable.Cell] = []
            chunk.reserveCapacity(places.count * width)
            for place in places {
                let first = Int(place & 0xFFFF_FFFF) * width
                chunk.append(contentsOf: cells[Int(place >> 32)][first..<(first + width)])
            }
            table.replaceCells(from: start * width, with: chunk)
        }
        return table
    }
}

extension Partitioner {
    /// Calls `body` with the first state of a block and the places of its states, block after block.
    func forEachBlock(of stateCount: UInt64, _ body: (_ start: Int, _ places: [Place]) -> Void) {
        var (places, counts): ([Place], [Int]) = ([], [])
        let block = 4096
        for start in stride(from: 0, to: Int(stateCount), by: block) {
            let states = start..<min(start + block, Int(stateCount))
            locate(states.map { UInt64($0) }, into: &places, counting: &counts)
            body(start, places)
        }
    }
}
