internal import Evaluation
internal import Scenarios
internal import TabularLearning
internal import Testing

@Suite("Learned signals")
struct LearnedControllerTests {
    @Test(
        "beat the classical controllers after a short training, in ten seeds of an hour",
        arguments: [TrafficScenario.Layout.grid, .arterial]
    )
    func beatsClassicalControllers(layout: TrafficScenario.Layout) throws {
        let scenario = TrafficScenario(layout: layout)
        let table = try scenario.train(steps: 2_000_000, replicas: 16, seed: 1)
        let evaluation = try TrafficEvaluation(scenario: scenario, seeds: TrafficEvaluation.seeds(10))
        let classical = SignalControllers(scenario: scenario, network: try scenario.makeNetwork())
        let rivals = ["fixed", "webster", "actuated", "sotl", "max-pressure"]
        let comparison = evaluation.compare(
            try rivals.map { try classical.named($0) } + [LearnedController(table: table, scenario: scenario)]
        )
        let learned = try #require(comparison.contender("learned"))
        let delay = try #require(learned.metric("delay"))
        for name in rivals {
            let rival = try #require(comparison.contender(name)?.metric("delay"))
            #expect(delay.interval.isBelow(rival.interval), "\(delay.interval) against \(name): \(rival.interval)")
        }
        for name in ["gridlocks", "violations", "never inserted"] {
            #expect(learned.metric(name)?.worst == 0)
        }
        #expect(try #require(learned.metric("unknown states")).worst < 0.02)
    }

    @Test("serve the phase with most vehicles where nothing was learned, and say so")
    func fallback() {
        let scenario = TrafficScenario.grid(1, 1)
        let space = scenario.space
        let table = ActionValueTable(rowCount: Int(space.stateCount), actionCount: 4, initialValue: 0)
        var controller = LearnedController(table: table, scenario: scenario)
        var view = IntersectionView()
        view.phaseCount = 4
        view.allowedPhases = 0b1111
        for (phase, vehicles) in [3, 9, 0, 9].enumerated() { view.demand[phase] = Int32(vehicles) }
        #expect(controller.choosePhase(view) == 1)
        view.phase = 3
        #expect(controller.choosePhase(view) == 3, "on ties the present phase is kept")
        view.allowedPhases = 0b0001
        #expect(controller.choosePhase(view) == 0)
        #expect(controller.coverage?.decisions == 3)
        #expect(controller.coverage?.unvisited == 3)
    }

    @Test("compare only what was tried: an untried action's initial value says nothing")
    func untriedActions() {
        let scenario = TrafficScenario.grid(1, 1)
        var table = ActionValueTable(rowCount: Int(scenario.space.stateCount), actionCount: 4, initialValue: 0)
        var view = IntersectionView()
        view.phaseCount = 4
        view.allowedPhases = 0b1111
        for phase in 0..<4 { view.demand[phase] = 3 }
        let row = Int(scenario.makeEncoder().state(of: view))
        table.update(row: row, action: 1, toward: -8, stepSize: .constant(1))
        table.update(row: row, action: 2, toward: -5, stepSize: .constant(1))
        var controller = LearnedController(table: table, scenario: scenario)
        #expect(controller.choosePhase(view) == 2)
        #expect(controller.coverage?.share == 1)
    }
}
