import Evaluation
import Foundation
import SUMOSimulation
import Scenarios
import TabularLearning
import Testing

@Suite("Changes of phases that wait for who stands in the way", .enabled(if: HandMadeNetwork.isPossible), .serialized)
struct HeldChangeTests {
    /// Two one-way streets that cross under a light; the one from the north leads onto a road at a walking pace, so
    /// that vehicles crawl inside the junction when their green ends.
    static func crawl() throws -> SUMOInput {
        try HandMadeNetwork.make(
            "crawl",
            nodes: [HandMadeNetwork.node("c", 0, 0, "traffic_light")]
                + [("n", 0, 150), ("s", 0, -150), ("w", -150, 0), ("e", 150, 0)].map {
                    HandMadeNetwork.node($0.0, $0.1, $0.2)
                },
            edges: ["nc", "wc", "ce"].map { HandMadeNetwork.edge($0, String($0.prefix(1)), String($0.suffix(1))) }
                + [HandMadeNetwork.edge("cs", "c", "s").replacing("13.89", with: "1.5")],
            routes: [
                HandMadeNetwork.flow("a", "nc", "cs", probability: 0.15),
                HandMadeNetwork.flow("b", "wc", "ce", probability: 0.2),
            ]
        )
    }

    private static func scenario() throws -> SUMOScenario {
        let input = try crawl()
        return SUMOScenario(input: input, network: try SUMONetwork(reading: input))
    }

    private static func run(_ scenario: SUMOScenario) throws -> SUMOMetrics {
        let evaluation = try SUMOEvaluation(scenario: scenario, seeds: [1], seconds: 900)
        let classical = evaluation.classical(websterGreens: scenario.network.signals.map { $0.phases.map { _ in 20 } })
        return try evaluation.run(.controller(try classical.named("greedy")), seed: 1)
    }

    @Test("it makes a difference where somebody stands, within the envelope, and none for policies from before")
    func differs() throws {
        var scenario = try Self.scenario()
        let held = try Self.run(scenario)
        #expect(held.violations?.total == 0)
        scenario.holdsChanges = false
        let hasty = try Self.run(scenario)
        #expect(hasty.violations?.total == 0)
        #expect(held.delay != hasty.delay)
        scenario.holdsChanges = true
        scenario.clearsJunctions = false
        #expect(try Self.run(scenario).delay == hasty.delay)
    }

    @Test("a change is held by the second, for five at most, only for who is in the way of the next green")
    func clock() throws {
        let scenario = try Self.scenario()
        let signal = scenario.network.signals[0]
        let insides = Dictionary(uniqueKeysWithValues: scenario.network.insideLanes.enumerated().map { ($1, $0) })
        let lanes = SignalLanes(signal, indices: scenario.network.laneIndices, insides: insides)
        var timing = SignalTiming()
        (timing.yellow, timing.allRed) = (2, 0)
        let envelope = SafetyEnvelope(timing: timing, interval: 5)
        var sight = SUMOSight(scenario.network, insideCount: insides.count)
        let way = try #require(
            (0..<insides.count).first { lane in
                sight.isBlocked[lane] = true
                defer { sight.isBlocked[lane] = false }
                return lanes.isCrossed(in: 1, standing: sight.isBlocked)
            }
        )
        var clock = SignalClock(lanes: lanes, timing: timing)
        #expect(!clock.mustHold(time: 0, lanes, sight, envelope), "no change")
        clock.request(1, changeTime: 2)
        sight.isBlocked[way] = true
        clock.advance(1, lanes, sight)
        #expect(!clock.mustHold(time: 1, lanes, sight, envelope), "still yellow")
        clock.advance(1, lanes, sight)
        for second in 0..<SignalClock.longestHold {
            try #require(clock.mustHold(time: 2 + second, lanes, sight, envelope))
            clock.hold()
            clock.advance(1, lanes, sight)
        }
        #expect(!clock.mustHold(time: 7, lanes, sight, envelope), "long enough")
        clock.advance(5, lanes, sight)
        #expect(!clock.mustHold(time: 12, lanes, sight, envelope), "green")
        // Who stands where there will be green is in nobody's way.
        clock.request(0, changeTime: 2)
        clock.advance(2, lanes, sight)
        #expect(!clock.mustHold(time: 14, lanes, sight, envelope))
    }

    @Test("training goes through it again after a kill, and copies go their own way")
    func repeated() throws {
        let scenario = try Self.scenario()
        func drive(
            _ environment: inout any RestorableEnvironment,
            _ batch: inout StepBatch,
            _ steps: Range<Int>
        ) throws {
            for step in steps {
                let actions = (0..<batch.decisionCount).map {
                    ActionMask.pick(from: batch.queries.masks[$0], random: SplitMix64.mix(UInt64(step * 64 + $0)) >> 32)
                }
                try environment.step(actions, &batch)
            }
        }
        func results(isKilled: Bool, _ scenario: SUMOScenario) throws -> StepBatch {
            var environment = try scenario.makeEnvironment(replicas: 0..<2, seed: 3)
            var batch = StepBatch()
            environment.begin(&batch)
            try drive(&environment, &batch, 0..<60)
            if isKilled {
                kill(try #require((environment as? SUMOEnvironment)?.processIdentifiers.last), SIGKILL)
            }
            var copy = environment
            var copied = batch
            try drive(&environment, &batch, 60..<90)
            try drive(&copy, &copied, 60..<90)
            #expect(batch.queries == copied.queries && batch.transitions == copied.transitions)
            return batch
        }
        let undisturbed = try results(isKilled: false, scenario)
        let disturbed = try results(isKilled: true, scenario)
        #expect(undisturbed.queries == disturbed.queries && undisturbed.transitions == disturbed.transitions)
        var other = scenario
        other.holdsChanges = false
        #expect(try results(isKilled: false, other).transitions != undisturbed.transitions)
    }
}
