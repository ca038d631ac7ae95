import Scenarios
import TabularLearning
import Testing

@Suite("Q-routing")
struct RoutingEnvironmentTests {
    @Test("the environment keeps the contract", arguments: RoutingScenario.Rules.allCases)
    func contract(rules: RoutingScenario.Rules) {
        var scenario = RoutingScenario()
        scenario.rules = rules
        let checker = EnvironmentChecker(seed: 3) { [scenario] in
            scenario.makeEnvironment(replicas: 0..<2, seed: 5)
        }
        #expect(checker.findings(steps: 300) == [])
    }

    @Test("a replica's packets do not depend on the cohort that holds it")
    func grouping() throws {
        let scenario = RoutingScenario()
        var (both, second) = (StepBatch(), StepBatch())
        var pair = scenario.makeEnvironment(replicas: 0..<2, seed: 1)
        var alone = scenario.makeEnvironment(replicas: 1..<2, seed: 1)
        pair.begin(&both)
        alone.begin(&second)
        for _ in 0..<200 {
            let own = (0..<both.decisionCount).filter { both.queries.lanes[$0] >= 36 }
            #expect(own.map { both.queries.states[$0] } == Array(second.queries.states[..<second.decisionCount]))
            try pair.step([UInt8](repeating: 0, count: both.decisionCount), &both)
            try alone.step([UInt8](repeating: 0, count: second.decisionCount), &second)
        }
    }

    /// Ticks of learning, then the mean delivery time over the last third, the median of several seeds.
    private func settledDeliveryTime(load: Double) throws -> Double {
        var scenario = RoutingScenario()
        scenario.load = load
        scenario.rule = .qRouting
        let parameters = scenario.defaults.parameters
        let times = try (1...5 as ClosedRange<UInt64>).map { seed in
            var environment = RoutingEnvironment(scenario, replicas: 0..<1, seed: seed)
            var table: ActionValueTable?
            for ticks in [20_000, 10_000] as [UInt64] {
                environment.resetStatistics()
                let learner = CohortLearner(
                    index: 0,
                    of: 1,
                    environment: environment,
                    parameters: parameters,
                    seed: seed,
                    plannedSteps: ticks
                )
                var run = SerialReference(learners: [learner], parameters: parameters, table: table)
                try run.run()
                table = run.table
                if let stepped = run.learners[0].environment as? RoutingEnvironment { environment = stepped }
            }
            return environment.statistics[0].meanDeliveryTime
        }
        return times.sorted()[2]
    }

    @Test("at load 3 it settles within 15 % of the reference, where shortest path has long collapsed")
    func loadThree() throws {
        let time = try settledDeliveryTime(load: 3)
        #expect(abs(time - 8.43) < 0.15 * 8.43, "\(time) ticks")
    }

    @Test("at load 2 it settles within 15 % of the reference")
    func loadTwo() throws {
        let time = try settledDeliveryTime(load: 2)
        #expect(abs(time - 6.64) < 0.15 * 6.64, "\(time) ticks")
    }
}
