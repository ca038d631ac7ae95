import TabularLearning

/// Walks along a quay of 4 × 8 cells, from its bottom left to its bottom right; between them is water.
///
/// A step costs 1 and the water 20; both ways the walk is over. The wind is the walker's own: who explores may fall in.
struct Quay: RestorableEnvironment {
    static let (rowCount, columnCount) = (4, 8)
    static let start = (rowCount - 1) * columnCount
    static let goal = rowCount * columnCount - 1

    let laneCount: Int
    private var cells: [UInt64]
    private var rewards: [Double]

    init(laneCount: Int) {
        self.laneCount = laneCount
        cells = Array(repeating: UInt64(Self.start), count: laneCount)
        rewards = Array(repeating: 0, count: laneCount)
    }

    var space: StateSpace {
        StateSpace(
            factors: [.init("row", count: Self.rowCount), .init("column", count: Self.columnCount)],
            actions: ["up", "right", "down", "left"]
        )
    }

    var gauges: [Gauge] { [] }

    func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: cells[lane]) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount {
            let next = Self.cell(beside: Int(cells[lane]), to: actions[lane])
            let isWet = next > Self.start && next < Self.goal
            let isOver = isWet || next == Self.goal
            let reward: Float = isWet ? -20 : -1
            batch.transition(
                state: cells[lane],
                action: actions[lane],
                reward: reward,
                bootstrap: isOver ? StepBatch.Transitions.terminal : Int32(lane)
            )
            rewards[lane] += Double(reward)
            cells[lane] = UInt64(isOver ? Self.start : next)
            if isOver {
                batch.episodeReturns.append(rewards[lane])
                rewards[lane] = 0
            }
            batch.decide(lane: lane, state: cells[lane])
        }
    }

    /// Where a move leads; walls stop it.
    static func cell(beside cell: Int, to action: UInt8) -> Int {
        let (row, column) = (cell / columnCount, cell % columnCount)
        return switch action {
        case 0: max(0, row - 1) * columnCount + column
        case 1: row * columnCount + min(columnCount - 1, column + 1)
        case 2: min(rowCount - 1, row + 1) * columnCount + column
        default: row * columnCount + max(0, column - 1)
        }
    }

    var dueDecisions: StepBatch.Queries? {
        var batch = StepBatch()
        begin(&batch)
        return batch.queries
    }

    func save(to writer: inout WordWriter) {
        writer.write(cells)
        writer.write(rewards.map(\.bitPattern))
    }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (cells, rewards) = (try reader.longArray(), try reader.longArray().map(Double.init(bitPattern:)))
        guard cells.count == laneCount, rewards.count == laneCount, cells.allSatisfy({ $0 <= Self.start }),
            rewards.allSatisfy(\.isFinite)
        else { throw WordReader.Failure("no lanes on a quay") }
        (self.cells, self.rewards) = (cells, rewards)
    }
}
