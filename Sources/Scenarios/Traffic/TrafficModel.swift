internal import TabularLearning

/// The rules by which a second of one replica's simulation passes.
///
/// One simulated second, in this order: vehicles arrive at the entries, vehicles reach stop lines, signals let vehicles
/// go and move on, queues are counted. Intersections in ascending order, movements in the order of the phase.
struct TrafficModel: Sendable {
    let plan: SimulationPlan
    let keys: Keys

    /// The instant that is simulated.
    struct Instant {
        /// Seconds since the simulation was made.
        var second: Int
        /// `second` modulo the size of the wheel.
        var row: Int
        /// `second` modulo 2³².
        var now: Int32 { Int32(truncatingIfNeeded: second) }
    }

    /// Where the random numbers of a replica begin.
    struct Keys: Sendable {
        /// By entry: arrivals, numbered by second.
        let arrivals: [UInt64]
        private let random: CounterBasedRandom
        private let firstTurn: UInt64
        private let firstStart: UInt64

        init(_ plan: SimulationPlan, replica: UInt64, seed: UInt64) {
            let random = CounterBasedRandom(seed: seed, stream: .dynamics)
            let (roads, movements) = (plan.roads.count, plan.movements.count)
            let first = replica &* UInt64(2 * roads + movements)
            arrivals = plan.entries.map { random.laneKey(first &+ UInt64($0)) }
            self.random = random
            firstTurn = first &+ UInt64(roads)
            firstStart = first &+ UInt64(2 * roads)
        }

        /// Of a road: turns, numbered by vehicle.
        func turns(_ road: Int) -> UInt64 { random.laneKey(firstTurn &+ UInt64(truncatingIfNeeded: road)) }

        /// Of a movement: how quick the first driver is, numbered by the second before green.
        func starts(_ movement: Int) -> UInt64 { random.laneKey(firstStart &+ UInt64(truncatingIfNeeded: movement)) }
    }

    /// Simulates some seconds with the signals as they are.
    func advance(_ state: inout SimulationState, _ counters: inout TrafficCounters, time: Int, seconds: Int) {
        var instant = Instant(second: time, row: state.row)
        advance(
            &state.movements,
            &state.roads,
            &state.junctions,
            &state.wheel,
            &state.arrivals,
            &state.backlogs,
            &counters,
            &instant,
            seconds: seconds
        )
        state.row = instant.row
    }

    /// Opens one span of each array for all of the seconds.
    private func advance(
        _ movements: inout [SimulationState.Movement],
        _ roads: inout [SimulationState.Road],
        _ junctions: inout [SimulationState.Junction],
        _ wheel: inout [Int32],
        _ arrivals: inout [UInt64],
        _ backlogs: inout [Int32],
        _ counters: inout TrafficCounters,
        _ instant: inout Instant,
        seconds: Int
    ) {
        var movements = movements.mutableSpan
        var roads = roads.mutableSpan
        var junctions = junctions.mutableSpan
        var wheel = wheel.mutableSpan
        var arrivals = arrivals.mutableSpan
        var backlogs = backlogs.mutableSpan
        var sums = counters
        for _ in 0..<seconds {
            enterVehicles(&roads, &junctions, &wheel, &arrivals, &backlogs, &sums, at: instant)
            reachStopLines(&movements, &roads, &junctions, &wheel, &arrivals, &sums, at: instant)
            for first in stride(from: 0, to: junctions.count, by: 64) {
                let busy = countQueues(&junctions, from: first, &sums, at: instant)
                for index in Bits(busy.serving, from: first) {
                    let waiting = junctions[index].open & junctions[index].queuing
                    let departed =
                        serve(waiting, index, &movements, &roads, &junctions, &wheel, &arrivals, &sums, at: instant)
                    takeBack(departed, &junctions[index], &sums)
                }
                for index in Bits(busy.due, from: first) { moveOn(index, &movements, &junctions, at: instant) }
                for index in Bits(busy.stalled, from: first) where junctions[index].isGridlocked { sums.gridlocks += 1 }
            }
            if plan.detectorSeconds > 0 {
                passDetectors(&movements, &roads, &junctions, &wheel, &arrivals, at: instant)
            }
            sums.seconds += 1
            sums.inside += sums.entered - sums.left
            sums.heldBack += sums.demanded - sums.entered
            instant.second += 1
            instant.row = instant.row + 1 == plan.wheelSize ? 0 : instant.row + 1
        }
        counters = sums
    }
}

// Vehicles on their way.
extension TrafficModel {
    @inline(__always)
    private func enterVehicles(
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        _ backlogs: inout MutableSpan<Int32>,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) {
        let period = plan.arrivals.period(at: sums.seconds)
        let firstClass = plan.arrivals.firstClass(ofPeriod: period)
        for first in stride(from: 0, to: backlogs.count, by: 64) {
            // Almost always nobody comes and nobody waits: who has something to do is found without a branch.
            var busy: UInt64 = 0
            for entry in first..<min(first + 64, backlogs.count) {
                let quiet = plan.arrivals.quiet(
                    firstClass: firstClass,
                    entry: entry,
                    key: keys.arrivals[entry],
                    second: UInt64(truncatingIfNeeded: instant.second)
                )
                let waiting = UInt64(UInt32(bitPattern: 0 &- backlogs[entry]) &>> 31)
                busy |= (quiet ^ 1 | waiting) &<< UInt64(truncatingIfNeeded: entry &- first)
            }
            while busy != 0 {
                let entry = first + busy.trailingZeroBitCount
                busy &= busy &- 1
                enterVehicles(
                    entry,
                    plan.arrivals.sample(
                        period: period,
                        entry: entry,
                        key: keys.arrivals[entry],
                        second: instant.second
                    ),
                    &roads,
                    &junctions,
                    &wheel,
                    &arrivals,
                    &backlogs,
                    &sums,
                    at: instant
                )
            }
        }
    }

    /// Lets as many vehicles enter as have come or waited and find room.
    @inline(__always)
    private func enterVehicles(
        _ entry: Int,
        _ arrived: Int,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        _ backlogs: inout MutableSpan<Int32>,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) {
        sums.demanded += arrived
        let road = Int(plan.entries[entry])
        var backlog = backlogs[entry] + Int32(truncatingIfNeeded: arrived)
        while backlog > 0, roads[road].occupancy < plan.roads[road].storage {
            backlog -= 1
            sums.entered += 1
            enter(road, &roads, &wheel, &arrivals, at: instant)
        }
        backlogs[entry] = backlog
        junctions[Int(plan.roads[road].destination)].waiting += backlog
    }

    /// Puts a vehicle on a road; it reaches the stop line after the free-flow time.
    @inline(__always)
    private func enter(
        _ road: Int,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        at instant: Instant
    ) {
        let fixed = plan.roads[road]
        var row = instant.row + Int(fixed.travelTime)
        if row >= plan.wheelSize { row -= plan.wheelSize }
        wheel[road * plan.wheelSize + row] += 1
        arrivals[row * plan.wordCount + Int(fixed.word)] |= fixed.bit
        roads[road].occupancy += 1
        roads[road].entered &+= 1
    }

    /// The movement that a vehicle takes at the end of its road: it depends on nothing but the vehicle's number there.
    @inline(__always)
    func turn(ofVehicle number: UInt32, key: UInt64, _ road: SimulationPlan.Road) -> Int {
        let random = SplitMix64.mix(key &+ SplitMix64.increment &* (UInt64(number) &+ 1))
        var movement = road.firstMovement
        // Up to three ways without a branch that nobody could foresee.
        movement &+= Self.one(unless: random, isBelow: road.turnThresholds.0)
        movement &+= Self.one(unless: random, isBelow: road.turnThresholds.1)
        if road.hasMoreWays { return laterTurn(random, road) }
        return Int(min(movement, road.lastMovement))
    }

    /// The borrow of a difference, by bits: a comparison would be compiled to a branch.
    @inline(__always)
    private static func one(unless number: UInt64, isBelow limit: UInt64) -> Int32 {
        let borrow = ~number & limit | (~number | limit) & (number &- limit)
        return Int32(truncatingIfNeeded: borrow &>> 63) ^ 1
    }

    /// The same where a road has more than three movements.
    @inline(never)
    private func laterTurn(_ random: UInt64, _ road: SimulationPlan.Road) -> Int {
        var movement = Int(road.firstMovement)
        while movement < Int(road.lastMovement), random >= plan.movements[movement].turnThreshold { movement += 1 }
        return movement
    }

    /// Counts the vehicles that will reach their stop line as many seconds from now as the detectors look ahead.
    @inline(__always)
    private func passDetectors(
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        at instant: Instant
    ) {
        var row = instant.row + plan.detectorSeconds
        if row >= plan.wheelSize { row -= plan.wheelSize }
        var left: Int32 = 0
        for word in 0..<plan.wordCount {
            var bits = arrivals[row * plan.wordCount + word]
            while bits != 0 {
                let road = Int(plan.roadOfSlot[64 * word + bits.trailingZeroBitCount])
                let fixed = plan.roads[road]
                let movement = turn(ofVehicle: roads[road].detected, key: roads[road].turnKey, fixed)
                roads[road].detected &+= 1
                movements[movement].near += 1
                junctions[Int(fixed.destination)].nearing |= plan.movements[movement].bit
                // Mostly one; who comes in the same second is the next of the same road.
                if left == 0 { left = wheel[road * plan.wheelSize + row] }
                left -= 1
                if left == 0 { bits &= bits &- 1 }
            }
        }
    }

    @inline(__always)
    private func reachStopLines(
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) {
        for word in 0..<plan.wordCount {
            let index = instant.row * plan.wordCount + word
            var bits = arrivals[index]
            arrivals[index] = 0
            while bits != 0 {
                let road = Int(plan.roadOfSlot[64 * word + bits.trailingZeroBitCount])
                let fixed = plan.roads[road]
                let movement = turn(ofVehicle: roads[road].arrived, key: roads[road].turnKey, fixed)
                roads[road].arrived &+= 1
                reachStopLine(
                    &movements[movement],
                    plan.movements[movement],
                    &junctions[Int(fixed.destination)],
                    &sums,
                    now: instant.now
                )
                // Mostly one; who comes in the same second is the next of the same road.
                let slot = road * plan.wheelSize + instant.row
                wheel[slot] -= 1
                if wheel[slot] == 0 { bits &= bits &- 1 }
            }
        }
    }

    @inline(__always)
    private func reachStopLine(
        _ movement: inout SimulationState.Movement,
        _ fixed: SimulationPlan.Movement,
        _ junction: inout SimulationState.Junction,
        _ sums: inout TrafficCounters,
        now: Int32
    ) {
        if plan.detectorSeconds > 0 {
            movement.near -= 1
            junction.nearing &= ~(movement.near == 0 ? fixed.bit : 0)
        }
        // All stop but one that finds no queue and may go at once.
        var stops = true
        if movement.queue == 0 {
            junction.queuing |= fixed.bit
            if junction.open & fixed.bit != 0 { movement.settle(fixed, until: now) }
            if junction.green & fixed.bit == 0 {
                movement.redSince = now
            } else {
                stops = movement.credit + fixed.saturationFlow < SimulationPlan.vehicleCredit
            }
        }
        sums.stops += stops ? 1 : 0
        movement.queue += 1
        junction.queued += 1
    }
}

// Signals.
extension TrafficModel {
    /// Lets the vehicles of one intersection go and returns how many went.
    @inline(__always)
    private func serve(
        _ waiting: UInt64,
        _ index: Int,
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) -> Int32 {
        let fixed = plan.junctions[index]
        let phase = plan.phases[fixed.firstPhase + Int(junctions[index].phase)]
        var waiting = waiting
        var next = phase.movements.lowerBound
        var departed: Int32 = 0
        while waiting != 0 {
            var movement = fixed.movements.lowerBound + waiting.trailingZeroBitCount
            if !phase.isAscending {
                // The order of the phase is another one: the next of it that waits.
                movement = Int(plan.phaseMovements[next])
                next += 1
                guard waiting & plan.movements[movement].bit != 0 else { continue }
            }
            let own = plan.movements[movement]
            waiting &= ~own.bit
            departed += discharge(&movements[movement], own, &roads, &wheel, &arrivals, &sums, at: instant)
            junctions[index].queuing &= ~(movements[movement].queue == 0 ? own.bit : 0)
        }
        junctions[index].queued -= departed
        return departed
    }

    /// Lets vehicles of one movement go as far as credit, queue and the next road allow.
    @inline(__always)
    private func discharge(
        _ movement: inout SimulationState.Movement,
        _ fixed: SimulationPlan.Movement,
        _ roads: inout MutableSpan<SimulationState.Road>,
        _ wheel: inout MutableSpan<Int32>,
        _ arrivals: inout MutableSpan<UInt64>,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) -> Int32 {
        var credit = movement.credit + fixed.saturationFlow
        guard credit >= SimulationPlan.vehicleCredit else {
            movement.credit = credit
            return 0
        }
        var departed: Int32 = 0
        while credit >= SimulationPlan.vehicleCredit, departed < movement.queue {
            let next = Int(fixed.nextRoad)
            if next >= 0 {
                guard roads[next].occupancy < plan.roads[next].storage else { break }
                enter(next, &roads, &wheel, &arrivals, at: instant)
            } else {
                sums.left += 1
            }
            credit -= SimulationPlan.vehicleCredit
            departed += 1
            roads[Int(fixed.road)].occupancy -= 1
        }
        if departed > 0 {
            movement.lastCrossing = instant.now
            movement.queue -= departed
            movement.settled = instant.now &+ 1
        }
        // What nobody can use is not saved up: the next second offers one vehicle (or the saturation flow) at most.
        let isUnused = credit >= SimulationPlan.vehicleCredit || movement.queue == 0
        movement.credit = isUnused ? min(credit, fixed.spareCredit) : credit
        return departed
    }
}
