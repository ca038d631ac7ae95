/// Where each quantity of a simulation lies in its one array of 32-bit words.
///
/// One array and not one per quantity: a simulated second opens one span, a copy or a saved state is one array.
struct SimulationLayout: Sendable, Hashable {
    /// By movement: vehicles at the stop line.
    let queue: Int
    /// By movement: 1 where the signal shows green.
    let green: Int
    /// By movement: seconds for which vehicles have waited at red without interruption.
    let redWait: Int
    /// By movement: the discharge that has been earned, in 1/3600 vehicle.
    let credit: Int
    /// By arrival time modulo `wheelSize`, then by movement: vehicles on the way to the stop line.
    let wheel: Int
    let wheelSize: Int
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
    /// By intersection: seconds without a departure while vehicles were queued.
    let stalled: Int
    /// By intersection: vehicle-seconds of waiting (queue and backlog) since they were last collected.
    let waiting: Int
    /// The number of words.
    let count: Int

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
        redWait = region(movements)
        credit = region(movements)
        wheel = region(movements * wheelSize)
        occupancy = region(roads)
        entered = region(roads)
        backlog = region(entries)
        phase = region(intersections)
        nextPhase = region(intersections)
        stage = region(intersections)
        clock = region(intersections)
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
