package import Scenarios

/// What one light shows and how long its vehicles have waited, kept from what was asked for and what is seen.
package struct SignalClock: Sendable, Hashable {
    /// The green phase; during a change the one that follows.
    package private(set) var phase = 0
    /// Seconds of green.
    private(set) var greenAge: Int
    /// Seconds that are left of a change.
    private(set) var changeLeft = 0
    /// Seconds for which the change has been held.
    package private(set) var held = 0
    /// Seconds of red of who had waited longest, when the change ended, for the green that follows.
    private var waitAtEnd: Int32 = 0
    /// The phase that was green before the change.
    private(set) var previous = 0
    /// By link: seconds for which it has been red with vehicles before it.
    private(set) var redWaits: [Int32]
    /// By lane of the light: seconds since a vehicle crossed.
    private(set) var gaps: [Int32]
    private let timing: SignalTiming

    /// Begins in the first phase, its minimum green over.
    package init(lanes: SignalLanes, timing: SignalTiming) {
        greenAge = timing.minimumGreen
        redWaits = Array(repeating: 0, count: lanes.linkLanes.count)
        gaps = Array(repeating: 0, count: lanes.approaches.count)
        self.timing = timing
    }

    /// Whether another phase may be asked for.
    var canDecide: Bool { changeLeft == 0 && greenAge >= timing.minimumGreen }

    /// Whether the change to the phase may still be seen.
    var isChanging: Bool { greenAge == 0 }

    /// Whether a change has just ended, and nobody has seen the green that follows it.
    var isAtEndOfChange: Bool { changeLeft == 0 && greenAge == 0 && previous != phase }

    /// The longest that a change is held, in seconds.
    ///
    /// From standing a car gets 30 m far in that, across most junctions, with SUMO's 2.6 m/s².
    package static let longestHold = 5

    /// Begins the change to another phase, which takes so many seconds.
    package mutating func request(_ next: Int, changeTime: Int) {
        guard next != phase else { return }
        previous = phase
        phase = next
        changeLeft = changeTime
        greenAge = 0
        (held, waitAtEnd) = (0, 0)
    }

    /// Makes the change that has just ended a second longer.
    package mutating func hold() {
        changeLeft = 1
        held += 1
    }

    /// Whether the change that has just ended is to be held for a second more: somebody stands in the way of the next
    /// green, and nobody's maximum red is in danger.
    ///
    /// - Parameters:
    ///   - time: Seconds since the episode began.
    ///   - lanes: The light's.
    ///   - sight: What is seen now.
    ///   - envelope: What the light is held to.
    /// - Returns: Whether to call `hold`.
    package func mustHold(time: Int, _ lanes: SignalLanes, _ sight: SUMOSight, _ envelope: SafetyEnvelope) -> Bool {
        guard isAtEndOfChange, held < Self.longestHold, lanes.isCrossed(in: phase, standing: sight.isBlocked) else {
            return false
        }
        var waits = phaseWaits(lanes)
        waits[phase] = waitAtEnd > 0 ? waitAtEnd + Int32(truncatingIfNeeded: held) : 0
        return envelope.allowsHold(before: phase, time: time, redWaits: waits, phaseCount: lanes.phaseLanes.count)
    }

    /// By phase: the longest that somebody has waited at red for it, longer for who may wait less.
    private func phaseWaits(_ lanes: SignalLanes) -> SIMD16<Int32> {
        var waits = SIMD16<Int32>.zero
        for phase in lanes.phaseLanes.indices {
            waits[phase] = redWaits.indices.reduce(0) { wait, link in
                guard lanes.linkGreens[phase][link], redWaits[link] > 0 else { return wait }
                return max(wait, redWaits[link] + lanes.haste[link])
            }
        }
        return waits
    }

    /// Whether a link has green.
    func hasGreen(_ link: Int, _ lanes: SignalLanes) -> Bool {
        lanes.linkGreens[phase][link] && (changeLeft == 0 || lanes.linkGreens[previous][link])
    }

    /// Lets time pass and takes in what is seen then.
    package mutating func advance(_ seconds: Int, _ lanes: SignalLanes, _ sight: SUMOSight) {
        let change = min(changeLeft, seconds)
        changeLeft -= change
        greenAge = changeLeft > 0 ? 0 : greenAge + seconds - change
        for link in redWaits.indices {
            if change > 0, changeLeft == 0, redWaits[link] > 0, lanes.linkGreens[phase][link] {
                waitAtEnd = max(waitAtEnd, redWaits[link] + Int32(truncatingIfNeeded: seconds) + lanes.haste[link])
            }
            let isRed = lanes.isGuarded[link] && !hasGreen(link, lanes)
            let waits = isRed && lanes.linkLanes[link].contains { sight.demand($0) > 0 || lanes.isBlind[$0] }
            redWaits[link] = waits ? redWaits[link] + Int32(truncatingIfNeeded: seconds) : 0
        }
        for (index, lane) in lanes.approaches.enumerated() {
            gaps[index] = sight.crossings[lane] ? 0 : gaps[index] + Int32(truncatingIfNeeded: seconds)
        }
    }

    /// Looks at the light as a controller does.
    func view(
        of index: Int,
        time: Int,
        _ lanes: SignalLanes,
        _ sight: SUMOSight,
        _ envelope: SafetyEnvelope
    ) -> IntersectionView {
        var view = IntersectionView()
        view.intersection = index
        view.time = time
        view.phaseCount = lanes.phaseLanes.count
        view.phase = phase
        view.greenAge = greenAge
        for phase in lanes.phaseLanes.indices {
            let approaches = lanes.phaseLanes[phase]
            view.demand[phase] = approaches.reduce(0) { $0 + sight.demand($1) }
            view.queues[phase] = approaches.reduce(0) { $0 + sight.queue($1) }
            view.pressures[phase] = sight.pressure(approaches, lanes.receivers[phase])
            let isFull = lanes.receivers[phase].joined().contains { sight.vehicles[$0] >= lanes.rooms[$0] }
            if isFull { view.fullExits |= 1 << UInt64(phase) }
            view.gaps[phase] = gap(approaches, lanes)
            if approaches.contains(where: { lanes.isBlind[$0] }) { view.calledPhases |= 1 << UInt64(phase) }
        }
        view.redWaits = phaseWaits(lanes)
        view.neighborQueue = lanes.neighbors.reduce(0) { $0 + sight.halting[$1] }
        view.gaps[phase] = min(view.gaps[phase], Int32(truncatingIfNeeded: greenAge))
        view.allowedPhases = envelope.allowedPhases(
            phase: phase,
            greenAge: greenAge,
            redWaits: view.redWaits,
            phaseCount: view.phaseCount
        )
        view.keepGreen(of: lanes.clearingPhases(standing: sight.isBlocked))
        return view
    }

    /// Seconds since a vehicle last crossed from one of these lanes.
    private func gap(_ approaches: [Int], _ lanes: SignalLanes) -> Int32 {
        var gap = Int32.max
        for (index, lane) in lanes.approaches.enumerated() where approaches.contains(lane) {
            gap = min(gap, gaps[index])
        }
        return gap
    }
}

/// What was seen of the lanes in the last simulated second.
package struct SUMOSight: Sendable, Hashable {
    /// Metres per second below which who is inside a junction does not get out of it.
    static let crawl = 2.0

    /// By lane: all vehicles on it.
    package var vehicles: [Int32]
    /// By lane: vehicles that stand.
    package var halting: [Int32]
    /// By lane with a stop line: vehicles within the detector distance.
    package var near: [Int32]
    /// By lane with a stop line: vehicles that wait to enter the network on a road that is seen from it.
    package var outside: [Int32]
    /// By lane with a stop line: whether a vehicle has crossed it; known only to who watches every vehicle.
    package var crossings: [Bool]
    /// By lane inside a junction: whether its vehicles stand or crawl.
    package var isBlocked: [Bool]
    /// Pedestrians who stand before a crossing under a light.
    package var walkers: [String] = []
    /// By lane with a stop line: the kinds that are told apart; empty where none are.
    package var kinds: [Kinds] = []
    /// By light: what it shows.
    package var lights: [String] = []
    /// By light: the program that it follows.
    package var programs: [String] = []

    /// Nothing on any lane.
    package init(_ network: SUMONetwork, insideCount: Int) {
        vehicles = Array(repeating: 0, count: network.lanes.count)
        halting = Array(repeating: 0, count: network.lanes.count)
        near = Array(repeating: 0, count: network.approachCount)
        outside = Array(repeating: 0, count: network.approachCount)
        crossings = Array(repeating: false, count: network.approachCount)
        isBlocked = Array(repeating: false, count: insideCount)
    }

    /// Vehicles within the detector distance or standing anywhere on the lane, as far as they can be told apart, and
    /// those that wait to enter.
    func demand(_ lane: Int) -> Int32 { max(near[lane], halting[lane]) + outside[lane] }

    /// Vehicles that stand on a lane or wait to enter it.
    func queue(_ lane: Int) -> Int32 { halting[lane] + outside[lane] }

    /// The sum over links of: vehicles on the lane before it minus vehicles on the lane behind it.
    func pressure(_ approaches: [Int], _ receivers: [[Int]]) -> Int32 {
        var pressure: Int32 = 0
        for (lane, onward) in zip(approaches, receivers) {
            for receiver in onward { pressure += vehicles[lane] + outside[lane] - vehicles[receiver] }
        }
        return pressure
    }

    /// A number that two runs share only if they have gone alike.
    var fingerprint: UInt64 {
        (vehicles + halting + near + outside.filter { $0 > 0 }).reduce(0xCBF2_9CE4_8422_2325) { hash, count in
            (hash ^ UInt64(UInt32(bitPattern: count))) &* 0x100_0000_01B3
        }
    }
}
