internal import TabularLearning

// One simulated second, in this order: vehicles arrive at the entries, vehicles reach stop lines, signals let
// vehicles go and move on, waiting is counted. Intersections in ascending order, movements in the order of the phase.
extension TrafficSimulation {
    /// Simulates a number of seconds with the signals as they are.
    public mutating func advance(seconds: Int) {
        Self.advance(
            &words,
            &counters,
            time: time,
            seconds: seconds,
            layout,
            network.tables,
            timing,
            arrivals,
            keys
        )
        time += seconds
    }

    private static func advance(
        _ words: inout [Int32],
        _ counters: inout TrafficCounters,
        time: Int,
        seconds: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ timing: SignalTiming,
        _ arrivals: ArrivalSampler,
        _ keys: Keys
    ) {
        var state = words.mutableSpan
        var row = time % layout.wheelSize
        for second in time..<(time + seconds) {
            let period = arrivals.period(at: counters.seconds)
            enterVehicles(&state, &counters, second: second, period: period, row: row, layout, tables, arrivals, keys)
            reachStopLines(&state, &counters, row: row, layout, tables)
            for intersection in 0..<tables.intersectionCount {
                serve(&state, &counters, intersection, row: row, layout, tables, timing, keys)
            }
            countRedWaits(&state, layout, tables)
            counters.seconds += 1
            counters.inside += counters.entered - counters.left
            counters.heldBack += counters.demanded - counters.entered
            row = row + 1 == layout.wheelSize ? 0 : row + 1
        }
    }

    private static func enterVehicles(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        second: Int,
        period: Int,
        row: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ arrivals: ArrivalSampler,
        _ keys: Keys
    ) {
        for entry in 0..<tables.entryRoads.count {
            let road = Int(tables.entryRoads[entry])
            let arrived = arrivals.sample(
                period: period,
                axis: tables.entryAxes[entry],
                key: keys.arrivals[entry],
                second: second
            )
            let backlog = layout.backlog + entry
            counters.demanded += arrived
            state[backlog] += Int32(truncatingIfNeeded: arrived)
            while state[backlog] > 0, state[layout.occupancy + road] < tables.storage[road] {
                state[backlog] -= 1
                counters.entered += 1
                enter(&state, road: road, row: row, layout, tables, keys)
            }
            state[layout.waiting + Int(tables.destination[road])] += state[backlog]
        }
    }

    /// Puts a vehicle on a road; it reaches the stop line after the free-flow time.
    @inline(__always)
    private static func enter(
        _ state: inout MutableSpan<Int32>,
        road: Int,
        row: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ keys: Keys
    ) {
        let number = UInt64(UInt32(bitPattern: state[layout.entered + road]))
        let random = SplitMix64.mix(keys.turns[road] &+ SplitMix64.increment &* (number &+ 1))
        var movement = Int(tables.firstMovementOfRoad[road])
        let last = Int(tables.lastMovementOfRoad[road])
        while movement < last, random >= tables.turnThreshold[movement] { movement += 1 }
        var arrivalRow = row + Int(tables.travelTime[road])
        if arrivalRow >= layout.wheelSize { arrivalRow -= layout.wheelSize }
        state[layout.wheel + arrivalRow * tables.movementCount + movement] += 1
        state[layout.occupancy + road] += 1
        state[layout.entered + road] &+= 1
    }

    private static func reachStopLines(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        row: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables
    ) {
        let start = layout.wheel + row * tables.movementCount
        for movement in 0..<tables.movementCount where state[start + movement] != 0 {
            let arrived = state[start + movement]
            state[start + movement] = 0
            // All stop but one that finds no queue and may go at once.
            let goes = state[layout.queue + movement] == 0 && canGo(state, movement, layout, tables) ? 1 : 0
            counters.stops += Int(arrived) - goes
            state[layout.queue + movement] += arrived
        }
    }

    /// Whether a vehicle that now reaches an empty stop line crosses it in the same second.
    @inline(__always)
    private static func canGo(
        _ state: borrowing MutableSpan<Int32>,
        _ movement: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables
    ) -> Bool {
        state[layout.green + movement] == 1
            && state[layout.credit + movement] + tables.saturationFlow[movement] >= vehicleCredit
    }

    /// The credit that lets one vehicle go, in the unit that a vehicle per hour earns in a second.
    static var vehicleCredit: Int32 { 3600 }

    /// Lets the vehicles of one intersection go and moves its signal on by a second.
    @inline(__always)
    private static func serve(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ intersection: Int,
        row: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ timing: SignalTiming,
        _ keys: Keys
    ) {
        let clock = Int(state[layout.clock + intersection])
        let stage = state[layout.stage + intersection]
        var departed = 0
        if stage == SignalStage.green.rawValue
            ? clock >= timing.startUpLostTime : stage == SignalStage.yellow.rawValue && clock < timing.usableYellow
        {
            let phase = Int(tables.firstPhase[intersection]) + Int(state[layout.phase + intersection])
            for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
                let movement = Int(tables.phaseMovements[index])
                departed += discharge(&state, &counters, movement, row: row, layout, tables, keys)
            }
        }
        state[layout.clock + intersection] += 1
        if stage == SignalStage.yellow.rawValue, clock + 1 >= timing.yellow {
            leaveYellow(&state, layout, tables, timing, intersection)
        } else if stage == SignalStage.allRed.rawValue, clock + 1 >= timing.allRed {
            beginGreen(&state, layout, tables, intersection)
        }
        countQueue(&state, &counters, intersection, departed: departed, layout, tables)
    }

    /// Lets vehicles of one movement go as far as credit, queue and the next road allow.
    @inline(__always)
    private static func discharge(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ movement: Int,
        row: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ keys: Keys
    ) -> Int {
        let flow = tables.saturationFlow[movement]
        var credit = state[layout.credit + movement] + flow
        var departed = 0
        while credit >= vehicleCredit, state[layout.queue + movement] > 0 {
            let next = Int(tables.nextRoad[movement])
            if next >= 0 {
                guard state[layout.occupancy + next] < tables.storage[next] else { break }
                enter(&state, road: next, row: row, layout, tables, keys)
            } else {
                counters.left += 1
            }
            credit -= vehicleCredit
            departed += 1
            state[layout.queue + movement] -= 1
            state[layout.occupancy + Int(tables.roadOfMovement[movement])] -= 1
        }
        // What is not used cannot be saved up: the next second offers one vehicle at most (or the saturation flow).
        state[layout.credit + movement] = min(credit, max(0, vehicleCredit - flow))
        return departed
    }

    /// Ends yellow: all-red follows, or green at once where there is none.
    static func leaveYellow(
        _ state: inout MutableSpan<Int32>,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ timing: SignalTiming,
        _ intersection: Int
    ) {
        state[layout.stage + intersection] = SignalStage.allRed.rawValue
        state[layout.clock + intersection] = 0
        if timing.allRed == 0 { beginGreen(&state, layout, tables, intersection) }
    }

    private static func beginGreen(
        _ state: inout MutableSpan<Int32>,
        _ layout: SimulationLayout,
        _ tables: NetworkTables,
        _ intersection: Int
    ) {
        state[layout.phase + intersection] = state[layout.nextPhase + intersection]
        state[layout.stage + intersection] = SignalStage.green.rawValue
        state[layout.clock + intersection] = 0
        let phase = Int(tables.firstPhase[intersection]) + Int(state[layout.phase + intersection])
        for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
            let movement = Int(tables.phaseMovements[index])
            state[layout.green + movement] = 1
            state[layout.credit + movement] = 0
        }
    }

    @inline(__always)
    private static func countQueue(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ intersection: Int,
        departed: Int,
        _ layout: SimulationLayout,
        _ tables: NetworkTables
    ) {
        var queued: Int32 = 0
        for movement in Int(tables.firstMovement[intersection])..<Int(tables.firstMovement[intersection + 1]) {
            queued &+= state[layout.queue + movement]
        }
        counters.queued += Int(queued)
        state[layout.waiting + intersection] += queued
        let stalled = queued > 0 && departed == 0 ? state[layout.stalled + intersection] &+ 1 : 0
        state[layout.stalled + intersection] = stalled
        if stalled == Int32(gridlockTime) { counters.gridlocks += 1 }
    }

    private static func countRedWaits(
        _ state: inout MutableSpan<Int32>,
        _ layout: SimulationLayout,
        _ tables: NetworkTables
    ) {
        for movement in 0..<tables.movementCount {
            let waits = state[layout.queue + movement] > 0 && state[layout.green + movement] == 0
            state[layout.redWait + movement] = waits ? state[layout.redWait + movement] &+ 1 : 0
        }
    }
}
