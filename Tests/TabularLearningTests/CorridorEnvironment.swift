import TabularLearning

/// A corridor of cells for tests: action 1 goes right, action 0 left; the right end is terminal with reward 1.
///
/// An episode is truncated after `limit` steps. Lanes start at the left end.
struct CorridorEnvironment: RestorableEnvironment {
    let length: Int
    let limit: Int
    let laneCount: Int
    var cells: [Int]
    var ages: [Int]

    init(length: Int, limit: Int, lanes: Int) {
        self.length = length
        self.limit = limit
        laneCount = lanes
        cells = Array(repeating: 0, count: lanes)
        ages = Array(repeating: 0, count: lanes)
    }

    var space: StateSpace {
        StateSpace(factors: [.init("cell", count: length)], actions: ["left", "right"])
    }

    var gauges: [Gauge] { [] }

    mutating func begin(_ batch: inout StepBatch) {
        batch.removeAll()
        for lane in 0..<laneCount { batch.decide(lane: lane, state: UInt64(cells[lane])) }
    }

    mutating func step(_ actions: [UInt8], _ batch: inout StepBatch) {
        batch.removeAll()
        var truncated: [(transition: Int, state: UInt64, lane: Int)] = []
        for lane in 0..<laneCount {
            let state = UInt64(cells[lane])
            cells[lane] = max(0, cells[lane] + (actions[lane] == 1 ? 1 : -1))
            ages[lane] += 1
            let isTerminal = cells[lane] == length - 1
            let isTruncated = !isTerminal && ages[lane] == limit
            batch.transition(
                state: state,
                action: actions[lane],
                reward: isTerminal ? 1 : 0,
                bootstrap: isTerminal ? StepBatch.Transitions.terminal : Int32(lane)
            )
            if isTruncated { truncated.append((lane, UInt64(cells[lane]), lane)) }
            if isTerminal || isTruncated {
                batch.episodeReturns.append(isTerminal ? 1 : 0)
                cells[lane] = 0
                ages[lane] = 0
            }
            batch.decide(lane: lane, state: UInt64(cells[lane]))
        }
        for entry in truncated {
            batch.transitions.bootstraps[entry.transition] = Int32(batch.queries.count)
            batch.queries.states.append(entry.state)
            batch.queries.lanes.append(UInt32(entry.lane))
        }
    }

    func save(to writer: inout WordWriter) {
        writer.write(cells)
        writer.write(ages)
    }

    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let (cells, ages) = (try reader.integerArray(), try reader.integerArray())
        guard cells.count == laneCount, ages.count == laneCount else { throw WordReader.Failure("other lanes") }
        (self.cells, self.ages) = (cells, ages)
    }
}
