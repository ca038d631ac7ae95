internal import TabularLearning

// How signals move on: between two greens, and what that does to the credit of whoever may go.
extension TrafficModel {
    /// Takes green from the present phase; yellow follows, or what comes after it where there is none.
    func beginChange(_ state: inout SimulationState, _ index: Int, to phase: Int, second: Int) {
        beginChange(&state.movements, &state.junctions, index, to: phase, second: second)
    }

    private func beginChange(
        _ movements: inout [SimulationState.Movement],
        _ junctions: inout [SimulationState.Junction],
        _ index: Int,
        to phase: Int,
        second: Int
    ) {
        var movements = movements.mutableSpan
        var junctions = junctions.mutableSpan
        for place in servedPhase(index, junctions[index]).movements {
            movements[Int(plan.phaseMovements[place])].redSince = Int32(truncatingIfNeeded: second)
        }
        junctions[index].green = 0
        junctions[index].nextPhase = UInt8(truncatingIfNeeded: phase)
        junctions[index].stage = .yellow
        junctions[index].stageStart = second
        if plan.timing.yellow == 0 {
            leaveYellow(index, &movements, &junctions, at: second, startedIn: second)
        } else {
            reschedule(index, &movements, &junctions, at: second)
        }
    }

    /// Does what is due at the end of a second.
    func moveOn(
        _ index: Int,
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        at instant: Instant
    ) {
        let end = instant.second + 1
        let age = end - junctions[index].stageStart
        if junctions[index].stage == .yellow, age >= plan.timing.yellow {
            leaveYellow(index, &movements, &junctions, at: end, startedIn: instant.second)
        } else if junctions[index].stage == .allRed, age >= plan.timing.allRed {
            beginGreen(index, &movements, &junctions, at: end, startedIn: instant.second)
        } else {
            reschedule(index, &movements, &junctions, at: end)
        }
    }

    /// Ends yellow: all-red follows, or green at once where there is none.
    private func leaveYellow(
        _ index: Int,
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        at time: Int,
        startedIn second: Int
    ) {
        junctions[index].stage = .allRed
        junctions[index].stageStart = time
        reschedule(index, &movements, &junctions, at: time)
        if plan.timing.allRed == 0 { beginGreen(index, &movements, &junctions, at: time, startedIn: second) }
    }

    /// Gives green to the phase that was asked for.
    ///
    /// Its movements begin with a random part of the credit for a vehicle, as the first driver may be quick or slow: on
    /// average whole vehicles then leave as the continuous flow of the textbooks does.
    private func beginGreen(
        _ index: Int,
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        at time: Int,
        startedIn second: Int
    ) {
        junctions[index].phase = junctions[index].nextPhase
        junctions[index].stage = .green
        junctions[index].stageStart = time
        let phase = servedPhase(index, junctions[index])
        junctions[index].green = phase.bits
        for place in phase.movements {
            let movement = Int(plan.phaseMovements[place])
            let key = keys.starts(movement)
            let random = SplitMix64.mix(key &+ SplitMix64.increment &* UInt64(second + 1)) &>> 32
            movements[movement].credit = Int32(
                truncatingIfNeeded: (random &* UInt64(SimulationPlan.vehicleCredit)) &>> 32
            )
        }
        reschedule(index, &movements, &junctions, at: time)
    }

    /// Opens and closes the movements of an intersection as stage and time say.
    private func reschedule(
        _ index: Int,
        _ movements: inout MutableSpan<SimulationState.Movement>,
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        at time: Int
    ) {
        let before = junctions[index].open
        junctions[index].schedule(plan.timing, served: servedPhase(index, junctions[index]).bits, at: time)
        let open = junctions[index].open
        let now = Int32(truncatingIfNeeded: time)
        // Who may go from now on, and of those who may no longer go the empty queues: others' credit is up to date.
        var changed = open & ~before | before & ~open & ~junctions[index].queuing
        while changed != 0 {
            let movement = plan.junctions[index].movements.lowerBound + changed.trailingZeroBitCount
            changed &= changed &- 1
            if open != 0 {
                movements[movement].settled = now
            } else {
                movements[movement].settle(plan.movements[movement], until: now)
            }
        }
    }

    @inline(__always)
    private func servedPhase(_ index: Int, _ junction: SimulationState.Junction) -> SimulationPlan.Phase {
        plan.phases[plan.junctions[index].firstPhase + Int(junction.phase)]
    }
}

// Counting.
extension TrafficModel {
    /// Which of up to 64 intersections something is to be done at in a second, the first one's bit being the lowest.
    struct Busy {
        /// Those with vehicles that may go.
        var serving: UInt64 = 0
        /// Those whose signal moves on at the end of the second.
        var due: UInt64 = 0
        /// Those that are gridlocked from this second on, unless somebody leaves in it.
        var stalled: UInt64 = 0
    }

    /// Counts queues as if nobody left, and finds without a branch who has something to do.
    @inline(__always)
    func countQueues(
        _ junctions: inout MutableSpan<SimulationState.Junction>,
        from first: Int,
        _ sums: inout TrafficCounters,
        at instant: Instant
    ) -> Busy {
        var busy = Busy()
        var queued = 0
        let end = instant.second + 1
        for index in first..<min(first + 64, junctions.count) {
            let place = UInt64(truncatingIfNeeded: index &- first)
            let present = junctions[index].queued
            queued &+= Int(present)
            junctions[index].waiting &+= present
            let stalled = (junctions[index].stalled &+ 1) & (0 &- present) &>> 31
            junctions[index].stalled = stalled
            busy.serving |= (junctions[index].open & junctions[index].queuing == 0 ? 0 : 1) &<< place
            busy.due |= (junctions[index].due <= end ? 1 : 0) &<< place
            busy.stalled |= (stalled == Int32(TrafficSimulation.gridlockTime) ? 1 : 0) &<< place
        }
        sums.queued += queued
        return busy
    }

    /// Takes who has left out of what was counted: they queue no more, and where somebody leaves nobody is stalled.
    @inline(__always)
    func takeBack(
        _ departed: Int32,
        _ junction: inout SimulationState.Junction,
        _ sums: inout TrafficCounters
    ) {
        sums.queued -= Int(departed)
        junction.waiting -= departed
        junction.stalled &= (departed &- 1) &>> 31
    }
}

/// The places of the bits of a word, ascending.
struct Bits: Sequence, IteratorProtocol {
    private var word: UInt64
    private let first: Int

    @inline(__always)
    init(_ word: UInt64, from first: Int) { (self.word, self.first) = (word, first) }

    @inline(__always)
    mutating func next() -> Int? {
        guard word != 0 else { return nil }
        defer { word &= word &- 1 }
        return first &+ word.trailingZeroBitCount
    }
}
