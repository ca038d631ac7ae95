/// Where each quantity of a saved simulation lies in its one array of 32-bit words.
///
/// `SimulationState` keeps some of them in other forms; what is written down stays as it always was.
struct SimulationLayout: Sendable, Hashable {
    /// By movement: vehicles at the stop line.
    let queue: Int
    /// By movement: 1 where the signal shows green.
    let green: Int
    /// By movement: the discharge that has been earned, in 1/3600 vehicle.
    let credit: Int
    /// By movement: the second of the last crossing of its stop line, modulo 2³².
    let lastCrossing: Int
    /// By movement: the second in which its vehicles began to wait at red, modulo 2³²; says nothing where none waits.
    let redSince: Int
    /// By arrival time modulo `wheelSize`, then by movement: vehicles on the way to the stop line.
    let wheel: Int
    let wheelSize: Int
    /// By arrival time modulo `wheelSize`, then by group of `groupSize` movements: bit n where the wheel is not 0.
    let arrivals: Int
    let groupCount: Int
    /// By road: vehicles on it, moving or queued.
    let occupancy: Int
    /// By road: vehicles that ever entered it; numbers their turning choices.
    let entered: Int
    /// By entry: vehicles that could not enter yet.
    let backlog: Int
    /// By intersection: the phase that is green or was green last.
    let phase: Int
    /// By intersection: the phase that follows the change; equal to `phase` in green.
    let nextPhase: Int
    /// By intersection: what the signal shows, a raw value of `SignalStage`.
    let stage: Int
    /// By intersection: seconds for which it has shown that.
    let clock: Int
    /// By intersection: vehicles at its stop lines.
    let queued: Int
    /// By intersection: seconds without a departure while vehicles were queued.
    let stalled: Int
    /// By intersection: vehicle-seconds of waiting (queue and backlog) since they were last collected.
    let waiting: Int
    /// The number of words.
    let count: Int

    /// The movements that share a word of bits.
    static let groupSize = 24

    /// The words that may have any value: numbers that wrap around.
    var unbounded: Range<Int> { entered..<occupancy }

    init(_ tables: NetworkTables) {
        var next = 0
        func region(_ size: Int) -> Int {
            defer { next += size }
            return next
        }
        let (movements, roads) = (tables.movementCount, tables.roadCount)
        let (entries, intersections) = (tables.entryRoads.count, tables.intersectionCount)
        wheelSize = tables.longestTravelTime + 1
        queue = region(movements)
        green = region(movements)
        credit = region(movements)
        wheel = region(movements * wheelSize)
        groupCount = (movements + Self.groupSize - 1) / Self.groupSize
        arrivals = region(groupCount * wheelSize)
        entered = region(roads)
        lastCrossing = region(movements)
        redSince = region(movements)
        occupancy = region(roads)
        backlog = region(entries)
        phase = region(intersections)
        nextPhase = region(intersections)
        stage = region(intersections)
        clock = region(intersections)
        queued = region(intersections)
        stalled = region(intersections)
        waiting = region(intersections)
        count = next
    }
}

/// What a signal shows the phase that is served.
public enum SignalStage: Int32, Sendable, Hashable {
    /// Its movements have the right of way.
    case green = 0
    /// Its movements are about to lose it.
    case yellow = 1
    /// Everybody has red.
    case allRed = 2
}
