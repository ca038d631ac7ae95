internal import TabularLearning

/// A stable counting sort of states by the shard that owns them.
struct ShardSplit {
    /// The rows, shard after shard, in their original order within a shard.
    var rows: [UInt32] = []
    /// Where each of `rows` stood in the original order.
    var positions: [UInt32] = []
    /// Which part of `rows` belongs to each shard.
    private(set) var ranges: [Range<Int>] = []

    private var places: [Partitioner.Place] = []
    private var cursors: [Int] = []
    /// What was sorted, if it was remembered.
    private var states: [UInt64] = []

    mutating func run(_ states: [UInt64], _ partitioner: Partitioner) {
        guard partitioner.shardCount > 1 else { return keepOrder(of: states) }
        partitioner.locate(states, into: &places, counting: &cursors)
        layOutShards()
        rows.resize(to: states.count, filling: 0)
        positions.resize(to: states.count, filling: 0)
        Self.deal(places, &cursors, &rows, &positions)
    }

    /// Keeps the states that were sorted, for `holds`.
    mutating func remember(_ states: [UInt64]) {
        self.states.removeAll(keepingCapacity: true)
        self.states.append(contentsOf: states)
    }

    /// Whether these are the states that were sorted and remembered, in the same order; never so for none.
    ///
    /// Looks at a block at a time, so that others are told apart soon and vectors serve.
    func holds(_ others: [UInt64]) -> Bool {
        guard !states.isEmpty, others.count == states.count else { return false }
        let (states, others) = (states.span, others.span)
        var start = 0
        while start < states.count {
            let end = min(start + 64, states.count)
            var difference: UInt64 = 0
            for i in start..<end { difference |= states[i] ^ others[i] }
            guard difference == 0 else { return false }
            start = end
        }
        return true
    }

    /// One shard's rows are the states, in their own order.
    private mutating func keepOrder(of states: [UInt64]) {
        ranges = [0..<states.count]
        rows.resize(to: states.count, filling: 0)
        positions.resize(to: states.count, filling: 0)
        Self.copy(states, to: &rows)
        Self.number(&positions)
    }

    private static func copy(_ states: [UInt64], to rows: inout [UInt32]) {
        let states = states.span
        var rows = rows.mutableSpan
        for i in 0..<states.count { rows[i] = UInt32(truncatingIfNeeded: states[i]) }
    }

    private static func number(_ positions: inout [UInt32]) {
        var positions = positions.mutableSpan
        for i in 0..<positions.count { positions[i] = UInt32(truncatingIfNeeded: i) }
    }

    /// Turns the counts into ranges, and then into the place of each shard's first row.
    private mutating func layOutShards() {
        ranges.removeAll(keepingCapacity: true)
        var start = 0
        for shard in cursors.indices {
            ranges.append(start..<(start + cursors[shard]))
            start += cursors[shard]
            cursors[shard] = ranges[shard].lowerBound
        }
    }

    private static func deal(
        _ places: [Partitioner.Place],
        _ cursors: inout [Int],
        _ rows: inout [UInt32],
        _ positions: inout [UInt32]
    ) {
        let places = places.span
        var cursors = cursors.mutableSpan
        var rows = rows.mutableSpan
        var positions = positions.mutableSpan
        for i in 0..<places.count {
            let slot = cursors[Int(places[i] >> 32)]
            cursors[Int(places[i] >> 32)] = slot + 1
            rows[slot] = UInt32(truncatingIfNeeded: places[i])
            positions[slot] = UInt32(truncatingIfNeeded: i)
        }
    }
}
