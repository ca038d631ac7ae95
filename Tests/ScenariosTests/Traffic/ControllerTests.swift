internal import Evaluation
internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("The classical controllers")
struct ControllerTests {
    private static func view(_ demand: [Int32], phase: Int = 0, greenAge: Int = 10) -> IntersectionView {
        var view = IntersectionView()
        view.phaseCount = demand.count
        view.phase = phase
        view.greenAge = greenAge
        view.allowedPhases = ActionMask.all(demand.count)
        for (index, vehicles) in demand.enumerated() {
            view.demand[index] = vehicles
            view.queues[index] = vehicles
            view.pressures[index] = vehicles
        }
        return view
    }

    @Test("greedy serves most vehicles, longest queue most that stand, max-pressure the largest difference")
    func strongest() {
        var view = Self.view([4, 9, 7, 1])
        for (phase, vehicles) in ([4, 2, 7, 1] as [Int32]).enumerated() { view.queues[phase] = vehicles }
        for (phase, pressure) in ([-3, -5, -8, -1] as [Int32]).enumerated() { view.pressures[phase] = pressure }
        #expect(GreedyController(decisionInterval: 5).choosePhase(view) == 1)
        #expect(LongestQueueController(decisionInterval: 5).choosePhase(view) == 2)
        #expect(MaxPressureController(decisionInterval: 5).choosePhase(view) == 3)
    }

    @Test("keep the present phase on ties, and never take one that the envelope forbids or nobody asks for")
    func ties() {
        let greedy = GreedyController(decisionInterval: 5)
        #expect(greedy.choosePhase(Self.view([5, 9, 9, 9], phase: 3)) == 3)
        #expect(greedy.choosePhase(Self.view([5, 9, 9, 9], phase: 0)) == 1)
        var view = Self.view([5, 9, 9, 9], phase: 3)
        view.allowedPhases = 0b0101
        #expect(greedy.choosePhase(view) == 2)
        var empty = Self.view([0, 0, 0, 0], phase: 2)
        for (phase, pressure) in ([-1, -1, -6, -1] as [Int32]).enumerated() { empty.pressures[phase] = pressure }
        #expect(MaxPressureController(decisionInterval: 5).choosePhase(empty) == 2)
    }

    @Test("actuation holds a green while vehicles follow closely, and no longer than its maximum")
    func actuated() {
        let controller = GapActuatedController()
        var view = Self.view([3, 0, 2, 1], greenAge: 12)
        view.gaps[0] = 2
        #expect(controller.choosePhase(view) == 0)
        view.gaps[0] = 3
        #expect(controller.choosePhase(view) == 2, "phase 1 has no vehicles and is left out")
        view.gaps[0] = 0
        view.greenAge = 49
        #expect(controller.choosePhase(view) == 0)
        view.greenAge = 50
        #expect(controller.choosePhase(view) == 2)
        view.greenAge = 4
        view.gaps[0] = 4
        #expect(controller.choosePhase(view) == 0, "the minimum green comes first")
        var alone = Self.view([3, 0, 0, 0], greenAge: 80)
        alone.gaps[0] = 30
        #expect(controller.choosePhase(alone) == 0, "it rests in green when nobody else is there")
    }

    @Test("SOTL leaves few on green for many at red, or nobody for somebody")
    func selfOrganizing() {
        let controller = SelfOrganizingController(decisionInterval: 5)
        #expect(controller.choosePhase(Self.view([3, 0, 4, 2])) == 0, "six at red are not enough")
        #expect(controller.choosePhase(Self.view([3, 0, 4, 3])) == 2)
        #expect(controller.choosePhase(Self.view([4, 0, 40, 30])) == 0)
        #expect(controller.choosePhase(Self.view([0, 0, 0, 1])) == 3)
    }

    @Test("random draws every allowed phase and no other, the same for the same seed")
    func random() {
        var view = Self.view([1, 1, 1, 1])
        view.allowedPhases = 0b1101
        func draw(seed: UInt64) -> [Int] {
            var controller = RandomPhaseController(decisionInterval: 5, seed: seed)
            return (0..<300).map { _ in controller.choosePhase(view) }
        }
        let first = draw(seed: 1)
        #expect(first == draw(seed: 1))
        #expect(first != draw(seed: 2))
        for phase in [0, 2, 3] { #expect((70...130).contains(first.count { $0 == phase })) }
        #expect(!first.contains(1))
    }

    @Test("Webster's plan has the cycle of the formula and greens in proportion to the flow ratios")
    func webster() {
        // Two phases, 5 s lost in each, Y = 0.6: C = (15 + 5) / 0.4 = 50 s; 40 s of effective green as 2 to 1,
        // displayed one second longer (2 s of start-up, 1 s of yellow used) in 42 s.
        let plan = WebsterPlan(flowRatios: [0.4, 0.2], timing: SignalTiming())
        #expect(plan.cycle == 50)
        #expect(plan.greens.reduce(0, +) == 42)
        #expect([27, 28].contains(plan.greens[0]))
    }

    @Test("Webster's cycle stays within its limits, and a phase without flow keeps its minimum green")
    func websterLimits() {
        let timing = SignalTiming()
        let crowded = WebsterPlan(flowRatios: [0.7, 0.5], timing: timing)
        #expect(crowded.cycle == 120)
        #expect(crowded.greens.reduce(0, +) == 112)
        #expect(WebsterPlan(flowRatios: [0.01, 0.01], timing: timing).cycle == 30)
        #expect(WebsterPlan(flowRatios: [0.5, 0], timing: timing).greens[1] == timing.minimumGreen)
        // Four phases of 5 s and 4 s of change each need more than 30 s.
        #expect(WebsterPlan(flowRatios: [0, 0, 0, 0], timing: timing).cycle == 36)
    }

    @Test("are made by name, and an unknown name gets the nearest")
    func names() throws {
        let scenario = TrafficScenario.grid(2, 2)
        let controllers = SignalControllers(scenario: scenario, network: try scenario.makeNetwork())
        for name in SignalControllers.names { #expect(try controllers.named(name).name == name) }
        let failure = #expect(throws: ScenarioError.self) { try controllers.named("max_presure") }
        #expect(failure?.description.contains("did you mean max-pressure?") == true)
        let foreign = #expect(throws: ScenarioError.self) { try controllers.named("xyz") }
        #expect(foreign?.description.contains("did you mean") == false)
        #expect(foreign?.description.contains("longest-queue") == true)
    }

    @Test("keep to the envelope without gridlock, on a grid and on an arterial", arguments: SignalControllers.names)
    func envelope(name: String) throws {
        for scenario in [TrafficScenario.grid(2, 2, flow: 500), TrafficScenario(layout: .arterial)] {
            let evaluation = try TrafficEvaluation(scenario: scenario, seeds: [1, 2], seconds: 1800)
            let controllers = SignalControllers(scenario: scenario, network: try scenario.makeNetwork())
            for seed in evaluation.seeds {
                let metrics = evaluation.run(try controllers.named(name), seed: seed)
                #expect(metrics.violations.total == 0, "\(metrics.violations)")
                #expect(metrics.counters.gridlocks == 0)
                #expect(metrics.counters.left > 500)
            }
        }
    }

    @Test("beat random phases, the fixed plan first of all")
    func betterThanRandom() throws {
        let scenario = TrafficScenario.grid(2, 2)
        let evaluation = try TrafficEvaluation(scenario: scenario, seeds: [1, 2, 3])
        let controllers = SignalControllers(scenario: scenario, network: try scenario.makeNetwork())
        func delay(_ name: String) throws -> Double {
            let controller = try controllers.named(name)
            return evaluation.seeds.reduce(0) { $0 + evaluation.run(controller, seed: $1).delay } / 3
        }
        let random = try delay("random")
        for name in SignalControllers.names.dropLast() { #expect(try delay(name) < 0.7 * random, "\(name)") }
    }
}
