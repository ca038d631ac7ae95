import Evaluation
import Scenarios
import Testing

@Suite("Delays of single vehicles")
struct VehicleDelaysTests {
    /// Light and heavy traffic, a grid and a street, a plan and somebody who looks.
    private static let cases: [(rows: Int, columns: Int, factor: Double, isFixed: Bool)] = [
        (2, 2, 1, true), (2, 3, 1, false), (1, 4, 2.5, true), (3, 3, 3, false),
    ]

    private static func evaluation(_ rows: Int, _ columns: Int, _ factor: Double) throws -> TrafficEvaluation {
        var scenario = TrafficScenario()
        (scenario.rows, scenario.columns) = (rows, columns)
        scenario.demand = TrafficDemand.steady(400 * factor)
        return try TrafficEvaluation(scenario: scenario, seeds: [1, 2], seconds: 1200)
    }

    @Test("add up to what the simulation counts, vehicle by vehicle and junction by junction", arguments: cases)
    func sums(rows: Int, columns: Int, factor: Double, isFixed: Bool) throws {
        let evaluation = try Self.evaluation(rows, columns, factor)
        let controller: any SignalController = isFixed ? evaluation.fixedTime() : GreedyController(decisionInterval: 5)
        for seed in evaluation.seeds {
            let run = evaluation.follow(controller, seed: seed)
            let delays = try #require(run.delays)
            let counters = run.metrics.counters
            #expect(run.metrics == evaluation.run(controller, seed: seed))
            #expect(delays.vehicleCount == counters.demanded && delays.underWay == counters.demanded - counters.left)
            #expect(delays.total == counters.queued + counters.heldBack && delays.total > 0)
            #expect(delays.waiting.reduce(0, +) == delays.total)
            #expect(delays.quantile(0) <= delays.quantile(0.5) && delays.quantile(1) == delays.longest)
            #expect(delays.share(upTo: delays.longest) == 1)
        }
    }

    @Test("of several runs are those of all their vehicles")
    func pooled() throws {
        let evaluation = try Self.evaluation(1, 2, 1)
        let runs = evaluation.seeds.compactMap { evaluation.follow(evaluation.fixedTime(), seed: $0).delays }
        var all = runs[0]
        all.add(runs[1])
        #expect(all.total == runs[0].total + runs[1].total)
        #expect(all.vehicleCount == runs.reduce(0) { $0 + $1.vehicleCount })
        #expect(all.longest == max(runs[0].longest, runs[1].longest))
    }
}
