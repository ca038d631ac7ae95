/// Stands between the detectors and a controller: what is broken is seen as it is broken, and what can be recognised as
/// broken is answered with the fixed plan.
///
/// The street and whoever measures it never come here. A detector is recognised when it says nothing, or the same for longer
/// than is plausible; then it counts as a constant call, for the safety envelope too, which knows no more than the detectors
/// say: the maximum red of its phase runs from the end of its green. Who says nobody may be stuck and not found out yet: where
/// detectors may be broken no phase is left out for longer than the maximum red, nor by a green longer than its maximum, whoever is
/// counted.
public struct DetectorGuard: Sendable {
    /// What is drawn, and what is done about it.
    public struct Settings: Sendable {
        /// Which detectors are broken.
        public let faults: DetectorFaults
        /// The plan of a junction with a detector that is seen to be broken; `nil`: its controller goes on.
        public let plan: FixedTimeController?
        /// The share of junctions on their plans above which all the others follow theirs too, 0...1; `nil`: the controller's.
        public let tolerance: Double?

        /// Puts settings together.
        public init(_ faults: DetectorFaults, fallingBackTo plan: FixedTimeController?, tolerance: Double? = nil) {
            self.faults = faults
            self.plan = plan
            self.tolerance = tolerance
        }
    }

    /// What became of the detectors so far.
    public private(set) var tally = DetectorTally()
    private let settings: Settings
    private let run: UInt64
    /// Seconds between the decisions of the controller behind it.
    private let interval: Int
    private let tolerance: Double
    private var junctions: [Int: [Detector]] = [:]
    /// The junctions with a detector that is seen to be broken.
    private var blind: Set<Int> = []

    /// Seconds for which as many vehicles may be counted: longer than any red.
    static let plausibleConstant = 150
    /// Seconds of their own green for which they may: who has green goes.
    static let plausibleGreen = 20
    /// Seconds for which nobody may be counted.
    static let plausibleNobody = 300

    /// What is known of a phase's detector.
    fileprivate struct Detector: Sendable {
        let fault: DetectorFaults.Fault?
        /// What it has repeated since it is stuck: vehicles, and those that stand.
        var frozen: (demand: Int32, queue: Int32)?
        var reading: Int32 = -1
        var unchangedSince = 0
        /// Seconds of green in which the reading has not changed.
        var unchangedGreen = 0
        /// The last second in which its phase was green.
        var lastGreen = 0
        var isRecognized = false
    }

    /// Begins with a run.
    ///
    /// - Parameters:
    ///   - settings: What is drawn.
    ///   - controller: Whose decisions are due in its own interval.
    ///   - run: The run's seed.
    public init(_ settings: Settings, of controller: any SignalController, run: UInt64) {
        self.settings = settings
        self.run = run
        interval = controller.decisionInterval
        tolerance = settings.tolerance ?? controller.toleratedPlanShare
    }

    /// Decides in a second in which a signal can be changed; to be asked in every one of them.
    ///
    /// - Parameters:
    ///   - view: What is really there.
    ///   - controller: Is asked when it is due and its detectors are not seen to be broken.
    ///   - envelope: What the signal is held to.
    /// - Returns: A phase that the envelope allows as far as the detectors tell.
    public mutating func decide(
        _ view: IntersectionView,
        by controller: inout any SignalController,
        within envelope: SafetyEnvelope
    ) -> Int {
        var seen = look(view, envelope)
        tally.seconds += 1
        if let plan = settings.plan, follows(plan, at: view.intersection) {
            tally.secondsOnPlan += 1
            // A plan acts to the second.
            limit(&seen, within: SafetyEnvelope(timing: envelope.timing, interval: plan.decisionInterval))
            let phase = plan.phase(of: view.intersection, at: view.time, envelope.timing)
            return envelope.admit(phase, allowed: seen.allowedPhases, phaseCount: seen.phaseCount)
        }
        guard view.time % interval == 0 else { return view.phase }
        limit(&seen, within: envelope)
        return envelope.admit(controller.choosePhase(seen), allowed: seen.allowedPhases, phaseCount: seen.phaseCount)
    }

    /// Whether a junction is to follow its plan: it does not see, or so many do not that theirs is the green wave.
    ///
    /// Who follows his detectors amid junctions on a plan breaks their wave, and is met by platoons that are none of his: from some
    /// share on both cost more than seeing is worth.
    private func follows(_ plan: FixedTimeController, at junction: Int) -> Bool {
        blind.contains(junction) || Double(blind.count) > tolerance * Double(plan.greens.count)
    }

    private func limit(_ view: inout IntersectionView, within envelope: SafetyEnvelope) {
        let clearing = view.clearingPhases
        view.allowedPhases = envelope.allowedPhases(
            phase: view.phase,
            greenAge: view.greenAge,
            redWaits: view.redWaits,
            phaseCount: view.phaseCount
        )
        view.keepGreen(of: clearing)
    }

    /// What the detectors make of what is there.
    private mutating func look(_ view: IntersectionView, _ envelope: SafetyEnvelope) -> IntersectionView {
        let mayLie = settings.faults.shares.contains { $0 > 0 }
        let recallTime = recallTime(view.phaseCount, envelope)
        let greenEnds = view.greenAge + envelope.interval > envelope.timing.maximumGreen
        var detectors = junctions[view.intersection] ?? drawn(view)
        var seen = view
        detectors[view.phase].lastGreen = view.time
        for phase in detectors.indices {
            let count = detectors[phase].read(
                (view.demand[phase], view.queues[phase]),
                factor: factor(detectors[phase], phase, view),
                second: view.time,
                hasGreen: phase == view.phase
            )
            let isRecognized = detectors[phase].isRecognized
            let sinceGreen = Int32(clamping: view.time - detectors[phase].lastGreen)
            let isHidden = mayLie && phase != view.phase && count?.demand == 0
            let isDue = isHidden && (greenEnds || sinceGreen >= recallTime)
            if isDue { seen.recall(phase, after: sinceGreen) }
            guard detectors[phase].fault != nil || isRecognized else { continue }
            let (demand, queue) = count ?? (0, 0)
            // Beyond the detectors nobody is miscounted.
            seen.pressures[phase] = view.pressures[phase] &+ demand &- view.demand[phase]
            seen.demand[phase] = demand
            seen.queues[phase] = queue
            if isRecognized { seen.calledPhases |= 1 << UInt64(phase) }
            let isCalled = isRecognized || demand > 0 || isDue
            seen.redWaits[phase] = isCalled && phase != view.phase ? max(1, sinceGreen) : 0
            guard detectors[phase].repeatsItself(at: view.time) else {
                // Miscounted: presence and its times are right.
                seen.redWaits[phase] = max(view.redWaits[phase], isDue ? sinceGreen : 0)
                continue
            }
            seen.gaps[phase] = demand > 0 ? 0 : phase == view.phase ? Int32(clamping: view.greenAge) : 1 << 20
        }
        junctions[view.intersection] = detectors
        if detectors.contains(where: \.isRecognized) {
            blind.insert(view.intersection)
        } else {
            blind.remove(view.intersection)
        }
        return seen
    }

    /// Seconds of red after which a phase for which nobody was counted gets a turn all the same: none is late for it.
    private func recallTime(_ phaseCount: Int, _ envelope: SafetyEnvelope) -> Int32 {
        let timing = envelope.timing
        let round = phaseCount * timing.holdTime(interval: envelope.interval) + timing.changeTime
        return Int32(clamping: max(0, timing.maximumRed - round))
    }

    private func factor(_ detector: Detector, _ phase: Int, _ view: IntersectionView) -> Double {
        guard detector.fault?.kind == .miscount else { return 1 }
        return settings.faults.factor(of: (view.intersection, phase), run: run, second: view.time)
    }

    private mutating func drawn(_ view: IntersectionView) -> [Detector] {
        let detectors = (0..<view.phaseCount).map { phase in
            Detector(fault: settings.faults.fault(of: (view.intersection, phase), run: run), unchangedSince: view.time)
        }
        tally.detectors += detectors.count
        for (index, kind) in DetectorFaults.Kind.allCases.enumerated() {
            tally.broken[index] += detectors.count { $0.fault?.kind == kind }
        }
        return detectors
    }
}

extension IntersectionView {
    /// Counts a phase as called, by somebody who waits since it lost its green.
    fileprivate mutating func recall(_ phase: Int, after seconds: Int32) {
        calledPhases |= 1 << UInt64(phase)
        redWaits[phase] = max(redWaits[phase], seconds)
    }
}

extension DetectorGuard.Detector {
    /// Whether it says nothing or what it has said before.
    func repeatsItself(at second: Int) -> Bool {
        switch fault?.kind {
        case .missing: true
        case .stuck: frozen != nil
        case .miscount, nil: isRecognized
        }
    }

    /// Takes a reading, and finds out whether it can be believed.
    ///
    /// - Parameters:
    ///   - count: Vehicles that are really there, and those that stand.
    ///   - factor: What a miscounting detector makes of one.
    ///   - second: Of the run.
    ///   - hasGreen: Whether who is counted may go.
    /// - Returns: What it says; `nil` for nothing.
    mutating func read(
        _ count: (demand: Int32, queue: Int32),
        factor: Double,
        second: Int,
        hasGreen: Bool
    ) -> (demand: Int32, queue: Int32)? {
        if fault?.kind == .missing {
            isRecognized = true
            return nil
        }
        var said = count
        if let fault, fault.kind == .stuck, second >= fault.second {
            said = frozen ?? count
            frozen = said
        }
        if fault?.kind == .miscount { said = (miscounted(count.demand, factor), miscounted(count.queue, factor)) }
        if said.demand != reading { (reading, unchangedSince, unchangedGreen) = (said.demand, second, 0) }
        if hasGreen { unchangedGreen += 1 }
        let isConstant =
            second - unchangedSince >= DetectorGuard.plausibleConstant || unchangedGreen > DetectorGuard.plausibleGreen
        isRecognized = reading > 0 ? isConstant : second - unchangedSince >= DetectorGuard.plausibleNobody
        return said
    }

    private func miscounted(_ count: Int32, _ factor: Double) -> Int32 {
        count <= 0 ? count : max(1, Int32(Double(count) * factor + 0.5))
    }
}

extension FixedTimeController {
    /// The phase that an intersection which has followed the plan from the beginning shows, or changes to, at a second.
    ///
    /// Who falls back to the plan later joins the cycle of the others: a green wave is theirs together.
    fileprivate func phase(of intersection: Int, at second: Int, _ timing: SignalTiming) -> Int {
        let greens = greens[intersection]
        let cycle = greens.reduce(0) { $0 + $1 + timing.changeTime }
        guard cycle > 0 else { return 0 }
        // The first green begins with its minimum over.
        var place = (second + timing.minimumGreen) % cycle
        for phase in greens.indices {
            if place < greens[phase] { return phase }
            place -= greens[phase] + timing.changeTime
            if place < 0 { return (phase + 1) % greens.count }
        }
        return 0
    }
}
