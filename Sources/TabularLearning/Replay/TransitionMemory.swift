/// A transition as it is remembered.
package struct RememberedTransition: Sendable, Hashable {
    var state: UInt64
    /// What follows; 0 where nothing does.
    var nextState: UInt64
    /// The actions that are allowed there, as a bit set.
    var mask: UInt64
    var reward: Float
    var action: UInt8
    /// The time steps it took; 0 where no value follows.
    var duration: UInt8

    /// Whether no value follows.
    var isTerminal: Bool { duration == 0 }
}

/// Transitions that are remembered: the latest ones, or the latest of each state and action.
struct TransitionMemory: Sendable {
    /// In the order of their places.
    private(set) var entries: [RememberedTransition] = []
    /// How many there may be; `nil` for one of each state and action.
    private let capacity: Int?
    /// Where the next one goes, once there are as many as there may be.
    private var oldest = 0
    /// By cell the place of its transition and 1, or 0; empty where the latest ones are kept.
    private var places: [UInt32]
    private let space: StateSpace

    /// Remembers nothing yet.
    init(capacity: Int?, space: StateSpace) {
        self.capacity = capacity
        self.space = space
        places = capacity == nil ? Array(repeating: 0, count: Int(space.stateCount) * space.actionCount) : []
        if let capacity { entries.reserveCapacity(capacity) }
    }

    /// The transitions that are remembered.
    var count: Int { entries.count }

    /// The cell of a state and an action: its number among all of them.
    func cell(_ state: UInt64, _ action: UInt8) -> Int { Int(state) * space.actionCount + Int(action) }

    /// Where the transition of a state and an action is; `nil` where there is none, or the latest ones are kept.
    func place(of cell: Int) -> Int? { places.isEmpty || places[cell] == 0 ? nil : Int(places[cell]) - 1 }

    /// Remembers a transition, in place of the oldest or of the one with its state and action.
    ///
    /// - Returns: Its place, and the transition that was there.
    @discardableResult
    mutating func take(_ entry: RememberedTransition) -> (place: Int, former: RememberedTransition?) {
        let cell = cell(entry.state, entry.action)
        if let place = place(of: cell) {
            let former = entries[place]
            entries[place] = entry
            return (place, former)
        }
        if let capacity, entries.count == capacity {
            let (place, former) = (oldest, entries[oldest])
            entries[place] = entry
            oldest = oldest + 1 == capacity ? 0 : oldest + 1
            return (place, former)
        }
        entries.append(entry)
        if capacity == nil { places[cell] = UInt32(entries.count) }
        return (entries.count - 1, nil)
    }

    /// Writes all of it.
    func save(to writer: inout WordWriter) {
        writer.write(oldest)
        writer.write(entries.map(\.state))
        writer.write(entries.map(\.nextState))
        writer.write(entries.map(\.mask))
        writer.write(entries.map(\.reward))
        writer.write(entries.map { UInt32($0.action) | UInt32($0.duration) << 8 })
    }

    /// Puts back what `save` wrote into an empty memory.
    ///
    /// - Throws: `WordReader.Failure` when it names what does not exist.
    mutating func restore(from reader: inout WordReader) throws(WordReader.Failure) {
        let first = try reader.integer()
        let (states, nextStates, masks) = (try reader.longArray(), try reader.longArray(), try reader.longArray())
        let (rewards, rests) = (try reader.floatArray(), try reader.wordArray())
        guard [nextStates.count, masks.count, rewards.count, rests.count].allSatisfy({ $0 == states.count }),
            states.count <= capacity ?? places.count, (0..<max(1, capacity ?? 1)).contains(first),
            first == 0 || states.count == capacity
        else { throw WordReader.Failure("what is remembered before word \(reader.position) is no memory of this size") }
        let all = ActionMask.all(space.actionCount)
        for index in states.indices {
            let (action, duration) = (rests[index] & 0xFF, rests[index] >> 8)
            guard states[index] < space.stateCount, nextStates[index] < space.stateCount, masks[index] != 0,
                masks[index] & ~all == 0, rewards[index].isFinite, action < space.actionCount, duration <= 255,
                place(of: cell(states[index], UInt8(action))) == nil
            else { throw WordReader.Failure("transition \(index) that is remembered cannot have been made here") }
            take(
                RememberedTransition(
                    state: states[index],
                    nextState: nextStates[index],
                    mask: masks[index],
                    reward: rewards[index],
                    action: UInt8(action),
                    duration: UInt8(duration)
                )
            )
        }
        oldest = first
    }
}
