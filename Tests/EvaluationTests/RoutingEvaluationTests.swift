import Evaluation
import Scenarios
import Testing

@Suite("Evaluation of routing")
struct RoutingEvaluationTests {
    @Test("contenders are found by name, and a wrong name is told the nearest")
    func names() throws {
        for name in RoutingContender.names { #expect(try RoutingContender(named: name).name == name) }
        #expect { try RoutingContender(named: "orakle") } throws: { "\($0)".contains("did you mean oracle?") }
    }

    @Test(
        "lists of loads are read",
        arguments: [
            ("1:2:0.5", [1, 1.5, 2]), ("0.5:4:1.5", [0.5, 2, 3.5]), ("3", [3]), ("1,2.5", [1, 2.5]),
            ("60%,80%", [0.6 * 4, 0.8 * 4]),
        ] as [(String, [Double])]
    )
    func loads(text: String, expected: [Double]) throws {
        let loads = try #require(LoadSweep.loads(text, bound: 4))
        #expect(zip(loads, expected).allSatisfy { abs($0 - $1) < 1e-9 } && loads.count == expected.count)
    }

    @Test(
        "what is no list of loads is refused",
        arguments: [
            "", "1:2", "2:1:0.5", "1:2:0", "1:2:-1", "1,1", "2,1", "a", "1,,2", "0:1:0.1", "60%,80", "1e9", "nan",
        ]
    )
    func nonsense(text: String) {
        #expect(LoadSweep.loads(text) == nil)
    }

    @Test("contenders meet the same packets, and the result does not depend on how many run at once")
    func common() async throws {
        var scenario = RoutingScenario()
        scenario.load = 1
        let evaluation = RoutingEvaluation(scenario: scenario, seedCount: 2, warmUp: 200, ticks: 400)
        let contenders = try ["shortest-path", "oracle", "standard"].map { try RoutingContender(named: $0) }
        let results = try await evaluation.results(of: contenders)
        let alone = try await evaluation.results(of: [contenders[1]])
        #expect(alone.comparison.contenders == [results.comparison.contenders[1]])
        for seed in 0..<2 {
            #expect(Set(results.runs.map { $0[seed].statistics.offered }).count == 1)
            #expect(results.runs[0][seed].statistics.ticks == 400)
            #expect(results.runs[0][seed].course.delivered.count == 6)
            // Every delivered packet was carried over its hops, give or take those on the way.
            let carried = results.runs[0][seed].linkLoads.reduce(0, +) * 400
            #expect(abs(carried - Double(results.runs[0][seed].statistics.hops)) < 60)
        }
    }

    @Test("an event's settle and return times are measured")
    func events() async throws {
        var scenario = RoutingScenario()
        scenario.load = 1
        scenario.events = [.init(tick: 1_000, .linkFails(20, 21)), .init(tick: 2_000, .linkReturns(20, 21))]
        let evaluation = RoutingEvaluation(scenario: scenario, seedCount: 2, warmUp: 0, ticks: 3_000)
        let results = try await evaluation.results(of: [RoutingContender(named: "oracle")])
        let oracle = results.comparison.contenders[0]
        let settles = try #require(oracle.metric("settles after 1000"))
        #expect(settles.values.allSatisfy { $0 <= 300 })
        let returns = try #require(oracle.metric("returns after 2000"))
        #expect(returns.values.allSatisfy { $0 <= 500 })
        let course = results.runs[0][0].course
        #expect(course.mean(12..<20) > 1.3 * course.mean(2..<10))
    }

    @Test("a sweep turns figures into a row per load and a figure per load")
    func sweep() async throws {
        let sweep = LoadSweep(RoutingScenario(), loads: [0.5, 1], seedCount: 2, warmUp: 100, ticks: 200)
        var comparisons: [Comparison] = []
        for evaluation in sweep.evaluations {
            comparisons.append(try await evaluation.results(of: [RoutingContender(named: "shortest-path")]).comparison)
        }
        #expect(sweep.table(comparisons, "delivery time").header == ["load", "shortest-path"])
        #expect(sweep.table(comparisons, "p99").rows.map { $0[0] } == ["0.500", "1.00"])
        let byLoad = sweep.byLoad(comparisons, "delivery time")
        #expect(byLoad.contenders[0].metrics.map(\.name) == ["load 0.500", "load 1.00"])
    }
}
