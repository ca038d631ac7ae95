internal import TabularLearning
internal import WireProtocol

/// Brings the shards' cells together, a chunk of each shard at a time.
///
/// Its requests travel behind the last updates, so an answer also proves that those have been applied.
struct TableCollector {
    private let actionCount: Int
    private let cellCounts: [Int]
    private var cells: [[ActionValueTable.Cell]]
    private var isDone: [Bool]

    /// Creates a collector; where the table is not `wanted` it asks for no cells, only for the proof.
    init(partitioner: Partitioner, actionCount: Int, wanted: Bool) {
        self.actionCount = actionCount
        cellCounts = partitioner.rowCounts.map { wanted ? $0 * actionCount : 0 }
        cells = cellCounts.map { _ in [] }
        isDone = cellCounts.map { _ in false }
    }

    /// The shards whose cells are not complete.
    var waitingShards: [Int] { isDone.indices.filter { !isDone[$0] } }

    /// The next part of a shard to ask for; `nil` when it is complete.
    func nextRequest(shard: Int) -> DumpRequestFrame? {
        guard !isDone[shard] else { return nil }
        let start = cells[shard].count
        return DumpRequestFrame(start: start, count: min(DumpFrame.maximumCellCount, cellCounts[shard] - start))
    }

    /// Takes the part of a shard that was asked for; `false` for one that is old or came twice.
    mutating func accept(_ dump: DumpFrame, from shard: Int) throws(FrameFailure) -> Bool {
        guard let asked = nextRequest(shard: shard), dump.start == asked.start else { return false }
        guard dump.cells.count == asked.count else {
            throw FrameFailure(.malformed, "\(dump.cells.count) cells, asked were \(asked.count)")
        }
        cells[shard].append(contentsOf: dump.cells)
        isDone[shard] = cells[shard].count == cellCounts[shard]
        return true
    }

    /// Puts the rows in the order of the states.
    func assemble(stateCount: UInt64, _ partitioner: Partitioner) -> ActionValueTable {
        var table = ActionValueTable(rowCount: Int(stateCount), actionCount: actionCount, initialValue: 0)
        var (places, counts): ([Partitioner.Place], [Int]) = ([], [])
        let block = 4096
        for start in stride(from: 0, to: Int(stateCount), by: block) {
            let states = start..<min(start + block, Int(stateCount))
            partitioner.locate(states.map { UInt64($0) }, into: &places, counting: &counts)
            var chunk: [ActionValueTable.Cell] = []
            chunk.reserveCapacity(states.count * actionCount)
            for place in places {
                let first = Int(place & 0xFFFF_FFFF) * actionCount
                chunk.append(contentsOf: cells[Int(place >> 32)][first..<(first + actionCount)])
            }
            table.replaceCells(from: start * actionCount, with: chunk)
        }
        return table
    }
}
