// What is known of an intersection phase by phase: one lane of a SIMD8 each, −1 where it has no such phase.
extension TrafficSimulation {
    /// Returns the vehicles of each phase: queued, or at the stop line within a number of seconds.
    public func demand(at intersection: Int, within seconds: Int) -> SIMD8<Int32> {
        watch(intersection, within: seconds).demand
    }

    /// Returns for each phase the longest unbroken wait of its vehicles at red, in seconds; 0 where none waits.
    public func redWaits(at intersection: Int) -> SIMD8<Int32> { watch(intersection, within: 0).redWaits }

    /// Returns for each phase the vehicles on its incoming lanes minus those on the lanes that they lead to.
    ///
    /// Of the vehicles on a road behind, a movement is charged the part that its saturation flow is of the road's (as
    /// many lanes as it comes from), rounded down. A road out of the network is always empty.
    ///
    /// Source: Varaiya, *Max pressure control of a network of signalized intersections*, Transportation Research C 36,
    /// 2013, with whole roads in place of stop lines as in Ault and Sharon, NeurIPS 2021.
    public func pressures(at intersection: Int) -> SIMD8<Int32> {
        let tables = network.tables
        var pressures = SIMD8<Int32>(repeating: 0)
        let movements = plan.junctions[intersection].movements
        for movement in movements {
            var pressure = queue(ofMovement: movement)
            let next = Int(tables.nextRoad[movement])
            if next >= 0 {
                pressure -= occupancy(ofRoad: next) * Int(tables.saturationFlow[movement]) / Int(tables.roadFlow[next])
            }
            pressures &+= SIMD8(repeating: Int32(truncatingIfNeeded: pressure)) & tables.phaseMask[movement]
        }
        for road in plan.movements[movements.lowerBound].road...plan.movements[movements.upperBound - 1].road {
            let road = Int(road)
            visitApproaching(road, count: vehiclesApproaching(road, within: plan.wheelSize)) { movement in
                // A mask of −1 adds one vehicle.
                pressures &-= tables.phaseMask[movement]
            }
        }
        let count = phaseCount(of: intersection)
        for phase in count..<RoadNetwork.maximumPhaseCount { pressures[phase] = .min }
        return pressures
    }

    /// Returns for each phase the seconds since a vehicle last crossed the stop line of one of its movements.
    public func gaps(at intersection: Int) -> SIMD8<Int32> {
        let now = Int32(truncatingIfNeeded: time)
        var gaps = SIMD8<Int32>(repeating: 0)
        for phase in 0..<phaseCount(of: intersection) {
            var gap = Int32.max
            for movement in network.intersections[intersection].phases[phase].movements {
                gap = min(gap, now &- state.movements[movement].lastCrossing)
            }
            gaps[phase] = gap
        }
        return gaps
    }

    /// Returns the phases that lead to a road with no more than a tenth of its storage left, bit p for phase p.
    public func fullExits(at intersection: Int) -> UInt64 {
        let tables = network.tables
        var full = SIMD8<Int32>(repeating: 0)
        for movement in Int(tables.firstMovement[intersection])..<Int(tables.firstMovement[intersection + 1]) {
            let next = Int(tables.nextRoad[movement])
            guard next >= 0, 10 * occupancy(ofRoad: next) >= 9 * Int(tables.storage[next]) else { continue }
            full |= tables.phaseMask[movement]
        }
        var phases: UInt64 = 0
        for phase in 0..<phaseCount(of: intersection) where full[phase] != 0 { phases |= 1 << UInt64(phase) }
        return phases
    }

    /// Returns the vehicles that stand at other intersections in movements that lead to this one.
    public func neighborQueue(of intersection: Int) -> Int32 {
        let tables = network.tables
        let feeders = Int(tables.firstFeeder[intersection])..<Int(tables.firstFeeder[intersection + 1])
        return feeders.reduce(0) { $0 + state.movements[Int(tables.feeders[$1])].queue }
    }

    /// What a learner sees in every decision.
    struct Watch {
        /// By phase: vehicles queued or about to be; −1 where there is no such phase.
        var demand: SIMD8<Int32>
        /// By phase: the longest unbroken wait at red, in seconds.
        var redWaits = SIMD8<Int32>(repeating: 0)
        /// The longest of them all.
        var longestRedWait: Int32 = 0
        /// The phases with demand, bit p for phase p.
        var called: UInt64 = 0
    }

    /// Looks at the queues of an intersection and as far ahead as its detectors.
    ///
    /// Training spends much of its time here: only what is there is visited.
    func watch(_ intersection: Int, within seconds: Int) -> Watch {
        let (fixed, junction) = (plan.junctions[intersection], state.junctions[intersection])
        let now = Int32(truncatingIfNeeded: time)
        var watch = Watch(demand: plan.noDemand[intersection])
        // Who has passed the detectors is counted already, where they are the plan's.
        let isCounted = seconds == plan.detectorSeconds
        var bits = junction.queuing | (isCounted ? junction.nearing : 0)
        while bits != 0 {
            let movement = fixed.movements.lowerBound + bits.trailingZeroBitCount
            let phases = plan.phaseMask[movement]
            let own = state.movements[movement]
            watch.demand &+= SIMD8(repeating: own.queue &+ (isCounted ? own.near : 0)) & phases
            watch.called |= plan.movements[movement].phases
            if junction.queuing & ~junction.green & bits & (~bits &+ 1) != 0 {
                let wait = now &- own.redSince
                watch.redWaits = pointwiseMax(watch.redWaits, SIMD8(repeating: wait) & phases)
                watch.longestRedWait = max(watch.longestRedWait, wait)
            }
            bits &= bits &- 1
        }
        if isCounted { return watch }
        var roads: UInt64 = 0
        var place = state.row * plan.wordCount + fixed.arrivalWord
        for _ in 0..<min(seconds, plan.wheelSize) {
            roads |= state.arrivals[place]
            place += plan.wordCount
            if place >= state.arrivals.count { place -= state.arrivals.count }
        }
        roads &= fixed.arrivalBits
        while roads != 0 {
            let road = Int(plan.roadOfSlot[64 * fixed.arrivalWord + roads.trailingZeroBitCount])
            visitApproaching(road, count: vehiclesApproaching(road, within: seconds)) { movement in
                // A mask of −1 adds one vehicle.
                watch.demand &-= plan.phaseMask[movement]
                watch.called |= plan.movements[movement].phases
            }
            roads &= roads &- 1
        }
        return watch
    }
}
