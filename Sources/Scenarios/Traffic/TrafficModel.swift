internal import TabularLearning

/// What is fixed about one replica's simulation, and the rules by which a second passes.
///
/// One simulated second, in this order: vehicles arrive at the entries, vehicles reach stop lines, signals let vehicles
/// go and move on, queues are counted. Intersections in ascending order, movements in the order of the phase.
struct TrafficModel: Sendable {
    let layout: SimulationLayout
    let tables: NetworkTables
    let timing: SignalTiming
    let arrivals: ArrivalSampler
    let keys: Keys

    /// The instant that is simulated.
    struct Instant {
        /// Seconds since the simulation was made.
        var second: Int
        /// `second` modulo the size of the wheel.
        var row: Int
    }

    /// Where the random numbers of a replica begin.
    struct Keys: Sendable {
        /// By entry: arrivals, numbered by second.
        let arrivals: [UInt64]
        /// By road: turns, numbered by vehicle.
        let turns: [UInt64]
        /// By movement: how quick the first driver is, numbered by the second before green.
        let starts: [UInt64]

        init(_ tables: NetworkTables, replica: UInt64, seed: UInt64) {
            let random = CounterBasedRandom(seed: seed, stream: .dynamics)
            let (roads, movements) = (tables.roadCount, tables.movementCount)
            let first = replica &* UInt64(2 * roads + movements)
            arrivals = tables.entryRoads.map { random.laneKey(first &+ UInt64($0)) }
            turns = (0..<roads).map { random.laneKey(first &+ UInt64(roads + $0)) }
            starts = (0..<movements).map { random.laneKey(first &+ UInt64(2 * roads + $0)) }
        }
    }

    /// The credit that lets one vehicle go, in the unit that a flow of one vehicle per hour earns in a second.
    static let vehicleCredit: Int32 = 3600

    /// Simulates some seconds with the signals as they are.
    func advance(_ words: inout [Int32], _ counters: inout TrafficCounters, time: Int, seconds: Int) {
        var state = words.mutableSpan
        var instant = Instant(second: time, row: time % layout.wheelSize)
        for _ in 0..<seconds {
            let period = arrivals.period(at: counters.seconds)
            enterVehicles(&state, &counters, period: period, at: instant)
            reachStopLines(&state, &counters, at: instant)
            for intersection in 0..<tables.intersectionCount {
                let departed = serve(&state, &counters, intersection, at: instant)
                countQueue(&state, &counters, intersection, departed: departed)
            }
            counters.seconds += 1
            counters.inside += counters.entered - counters.left
            counters.heldBack += counters.demanded - counters.entered
            instant.second += 1
            instant.row = instant.row + 1 == layout.wheelSize ? 0 : instant.row + 1
        }
    }
}

// Vehicles on their way.
extension TrafficModel {
    private func enterVehicles(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        period: Int,
        at instant: Instant
    ) {
        for entry in 0..<tables.entryRoads.count {
            let road = Int(tables.entryRoads[entry])
            let arrived = arrivals.sample(
                period: period,
                entry: entry,
                key: keys.arrivals[entry],
                second: instant.second
            )
            let backlog = layout.backlog + entry
            counters.demanded += arrived
            state[backlog] += Int32(truncatingIfNeeded: arrived)
            while state[backlog] > 0, state[layout.occupancy + road] < tables.storage[road] {
                state[backlog] -= 1
                counters.entered += 1
                enter(&state, road: road, at: instant)
            }
            state[layout.waiting + Int(tables.destination[road])] += state[backlog]
        }
    }

    /// The movement that the n-th vehicle of a road takes at its end.
    @inline(__always)
    func movement(of number: UInt64, on road: Int) -> Int {
        let random = SplitMix64.mix(keys.turns[road] &+ SplitMix64.increment &* (number &+ 1))
        var movement = Int(tables.firstMovementOfRoad[road])
        let last = Int(tables.lastMovementOfRoad[road])
        while movement < last, random >= tables.turnThreshold[movement] { movement += 1 }
        return movement
    }

    /// Puts a vehicle on a road; it reaches the stop line after the free-flow time.
    @inline(__always)
    private func enter(_ state: inout MutableSpan<Int32>, road: Int, at instant: Instant) {
        let number = UInt64(UInt32(bitPattern: state[layout.entered + road]))
        let movement = movement(of: number, on: road)
        var row = instant.row + Int(tables.travelTime[road])
        if row >= layout.wheelSize { row -= layout.wheelSize }
        state[layout.wheel + row * tables.movementCount + movement] += 1
        let (group, bit) = movement.quotientAndRemainder(dividingBy: SimulationLayout.groupSize)
        state[layout.arrivals + row * layout.groupCount + group] |= 1 << Int32(truncatingIfNeeded: bit)
        state[layout.occupancy + road] += 1
        state[layout.entered + road] &+= 1
    }

    private func reachStopLines(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        at instant: Instant
    ) {
        for group in 0..<layout.groupCount {
            var bits = state[layout.arrivals + instant.row * layout.groupCount + group]
            guard bits != 0 else { continue }
            state[layout.arrivals + instant.row * layout.groupCount + group] = 0
            while bits != 0 {
                let movement = group * SimulationLayout.groupSize + bits.trailingZeroBitCount
                bits &= bits &- 1
                reachStopLine(&state, &counters, movement, at: instant)
            }
        }
    }

    @inline(__always)
    private func reachStopLine(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ movement: Int,
        at instant: Instant
    ) {
        let slot = layout.wheel + instant.row * tables.movementCount + movement
        let arrived = state[slot]
        state[slot] = 0
        let isEmpty = state[layout.queue + movement] == 0
        let isGreen = state[layout.green + movement] == 1
        if isEmpty, !isGreen { state[layout.redSince + movement] = Int32(truncatingIfNeeded: instant.second) }
        // All stop but one that finds no queue and may go at once.
        let credit = state[layout.credit + movement] + tables.saturationFlow[movement]
        let goes = isEmpty && isGreen && credit >= Self.vehicleCredit
        counters.stops += Int(arrived) - (goes ? 1 : 0)
        state[layout.queue + movement] += arrived
        state[layout.queued + Int(tables.destination[Int(tables.roadOfMovement[movement])])] += arrived
    }
}

// Signals.
extension TrafficModel {
    /// Lets the vehicles of one intersection go, moves its signal on by a second and returns how many went.
    @inline(__always)
    private func serve(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ intersection: Int,
        at instant: Instant
    ) -> Int {
        let clock = Int(state[layout.clock + intersection])
        let stage = state[layout.stage + intersection]
        let isEffective =
            stage == SignalStage.green.rawValue
            ? clock >= timing.startUpLostTime : stage == SignalStage.yellow.rawValue && clock < timing.usableYellow
        var departed = 0
        if isEffective {
            let phase = Int(tables.firstPhase[intersection]) + Int(state[layout.phase + intersection])
            for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
                departed += discharge(&state, &counters, Int(tables.phaseMovements[index]), at: instant)
            }
        }
        state[layout.clock + intersection] += 1
        if stage == SignalStage.yellow.rawValue, clock + 1 >= timing.yellow {
            leaveYellow(&state, intersection, second: instant.second)
        } else if stage == SignalStage.allRed.rawValue, clock + 1 >= timing.allRed {
            beginGreen(&state, intersection, second: instant.second)
        }
        return departed
    }

    /// Lets vehicles of one movement go as far as credit, queue and the next road allow.
    @inline(__always)
    private func discharge(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ movement: Int,
        at instant: Instant
    ) -> Int {
        let flow = tables.saturationFlow[movement]
        var credit = state[layout.credit + movement] + flow
        var departed = 0
        while credit >= Self.vehicleCredit, state[layout.queue + movement] > 0 {
            let next = Int(tables.nextRoad[movement])
            if next >= 0 {
                guard state[layout.occupancy + next] < tables.storage[next] else { break }
                enter(&state, road: next, at: instant)
            } else {
                counters.left += 1
            }
            credit -= Self.vehicleCredit
            departed += 1
            state[layout.queue + movement] -= 1
            state[layout.occupancy + Int(tables.roadOfMovement[movement])] -= 1
        }
        if departed > 0 {
            state[layout.lastCrossing + movement] = Int32(truncatingIfNeeded: instant.second)
            let intersection = Int(tables.destination[Int(tables.roadOfMovement[movement])])
            state[layout.queued + intersection] -= Int32(truncatingIfNeeded: departed)
        }
        // What nobody can use is not saved up: the next second offers one vehicle (or the saturation flow) at most.
        let isUnused = credit >= Self.vehicleCredit || state[layout.queue + movement] == 0
        state[layout.credit + movement] = isUnused ? min(credit, max(0, Self.vehicleCredit - flow)) : credit
        return departed
    }

    /// Takes green from the present phase; yellow follows, or what comes after it where there is none.
    func beginChange(_ words: inout [Int32], _ intersection: Int, to phase: Int, second: Int) {
        var state = words.mutableSpan
        let old = Int(tables.firstPhase[intersection]) + Int(state[layout.phase + intersection])
        for index in Int(tables.firstPhaseMovement[old])..<Int(tables.firstPhaseMovement[old + 1]) {
            state[layout.green + Int(tables.phaseMovements[index])] = 0
            state[layout.redSince + Int(tables.phaseMovements[index])] = Int32(truncatingIfNeeded: second)
        }
        state[layout.nextPhase + intersection] = Int32(truncatingIfNeeded: phase)
        state[layout.stage + intersection] = SignalStage.yellow.rawValue
        state[layout.clock + intersection] = 0
        if timing.yellow == 0 { leaveYellow(&state, intersection, second: second) }
    }

    /// Ends yellow: all-red follows, or green at once where there is none.
    private func leaveYellow(_ state: inout MutableSpan<Int32>, _ intersection: Int, second: Int) {
        state[layout.stage + intersection] = SignalStage.allRed.rawValue
        state[layout.clock + intersection] = 0
        if timing.allRed == 0 { beginGreen(&state, intersection, second: second) }
    }

    /// Gives green to the phase that was asked for.
    ///
    /// Its movements begin with a random part of the credit for a vehicle, as the first driver may be quick or slow: on
    /// average whole vehicles then leave as the continuous flow of the textbooks does.
    private func beginGreen(_ state: inout MutableSpan<Int32>, _ intersection: Int, second: Int) {
        state[layout.phase + intersection] = state[layout.nextPhase + intersection]
        state[layout.stage + intersection] = SignalStage.green.rawValue
        state[layout.clock + intersection] = 0
        let phase = Int(tables.firstPhase[intersection]) + Int(state[layout.phase + intersection])
        for index in Int(tables.firstPhaseMovement[phase])..<Int(tables.firstPhaseMovement[phase + 1]) {
            let movement = Int(tables.phaseMovements[index])
            let random = SplitMix64.mix(keys.starts[movement] &+ SplitMix64.increment &* UInt64(second + 1)) &>> 32
            state[layout.green + movement] = 1
            state[layout.credit + movement] = Int32(
                truncatingIfNeeded: (random &* UInt64(Self.vehicleCredit)) &>> 32
            )
        }
    }
}

// Counting.
extension TrafficModel {
    @inline(__always)
    private func countQueue(
        _ state: inout MutableSpan<Int32>,
        _ counters: inout TrafficCounters,
        _ intersection: Int,
        departed: Int
    ) {
        let queued = state[layout.queued + intersection]
        counters.queued += Int(queued)
        state[layout.waiting + intersection] += queued
        let stalled = queued > 0 && departed == 0 ? state[layout.stalled + intersection] &+ 1 : 0
        state[layout.stalled + intersection] = stalled
        if stalled == Int32(TrafficSimulation.gridlockTime) { counters.gridlocks += 1 }
    }

    /// Computes what follows from the rest of the words: which wheel slots are occupied, and the queues' sums.
    func deriveSums(_ words: inout [Int32]) {
        for index in 0..<(layout.groupCount * layout.wheelSize) { words[layout.arrivals + index] = 0 }
        for intersection in 0..<tables.intersectionCount { words[layout.queued + intersection] = 0 }
        for movement in 0..<tables.movementCount {
            let (group, bit) = movement.quotientAndRemainder(dividingBy: SimulationLayout.groupSize)
            for row in 0..<layout.wheelSize where words[layout.wheel + row * tables.movementCount + movement] != 0 {
                words[layout.arrivals + row * layout.groupCount + group] |= 1 << Int32(truncatingIfNeeded: bit)
            }
            let intersection = Int(tables.destination[Int(tables.roadOfMovement[movement])])
            words[layout.queued + intersection] &+= words[layout.queue + movement]
        }
    }
}
