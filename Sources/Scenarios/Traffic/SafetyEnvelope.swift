/// What a controller may ask of a signal: minimum and maximum green and the longest red, as sets of allowed phases.
///
/// Not a penalty to be learned: a phase outside the set cannot be chosen, in exploration neither.
public struct SafetyEnvelope: Sendable, Hashable {
    /// The times it holds to.
    public let timing: SignalTiming
    /// Seconds between two instants at which decisions are made.
    public let interval: Int
    private let holdTime: Int

    /// Creates an envelope.
    public init(timing: SignalTiming, interval: Int) {
        self.timing = timing
        self.interval = interval
        holdTime = timing.holdTime(interval: interval)
    }

    /// Says which phases may be chosen.
    ///
    /// - Parameters:
    ///   - phase: The phase that is green.
    ///   - greenAge: Seconds for which it has been, at least the minimum green.
    ///   - redWaits: For each phase the seconds for which its vehicles have waited at red; 0 where none waits.
    ///   - phaseCount: The number of phases.
    /// - Returns: Bit p for phase p; at least one.
    public func allowedPhases(phase: Int, greenAge: Int, redWaits: SIMD16<Int32>, phaseCount: Int) -> UInt64 {
        allowedPhases(
            phase: phase,
            greenAge: greenAge,
            redWaits: redWaits,
            longest: Int(redWaits.max()),
            phaseCount: phaseCount
        )
    }

    /// The same of whoever knows the longest of the waits.
    @inline(__always)
    func allowedPhases(
        phase: Int,
        greenAge: Int,
        redWaits: @autoclosure () -> SIMD16<Int32>,
        longest: Int,
        phaseCount: Int
    ) -> UInt64 {
        // However the phases come after one another, that one is in time.
        let isEasy = longest + phaseCount * holdTime + timing.changeTime <= timing.maximumRed
        if !isEasy, let urgent = urgentPhase(redWaits(), phaseCount: phaseCount) { return 1 << UInt64(urgent) }
        let all = (UInt64(1) << UInt64(phaseCount)) - 1
        let mustEnd = greenAge + interval > timing.maximumGreen && longest > 0
        return mustEnd ? all & ~(1 << UInt64(phase)) : all
    }

    /// The phase that has waited longest, if the maximum red could not be kept by beginning with it one decision later.
    ///
    /// Phases are served in the order of their waits, each for one hold time; the one with k before it gets green
    /// k hold times and a change after the beginning.
    private func urgentPhase(_ redWaits: SIMD16<Int32>, phaseCount: Int) -> Int? {
        var longest = 0
        var isUrgent = false
        for phase in 0..<phaseCount where redWaits[phase] > 0 {
            var before = 0
            for other in 0..<phaseCount {
                let isLonger = redWaits[other] > redWaits[phase]
                if isLonger || redWaits[other] == redWaits[phase] && other < phase { before += 1 }
            }
            let wait = Int(redWaits[phase]) + (before + 1) * holdTime + timing.changeTime
            isUrgent = isUrgent || wait > timing.maximumRed
            if redWaits[phase] > redWaits[longest] { longest = phase }
        }
        return isUrgent ? longest : nil
    }

    /// Says whether a change that ends now may be a second longer: whether everybody would get green in time all the same.
    ///
    /// - Parameters:
    ///   - phase: The phase that is about to be green.
    ///   - time: Seconds since the first decision.
    ///   - redWaits: For each phase the seconds for which its vehicles have waited at red; 0 where none waits.
    ///   - phaseCount: The number of phases.
    /// - Returns: Whether the others, served after it in the order of their waits, keep their maximum red.
    public func allowsHold(before phase: Int, time: Int, redWaits: SIMD16<Int32>, phaseCount: Int) -> Bool {
        let next = (time + 1 + timing.minimumGreen + interval - 1) / interval * interval
        return (0..<phaseCount).allSatisfy { waiting in
            let wait = Int(redWaits[waiting])
            guard wait > 0 else { return true }
            guard waiting != phase else { return wait < timing.maximumRed }
            let before = (0..<phaseCount).count { other in
                other != phase && other != waiting
                    && (redWaits[other] > redWaits[waiting] || redWaits[other] == redWaits[waiting] && other < waiting)
            }
            return wait + (next - time) + before * holdTime + timing.changeTime <= timing.maximumRed
        }
    }

    /// Returns the phase a controller wishes, or the next allowed one in cyclic order.
    public func admit(_ wish: Int, allowed: UInt64, phaseCount: Int) -> Int {
        var phase = wish
        while allowed & (1 << UInt64(phase)) == 0 { phase = (phase + 1) % phaseCount }
        return phase
    }
}
