/// What was read of decisions: by lane a state, an action, and the weights of its tiles, the oldest first; up to so many of each lane.
struct TileReadings: Sendable {
    /// The most of a lane.
    let capacity: Int
    let tilingCount: Int
    /// By lane which slot has the oldest, and how many there are.
    private var firsts: [Int]
    private var counts: [Int]
    /// By slot; those of a lane are one after another.
    private(set) var states: [UInt64]
    private(set) var actions: [UInt8]
    /// [slots × tilings].
    private(set) var weights: [Float]

    init(laneCount: Int, capacity: Int, tilingCount: Int) {
        (self.capacity, self.tilingCount) = (capacity, tilingCount)
        firsts = Array(repeating: 0, count: laneCount)
        counts = Array(repeating: 0, count: laneCount)
        states = Array(repeating: 0, count: laneCount * capacity)
        actions = Array(repeating: 0, count: laneCount * capacity)
        weights = Array(repeating: 0, count: laneCount * capacity * tilingCount)
    }

    var laneCount: Int { counts.count }

    /// How many a lane has.
    func count(of lane: Int) -> Int { counts[lane] }

    /// Where a lane's oldest is.
    func firstSlot(of lane: Int) -> Int {
        precondition(counts[lane] > 0, "a lane that has decided")
        return slot(of: lane, 0)
    }

    /// Where one is, counted from a lane's oldest.
    func slot(of lane: Int, _ place: Int) -> Int { lane * capacity + (firsts[lane] + place) % capacity }

    /// Puts a decision in the place of all that a lane has.
    ///
    /// - Parameters:
    ///   - lane: The lane.
    ///   - state: Where it decided.
    ///   - action: On what.
    ///   - source: What was read.
    ///   - start: Where in it the weight of the first tile is.
    ///   - step: How far it is from one to the next.
    mutating func replace(
        _ lane: Int,
        state: UInt64,
        action: UInt8,
        _ source: [Float],
        from start: Int,
        by step: Int
    ) {
        (firsts[lane], counts[lane]) = (0, 1)
        let (slot, count) = (lane * capacity, tilingCount)
        (states[slot], actions[slot]) = (state, action)
        let source = source.span
        var weights = weights.mutableSpan
        for tiling in 0..<count { weights[slot &* count &+ tiling] = source[start &+ tiling &* step] }
    }

    /// Adds the oldest that others have of a lane.
    mutating func append(_ others: TileReadings, of lane: Int) {
        precondition(counts[lane] < capacity, "no more than a return has steps")
        let source = others.firstSlot(of: lane)
        let (slot, count) = (slot(of: lane, counts[lane]), tilingCount)
        counts[lane] += 1
        (states[slot], actions[slot]) = (others.states[source], others.actions[source])
        let read = others.weights.span
        var weights = weights.mutableSpan
        for tiling in 0..<count { weights[slot &* count &+ tiling] = read[source &* count &+ tiling] }
    }

    /// Forgets a lane's oldest.
    ///
    /// - Returns: Where it is until another is added.
    mutating func takeFirst(of lane: Int) -> Int {
        let slot = firstSlot(of: lane)
        firsts[lane] = (firsts[lane] + 1) % capacity
        counts[lane] -= 1
        return slot
    }

    /// Whether what is in a slot is of this decision.
    func isOf(_ state: UInt64, _ action: UInt8, at slot: Int) -> Bool {
        states[slot] == state && actions[slot] == action
    }

    // MARK: Saving

    /// Writes all of it, of each lane from its oldest on.
    func save(to writer: inout WordWriter) {
        writer.write(counts)
        let slots = counts.indices.flatMap { lane in (0..<counts[lane]).map { slot(of: lane, $0) } }
        writer.write(slots.map { states[$0] })
        writer.write(slots.map { actions[$0] })
        writer.write(slots.flatMap { weights[($0 * tilingCount)..<(($0 + 1) * tilingCount)] })
    }

    /// Puts back what `save` wrote for as many lanes.
    ///
    /// - Throws: `WordReader.Failure` when it is none of this world.
    mutating func restore(from reader: inout WordReader, space: StateSpace) throws(WordReader.Failure) {
        let counts = try reader.integerArray()
        let (states, actions, weights) = (try reader.longArray(), try reader.byteArray(), try reader.floatArray())
        guard counts.count == self.counts.count, counts.allSatisfy({ (0...capacity).contains($0) }),
            states.count == counts.reduce(0, +), actions.count == states.count,
            weights.count == states.count * tilingCount, weights.allSatisfy(\.isFinite),
            states.allSatisfy({ $0 < space.stateCount }), actions.allSatisfy({ $0 < space.actionCount })
        else { throw WordReader.Failure("what was read of tiles does not fit this world") }
        self = TileReadings(laneCount: counts.count, capacity: capacity, tilingCount: tilingCount)
        var source = 0
        for lane in counts.indices {
            self.counts[lane] = counts[lane]
            for place in 0..<counts[lane] {
                let slot = lane * capacity + place
                (self.states[slot], self.actions[slot]) = (states[source], actions[source])
                for tiling in 0..<tilingCount {
                    self.weights[slot * tilingCount + tiling] = weights[source * tilingCount + tiling]
                }
                source += 1
            }
        }
    }
}
