/// What a controller knows of an intersection when it is asked.
public struct IntersectionView: Sendable, Hashable {
    /// Which intersection.
    public var intersection = 0
    /// Seconds since the signals were switched on.
    public var time = 0
    /// The number of its phases, at most `maximumPhaseCount`.
    public var phaseCount = 0
    /// The phase that is green.
    public var phase = 0
    /// Seconds for which it has been.
    public var greenAge = 0
    /// The phases that the safety envelope allows, bit p for phase p.
    public var allowedPhases: UInt64 = 0
    /// The phases that vehicles inside the junction need to get out of it, bit p for phase p.
    public var clearingPhases: UInt64 = 0
    /// The phases that vehicles with priority ask for, bit p for phase p.
    public private(set) var priorityPhases: UInt64 = 0
    /// The phases of lanes on which nobody could be seen, who may wait there all the same, bit p for phase p.
    public var calledPhases: UInt64 = 0
    /// Whether a phase may be chosen for which there are no vehicles, as in most published measurements.
    public var allowsUncalledPhases = false
    /// By phase: vehicles that are queued or within the detector distance; −1 where there is no such phase.
    public var demand = SIMD16<Int32>(repeating: -1)
    /// By phase: vehicles that stand at the stop lines of its movements; −1 where there is no such phase.
    public var queues = SIMD16<Int32>(repeating: -1)
    /// By phase, summed over its movements: vehicles on the incoming lanes minus those on as many lanes of the road
    /// they lead to; `Int32.min` where there is no such phase.
    public var pressures = SIMD16<Int32>(repeating: .min)
    /// By phase: seconds since a vehicle last crossed the stop line of one of its movements; for the green phase no
    /// more than `greenAge`.
    public var gaps = SIMD16<Int32>(repeating: 0)
    /// The phases that lead to a road which is almost full, bit p for phase p.
    public var fullExits: UInt64 = 0
    /// Vehicles that stand at the neighbours' lights in movements that lead here.
    public var neighborQueue: Int32 = 0
    /// By phase: seconds for which its vehicles have waited at red.
    public var redWaits = SIMD16<Int32>(repeating: 0)

    /// The most phases that a view has room for; intersections of the embedded simulation have half as many.
    public static let maximumPhaseCount = 16

    /// Creates an empty view.
    public init() {}

    /// Allows only the phases that vehicles inside the junction need, as far as the envelope leaves one of them.
    ///
    /// - Parameter phases: Bit p for phase p; 0 when nobody stands inside.
    public mutating func keepGreen(of phases: UInt64) {
        guard allowedPhases & phases != 0 else { return }
        allowedPhases &= phases
        clearingPhases = phases
    }

    /// Gives green to vehicles with priority, as far as the envelope leaves one of their phases.
    ///
    /// - Parameter phases: Bit p for phase p; 0 when nobody with priority is seen.
    public mutating func giveGreen(to phases: UInt64) {
        priorityPhases = phases
        keepGreen(of: phases)
    }

    /// The allowed phases that make sense: the present one, and those for which there are vehicles, or all of them where
    /// uncalled ones may be chosen.
    ///
    /// Never empty: a phase that the envelope demands has vehicles waiting.
    public var choices: UInt64 {
        if allowsUncalledPhases { return allowedPhases }
        var called: UInt64 = 1 << UInt64(phase) | clearingPhases | calledPhases
        for phase in 0..<phaseCount where demand[phase] > 0 { called |= 1 << UInt64(phase) }
        return allowedPhases & called
    }

    /// Returns the choice with the largest of given values; the present phase on ties, then the lowest.
    public func strongestChoice(by values: SIMD16<Int32>) -> Int {
        let choices = choices
        var best = choices & (1 << UInt64(phase)) != 0 ? phase : choices.trailingZeroBitCount
        for phase in 0..<phaseCount where choices & (1 << UInt64(phase)) != 0 && values[phase] > values[best] {
            best = phase
        }
        return best
    }

    /// Returns the next choice after the present phase in cyclic order; the present one where there is no other.
    public func nextChoice() -> Int {
        let choices = choices
        for step in 1..<max(2, phaseCount) {
            let next = (phase + step) % phaseCount
            if choices & (1 << UInt64(next)) != 0 { return next }
        }
        return phase
    }
}

extension TrafficSimulation {
    /// Looks at an intersection as a controller does.
    ///
    /// - Parameters:
    ///   - intersection: One in which `canDecide`.
    ///   - envelope: What limits the choice.
    ///   - seconds: How far the detectors look ahead.
    /// - Returns: What a controller may know.
    public func view(of intersection: Int, envelope: SafetyEnvelope, detectorSeconds seconds: Int) -> IntersectionView {
        var view = learnerView(of: intersection, envelope: envelope, detectorSeconds: seconds, observing: .all)
        view.queues.lowHalf = demand(at: intersection, within: 0)
        view.pressures.lowHalf = pressures(at: intersection)
        view.gaps.lowHalf = gaps(at: intersection)
        let unbroken = view.gaps[view.phase]
        view.gaps[view.phase] = min(unbroken, Int32(truncatingIfNeeded: view.greenAge))
        return view
    }

    /// The part of `view` that a learned controller uses: training looks at little else but this.
    func learnerView(
        of intersection: Int,
        envelope: SafetyEnvelope,
        detectorSeconds seconds: Int,
        observing sight: SignalSight
    ) -> IntersectionView {
        let watch = watch(intersection, within: seconds)
        var view = IntersectionView()
        view.intersection = intersection
        view.time = counters.seconds
        view.phaseCount = phaseCount(of: intersection)
        view.phase = phase(of: intersection)
        view.greenAge = stageTime(of: intersection)
        view.demand.lowHalf = watch.demand
        view.redWaits.lowHalf = watch.redWaits
        if sight.fullExits { view.fullExits = fullExits(at: intersection) }
        if sight.neighbors { view.neighborQueue = neighborQueue(of: intersection) }
        view.allowedPhases = envelope.allowedPhases(
            phase: view.phase,
            greenAge: view.greenAge,
            redWaits: view.redWaits,
            phaseCount: view.phaseCount
        )
        return view
    }
}
