/// What a controller knows of an intersection when it is asked.
public struct IntersectionView: Sendable, Hashable {
    /// Which intersection.
    public var intersection = 0
    /// Seconds since the signals were switched on.
    public var time = 0
    /// The number of its phases, at most 8.
    public var phaseCount = 0
    /// The phase that is green.
    public var phase = 0
    /// Seconds for which it has been.
    public var greenAge = 0
    /// The phases that the safety envelope allows, bit p for phase p.
    public var allowedPhases: UInt64 = 0
    /// By phase: vehicles that are queued or within the detector distance; −1 where there is no such phase.
    public var demand = SIMD8<Int32>(repeating: -1)
    /// By phase: seconds for which its vehicles have waited at red.
    public var redWaits = SIMD8<Int32>(repeating: 0)

    /// Creates an empty view.
    public init() {}

    /// The allowed phases that make sense: the present one, and those for which there are vehicles.
    ///
    /// Never empty: a phase that the envelope demands has vehicles waiting.
    public var choices: UInt64 {
        var called: UInt64 = 1 << UInt64(phase)
        for phase in 0..<phaseCount where demand[phase] > 0 { called |= 1 << UInt64(phase) }
        return allowedPhases & called
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
        var view = IntersectionView()
        view.intersection = intersection
        view.time = counters.seconds
        view.phaseCount = phaseCount(of: intersection)
        view.phase = phase(of: intersection)
        view.greenAge = stageTime(of: intersection)
        view.demand = demand(at: intersection, within: seconds)
        view.redWaits = redWaits(at: intersection)
        view.allowedPhases = envelope.allowedPhases(
            phase: view.phase,
            greenAge: view.greenAge,
            redWaits: view.redWaits,
            phaseCount: view.phaseCount
        )
        return view
    }
}
