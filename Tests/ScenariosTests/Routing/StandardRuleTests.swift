import Evaluation
import Scenarios
import TabularLearning
import Testing

/// One rule for all loads; the bounds are those that the reference sets for a rule that beats it.
@Suite("The standard rule of routing")
struct StandardRuleTests {
    private func settled(
        load: Double,
        _ rules: RoutingScenario.Rules = .bl94,
        _ rule: RoutingRule = .standard,
        staleness: Int = 1
    ) throws -> Double {
        var scenario = RoutingScenario()
        (scenario.load, scenario.rules, scenario.rule) = (load, rules, rule)
        var parameters = scenario.defaults.parameters
        parameters.staleness = try #require(LearningParameters.Staleness(rawValue: staleness))
        let trial = RoutingTrial(scenario, parameters: parameters)
        let times = try [1, 2, 3].map {
            try trial.run(seed: $0, windows: [20_000, 10_000]).windows[1].meanDeliveryTime
        }
        return times.sorted()[1]
    }

    @Test(
        "it delivers in the time that is to be beaten, at every load with one setting",
        arguments: [(0.5, 5.05), (1, 5.25), (1.5, 5.74), (2, 6.05), (3, 7.45), (3.5, 9.4), (4, 14.5)]
    )
    func loads(load: Double, limit: Double) throws {
        let time = try settled(load: load)
        #expect(time <= limit, "\(time) ticks")
    }

    @Test(
        "under tick rules it is within 10 % of the better of static split and oracle",
        arguments: [
            (1, 5.26), (2, 6.22), (3, 8.45), (3.5, 12.2),
        ]
    )
    func tickRules(load: Double, best: Double) throws {
        let time = try settled(load: load, .tick)
        #expect(time <= 1.1 * best, "\(time) ticks")
    }

    @Test("a table a hundred ticks old costs it less than 5 %", arguments: [20, 100])
    func staleness(rounds: Int) throws {
        let (old, fresh) = (try settled(load: 3, staleness: rounds), try settled(load: 3))
        #expect(old <= 1.05 * fresh, "\(old) and \(fresh) ticks")
    }

    @Test("a table that is one tick old costs full echo dear at load 3")
    func echo() throws {
        let (old, fresh) = (
            try settled(load: 3, .bl94, .fullEcho, staleness: 1), try settled(load: 3, .bl94, .fullEcho, staleness: 0)
        )
        #expect(old > 1.3 * fresh, "\(old) and \(fresh) ticks")
    }

    @Test("after a repair it is back within 10 % of the time before the failure in 1000 ticks", arguments: [1, 1.5])
    func repair(load: Double) throws {
        var scenario = RoutingScenario()
        (scenario.load, scenario.rules) = (load, .tick)
        scenario.events = [
            RoutingEvent(tick: 20_000, .linkFails(20, 21)), RoutingEvent(tick: 40_000, .linkReturns(20, 21)),
        ]
        let trial = RoutingTrial(scenario)
        let ratios = try (1...3 as ClosedRange<UInt64>).map { seed in
            let windows = try trial.run(seed: seed, windows: [10_000, 10_000, 10_000, 10_000, 500, 500, 500]).windows
            // The failure shows: the way round takes longer.
            #expect(windows[3].meanDeliveryTime > 1.5 * windows[1].meanDeliveryTime)
            return windows[5].meanDeliveryTime / windows[1].meanDeliveryTime
        }
        #expect(ratios.sorted()[1] < 1.1, "\(ratios)")
    }
}
