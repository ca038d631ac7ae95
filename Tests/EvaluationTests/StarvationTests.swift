import Evaluation
import Scenarios
import Testing

@Suite("Starvation")
struct StarvationTests {
    /// Shows the first phase for ever.
    private struct Stubborn: SignalController {
        var name: String { "stubborn" }
        var decisionInterval: Int { 5 }
        mutating func choosePhase(_ view: IntersectionView) -> Int { 0 }
    }

    private static func run(seconds: Int, isGuarded: Bool) throws -> TrafficMetrics {
        var scenario = TrafficScenario(layout: .crossing)
        if !isGuarded { scenario.timing.lift() }
        let evaluation = try TrafficEvaluation(scenario: scenario, seeds: [1], seconds: seconds)
        return evaluation.run(Stubborn(), seed: 1)
    }

    @Test("a road that never gets green is named with its red, its gridlock and who never entered")
    func starved() throws {
        let metrics = try Self.run(seconds: 1800, isGuarded: false)
        let worst = try #require(metrics.starvation.worstApproaches(1).first)
        #expect(worst.longestRed > 1500)
        #expect(worst.gridlocks > 0)
        #expect(metrics.starvation.longestRed == worst.longestRed)
        #expect(metrics.neverInserted == metrics.starvation.neverInserted.values.reduce(0, +))
        #expect(metrics.starvation.worstEntries(1).first?.edge == worst.edge)
        #expect(metrics.starvation.alarms.count == 2)
        #expect(metrics.starvation.alarms.first?.contains("approach \(worst.name) of \(worst.edge)") == true)
    }

    @Test("under the safety envelope nobody starves at red, and no approach is named")
    func guarded() throws {
        let metrics = try Self.run(seconds: 1800, isGuarded: true)
        #expect((1...120).contains(metrics.starvation.longestRed))
        #expect(metrics.starvation.alarms.allSatisfy { !$0.contains("approach") })
        #expect(metrics.starvation.gridlocks == 0)
    }

    @Test("violations are kept with light, second and kind")
    func incidents() {
        var violations = EnvelopeMonitor.Violations()
        violations.note(.longGreen, at: "J", second: 77)
        violations.note(.longGreen, at: "K", second: 78)
        #expect(violations.longGreens == 2)
        #expect(violations.total == 2)
        #expect(violations.incidents.map(\.light) == ["J", "K"])
        #expect(violations.incidents.first?.second == 77)
        #expect(violations.incidents.first?.kind.rawValue == "green too long")
    }
}
