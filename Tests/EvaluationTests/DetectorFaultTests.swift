import Evaluation
import Scenarios
import TabularLearning
import Testing

@Suite("Broken detectors")
struct DetectorFaultTests {
    private static let interval = TrafficScenario().decisionInterval

    /// A street on which controllers that see are ahead of the plan.
    private static func evaluation(_ faults: String? = nil, plans: Bool = true, seeds: Int = 2) throws
        -> TrafficEvaluation
    {
        var scenario = TrafficScenario(layout: .grid)
        (scenario.rows, scenario.columns) = (2, 2)
        var evaluation = try TrafficEvaluation(scenario: scenario, seeds: TrafficEvaluation.seeds(seeds))
        if let faults {
            evaluation.detectors = DetectorGuard.Settings(
                try DetectorFaults(faults),
                fallingBackTo: plans ? evaluation.fixedTime() : nil
            )
        }
        return evaluation
    }

    private static let adaptive: [any SignalController] = [
        GreedyController(decisionInterval: interval), MaxPressureController(decisionInterval: interval),
        LongestQueueController(decisionInterval: interval), SelfOrganizingController(decisionInterval: interval),
        GapActuatedController(), RandomPhaseController(decisionInterval: interval, seed: 1),
    ]

    @Test("of shares of zero nobody notices anything, to the last vehicle")
    func none() throws {
        let (plain, guarded) = (try Self.evaluation(), try Self.evaluation("missing=0,stuck=0,miscount=0"))
        for controller in Self.adaptive {
            let (one, other) = (plain.run(controller, seed: 1), guarded.run(controller, seed: 1))
            #expect(one.counters == other.counters, "\(controller.name)")
            #expect(one.violations == other.violations, "\(controller.name)")
            #expect(other.detectors?.brokenShare == 0)
            #expect(other.detectors?.secondsOnPlan == 0)
        }
    }

    @Test(
        "where every detector is missing, whoever controls ends in the figures of the fixed plan, to the last vehicle"
    )
    func all() throws {
        let evaluation = try Self.evaluation("missing=1")
        let plan = evaluation.run(evaluation.fixedTime(), seed: 1)
        #expect(plan.detectors == nil)
        for controller in Self.adaptive {
            let run = evaluation.run(controller, seed: 1)
            #expect(run.counters == plan.counters, "\(controller.name)")
            #expect(run.violations.total == 0)
            #expect(run.detectors?.planShare == 1)
            #expect(run.detectors?.broken == [16, 0, 0])
        }
    }

    /// Three seeds of a small street, within what they spread by: `scripts/detector-faults` has intervals.
    @Test(
        "with the fallback nobody is worse than the fixed plan, however many detectors are broken and however",
        arguments: [
            ("missing=0.1", 1.0), ("missing=0.5", 1.0), ("stuck=0.1", 1.0), ("stuck=0.5", 1.01), ("stuck=1", 1.01),
            ("missing=0.1,stuck=0.1,miscount=0.3", 1.01),
        ]
    )
    func fallback(faults: String, margin: Double) throws {
        let evaluation = try Self.evaluation(faults, seeds: 3)
        func delay(_ controller: any SignalController) -> Double {
            evaluation.seeds.reduce(0) { $0 + evaluation.run(controller, seed: $1).delay }
        }
        let plan = delay(evaluation.fixedTime())
        for controller in Self.adaptive.prefix(3) {
            #expect(delay(controller) <= margin * plan, "\(controller.name)")
        }
    }

    @Test("above the tolerated share of junctions on their plans all follow theirs, up to it the others go on")
    func together() throws {
        let evaluation = try Self.evaluation("missing=0.12", seeds: 1)
        let controller = GreedyController(decisionInterval: Self.interval)
        func share(_ tolerance: Double) throws -> Double {
            var evaluation = evaluation
            evaluation.detectors = DetectorGuard.Settings(
                try DetectorFaults("missing=0.12"),
                fallingBackTo: evaluation.fixedTime(),
                tolerance: tolerance
            )
            return try #require(evaluation.run(controller, seed: 1).detectors).planShare
        }
        let (alone, together) = (try share(1), try share(0))
        #expect(alone > 0 && alone < 1)
        // Until the one that is blind is looked at, who is asked before it does not know.
        #expect(together > 0.99)
    }

    @Test("detectors that are stuck at nobody leave nobody at red for longer than the maximum, found out or not")
    func recall() throws {
        let evaluation = try Self.evaluation("stuck=1", plans: false)
        for controller in Self.adaptive.prefix(3) {
            for seed in evaluation.seeds {
                let run = evaluation.run(controller, seed: seed)
                #expect(run.violations.longReds == 0, "\(controller.name)")
            }
        }
    }

    @Test("without the fallback a missing detector costs what nobody sees, and the maximum red still holds")
    func without() throws {
        let (guarded, bare) = (try Self.evaluation("missing=0.3"), try Self.evaluation("missing=0.3", plans: false))
        let controller = GreedyController(decisionInterval: Self.interval)
        let (one, other) = (guarded.run(controller, seed: 1), bare.run(controller, seed: 1))
        #expect(other.delay > one.delay)
        #expect(other.detectors?.secondsOnPlan == 0)
        #expect(other.detectors?.broken == one.detectors?.broken)
        #expect(other.violations.longReds == 0)
    }

    @Test(
        "every controller meets the same broken detectors, another seed others, and a larger share breaks more and mends none"
    )
    func draws() throws {
        let evaluation = try Self.evaluation("missing=0.2,stuck=0.2,miscount=0.2")
        let broken = Self.adaptive.map { evaluation.run($0, seed: 2).detectors?.broken }
        #expect(Set(broken).count == 1)
        func kinds(_ text: String, seed: UInt64, run: UInt64) throws -> [DetectorFaults.Kind?] {
            let faults = try DetectorFaults(text, seed: seed)
            return (0..<500).map { faults.fault(of: ($0 / 4, $0 % 4), run: run)?.kind }
        }
        let few = try kinds("stuck=0.1", seed: 1, run: 1)
        let many = try kinds("stuck=0.3", seed: 1, run: 1)
        #expect((30...70).contains(few.count { $0 != nil }))
        #expect((120...180).contains(many.count { $0 != nil }))
        #expect(zip(few, many).allSatisfy { $0 == nil || $1 != nil })
        #expect(try kinds("stuck=0.1", seed: 2, run: 1) != few)
        #expect(try kinds("stuck=0.1", seed: 1, run: 2) != few)
    }

    @Test("a detector that is stuck is recognised after what is plausible, and one that miscounts never")
    func recognition() throws {
        let faults = DetectorGuard.Settings(
            try DetectorFaults("stuck=1"),
            fallingBackTo: FixedTimeController(greens: [[30, 30]])
        )
        var controller: any SignalController = GreedyController(decisionInterval: 5)
        var guarding = DetectorGuard(faults, of: controller, run: 1)
        var view = IntersectionView()
        (view.phaseCount, view.phase) = (2, 0)
        var firstPlan: Int?
        for second in stride(from: 0, to: 2400, by: 1) {
            view.time = second
            view.greenAge = 10
            (view.demand[0], view.demand[1]) = (Int32(1 + second % 7), Int32(2 + second % 5))
            (view.queues[0], view.queues[1]) = (1, 2)
            _ = guarding.decide(view, by: &controller, within: SafetyEnvelope(timing: SignalTiming(), interval: 5))
            if firstPlan == nil, guarding.tally.secondsOnPlan > 0 { firstPlan = second }
        }
        let second = try #require(firstPlan)
        #expect((150..<1200).contains(second))
        #expect(guarding.tally.secondsOnPlan == 2400 - second)

        let miscounting = DetectorGuard.Settings(try DetectorFaults("miscount=1"), fallingBackTo: faults.plan)
        guarding = DetectorGuard(miscounting, of: controller, run: 1)
        for second in stride(from: 0, to: 2400, by: 1) {
            view.time = second
            (view.demand[0], view.demand[1]) = (Int32(1 + second % 7), Int32(2 + second % 5))
            _ = guarding.decide(view, by: &controller, within: SafetyEnvelope(timing: SignalTiming(), interval: 5))
        }
        #expect(guarding.tally.secondsOnPlan == 0)
    }

    @Test(
        "what is no list of shares is refused with what would be right",
        arguments: [
            ("", "missing"), ("mising=0.1", "missing"), ("missing", "needs a share"), ("missing=1.5", "0...1"),
            ("missing=nan", "0...1"), ("missing=-0", ""), ("missing=0.1,missing=0.2", "twice"),
            ("missing=0.6,stuck=0.6", "above 1"),
            ("missing=0.1,", "fault"),
        ]
    )
    func refusals(text: String, words: String) {
        guard !words.isEmpty else {
            #expect(throws: Never.self) { try DetectorFaults(text) }
            return
        }
        let error = #expect(throws: ScenarioError.self) { try DetectorFaults(text) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
}
