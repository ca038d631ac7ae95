internal import Evaluation
internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The safety envelope")
struct SafetyEnvelopeTests {
    @Test("holds under random wishes, in light and in heavy traffic", arguments: [1, 2, 5, 10], [100.0, 500, 1200])
    func randomWishes(interval: Int, flow: Double) throws {
        let evaluation = try TrafficEvaluation(scenario: .grid(2, 2, flow: flow), seeds: [1, 2], seconds: 5000)
        for seed in evaluation.seeds {
            let controller = RandomController(decisionInterval: interval, random: SplitMix64(state: seed))
            let metrics = evaluation.run(controller, seed: seed)
            #expect(metrics.violations.total == 0, "\(metrics.violations)")
            #expect(metrics.counters.left > 100)
        }
    }

    @Test("turns a controller that never changes into one that serves everybody")
    func stubbornController() throws {
        let evaluation = try TrafficEvaluation(scenario: .grid(2, 2, flow: 60), seeds: [1])
        let metrics = evaluation.run(StubbornController(), seed: 1)
        #expect(metrics.violations.total == 0)
        #expect(metrics.counters.gridlocks == 0)
        #expect(Double(metrics.counters.left) > 0.9 * Double(metrics.counters.demanded))
    }

    @Test("is not what keeps the rules when nobody asks it: the monitor sees each kind of violation")
    func violationsAreSeen() throws {
        let scenario = TrafficScenario.grid(1, 1)
        func run(_ seconds: Int, timing: SignalTiming, _ act: (inout TrafficSimulation) -> Void) throws
            -> EnvelopeMonitor.Violations
        {
            let network = try scenario.makeNetwork()
            var simulation = TrafficSimulation(
                network: network,
                demand: scenario.demand,
                timing: timing,
                replica: 0,
                seed: 1
            )
            var monitor = EnvelopeMonitor(envelope: scenario.envelope, network: network)
            for _ in 0..<seconds {
                act(&simulation)
                monitor.observe(simulation)
                simulation.advance(seconds: 1)
            }
            return monitor.violations
        }
        let never = try run(400, timing: scenario.timing) { _ in }
        #expect(never.longReds > 0)
        #expect(never.longGreens > 0)
        #expect(never.shortGreens == 0)
        let hasty = try run(400, timing: scenario.timing) { simulation in
            guard simulation.stage(of: 0) == .green, simulation.stageTime(of: 0) >= 3 else { return }
            simulation.request(phase: (simulation.phase(of: 0) + 1) % 4, at: 0)
        }
        #expect(hasty.shortGreens > 10)
        #expect(hasty.shortChanges == 0)
        var short = scenario.timing
        short.allRed = 0
        let unprotected = try run(400, timing: short) { simulation in
            guard simulation.canDecide(0) else { return }
            simulation.request(phase: (simulation.phase(of: 0) + 1) % 4, at: 0)
        }
        #expect(unprotected.shortChanges > 10)
    }

    @Test("forces the phase that has waited longest, and ends a green that is too long")
    func masks() {
        let envelope = SafetyEnvelope(timing: SignalTiming(), interval: 5)
        func allowed(_ age: Int, _ waits: [Int32]) -> UInt64 {
            var redWaits = SIMD16<Int32>(repeating: 0)
            for (phase, wait) in waits.enumerated() { redWaits[phase] = wait }
            return envelope.allowedPhases(phase: 1, greenAge: age, redWaits: redWaits, phaseCount: 4)
        }
        #expect(allowed(10, [0, 0, 0, 0]) == 0b1111)
        #expect(allowed(10, [50, 0, 50, 50]) == 0b1111)
        #expect(allowed(56, [0, 0, 3, 0]) == 0b1101)
        #expect(allowed(500, [0, 0, 0, 0]) == 0b1111, "nobody waits, so the signal may rest in green")
        #expect(allowed(10, [0, 0, 107, 0]) == 0b0100)
        // Three must be served, one after another: the last one's time is short.
        #expect(allowed(10, [88, 0, 87, 89]) == 0b1000)
        #expect(envelope.admit(3, allowed: 0b0011, phaseCount: 4) == 0)
        #expect(envelope.admit(1, allowed: 0b0011, phaseCount: 4) == 1)
    }

    @Test("a change may be held while everybody gets green in time all the same")
    func holds() {
        let envelope = SafetyEnvelope(timing: SignalTiming(), interval: 5)
        func allows(_ time: Int, _ waits: [Int32]) -> Bool {
            var redWaits = SIMD16<Int32>(repeating: 0)
            for (phase, wait) in waits.enumerated() { redWaits[phase] = wait }
            return envelope.allowsHold(before: 1, time: time, redWaits: redWaits, phaseCount: 4)
        }
        #expect(allows(10, [0, 0, 0, 0]))
        // Green from second 11, the next decision at 20, a change of 4 s.
        #expect(allows(10, [0, 0, 106, 0]))
        #expect(!allows(10, [0, 0, 107, 0]))
        // Decisions are five seconds apart: from second 6 on it is the same one.
        #expect(allows(14, [0, 0, 110, 0]))
        #expect(!allows(15, [0, 0, 110, 0]))
        // One after the other, for 10 s each.
        #expect(allows(10, [95, 0, 96, 0]))
        #expect(!allows(10, [97, 0, 98, 0]))
        // Who is about to get green waits for another second.
        #expect(allows(10, [0, 119, 0, 0]))
        #expect(!allows(10, [0, 120, 0, 0]))
    }

    @Test("nobody waits longer than the maximum red although every change is held while it may be", arguments: 0..<8)
    func heldChanges(_ seed: UInt64) {
        var timing = SignalTiming()
        (timing.maximumRed, timing.yellow, timing.allRed) = (seed < 4 ? 60 : 120, 2, 0)
        let (count, interval) = (4, 5)
        let envelope = SafetyEnvelope(timing: timing, interval: interval)
        var waits = SIMD16<Int32>(repeating: 0)
        var (phase, left, age, held, sum) = (0, 0, 5, 0, 0)
        for time in 0..<20_000 {
            let random = SplitMix64.mix(seed << 32 | UInt64(time))
            if time % interval == 0, left == 0, age >= timing.minimumGreen {
                let allowed = envelope.allowedPhases(phase: phase, greenAge: age, redWaits: waits, phaseCount: count)
                let wish = envelope.admit(Int(random % 4), allowed: allowed, phaseCount: count)
                if wish != phase { (phase, left, age, held) = (wish, timing.changeTime, 0, 0) }
            } else if left == 0, age == 0, held < 5,
                envelope.allowsHold(before: phase, time: time, redWaits: waits, phaseCount: count)
            {
                (left, held, sum) = (1, held + 1, sum + 1)
            }
            for other in 0..<count where other != phase || left > 0 { waits[other] += 1 }
            if left > 0 { left -= 1 } else { (age, waits[phase]) = (age + 1, 0) }
            #expect(waits.max() <= Int32(timing.maximumRed), "second \(time)")
        }
        #expect(sum > 1000)
    }

    @Test("lifted limits leave every phase to choose from for most of an hour, and are still legal")
    func lifted() throws {
        var timing = SignalTiming()
        timing.lift()
        try timing.check(interval: 5, phaseCount: 8)
        let envelope = SafetyEnvelope(timing: timing, interval: 5)
        var redWaits = SIMD16<Int32>(repeating: 0)
        redWaits[2] = 3000
        #expect(envelope.allowedPhases(phase: 1, greenAge: 3000, redWaits: redWaits, phaseCount: 4) == 0b1111)
    }
}
