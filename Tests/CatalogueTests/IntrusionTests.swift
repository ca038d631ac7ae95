import Testing
import shardq

@Suite("Intrusion")
struct IntrusionTests {
    @Test("a host that is restored every tick costs what a pencil finds")
    func byHand() throws {
        // Restored after one tick at the latest: −0.05 × 4 at first, then −10 − 0.05 × 4 in every tick.
        let facts = try ProcessFacts("intrusion", ["--latest", "1"])
        #expect((facts.optimum - (-0.2 + 0.95 * -10.2 / 0.05)).magnitude < 1e-9)
    }

    @Test(
        "with a sensor that is never wrong a host is restored when it is compromised, and the cost is that of a seen one"
    )
    func perfectSensor() throws {
        let facts = try ProcessFacts("intrusion", ["--detection", "1", "--false-alarm", "0", "--latest", "12"])
        // By the ticks since the host was restored, while no alarm has come: what follows costs, restored as at once.
        var values = Array(repeating: 0.0, count: 13)
        for _ in 0..<3_000 {
            let restored = -10 - 0.2 + 0.95 * (0.95 * values[1] + 0.05 * (-10 + values[0]))
            for ticks in (0...12).reversed() {
                // An alarm: compromised for certain, so that restoring is a clean host's tick and 10.
                let alarm = 0.05 * (-10 + values[0])
                values[ticks] = ticks == 12 ? restored : -0.2 + 0.95 * (0.95 * values[ticks + 1] + alarm)
            }
        }
        #expect((facts.optimum - values[0]).magnitude < 1e-6, "\(facts.optimum), \(values[0])")
        #expect((try #require(facts.exact["every-alarm"]) - facts.optimum).magnitude < 1e-9)
    }

    @Test("a hidden host, simulated, costs what the histories say")
    func hiddenHost() throws {
        let exact = try #require(try ProcessFacts("intrusion").exact["every-alarm"])
        var random = Drawn(state: 5)
        let episodes = 20_000
        var total = 0.0
        for _ in 0..<episodes {
            var (isCompromised, alarm, ticks, weight) = (false, false, 0, 1.0)
            while weight > 1e-4 {
                if alarm || ticks == 10 {
                    total -= weight * 10
                    (isCompromised, ticks) = (false, 0)
                }
                if !isCompromised { isCompromised = random.unit() < 0.05 }
                if isCompromised { total -= weight * 4 }
                alarm = random.unit() < (isCompromised ? 0.6 : 0.1)
                ticks += 1
                weight *= 0.95
            }
        }
        #expect((total / Double(episodes) / exact - 1).magnitude < 0.01, "\(total / Double(episodes)), \(exact)")
    }

    @Test("no rule is better than the optimum, and a threshold of belief is nearest to it")
    func rules() throws {
        let facts = try ProcessFacts("intrusion")
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
        let belief = facts.exact.filter { $0.key.hasPrefix("belief-") }.values.max() ?? -.infinity
        let others = facts.exact.filter { $0.key != "optimum" && !$0.key.hasPrefix("belief-") }.values.max() ?? 0
        #expect(belief >= others)
    }

    @Test("is learned within 1 % of the optimum")
    func learned() throws {
        #expect(try ProcessFacts("intrusion").learnedGap(seed: 1) < 0.01)
    }

    private struct Drawn {
        var state: UInt64

        mutating func unit() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31 as UInt64)
        }
    }
}
