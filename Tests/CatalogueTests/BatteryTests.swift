import Foundation
import Testing
import shardq

@Suite("Battery")
struct BatteryTests {
    @Test("has the optimum 262.5 with known prices, which a plan of the whole day reaches")
    func optimum() throws {
        let facts = try ProcessFacts("battery")
        #expect((facts.optimum - 262.5).magnitude < 1e-9)
        #expect((try #require(facts.exact["mpc-24"]) - 262.5).magnitude < 1e-9)
        #expect(facts.exact["wait"] == 0)
        #expect(facts.exact.values.allSatisfy { $0 <= 262.5 + 1e-9 })
    }

    @Test("energy is balanced: a unit that was discharged was charged before")
    func energyBalance() throws {
        for options in [[], ["--price-spread", "0.3"]] {
            let facts = try ProcessFacts("battery", options)
            for name in facts.exact.keys.sorted() {
                let run = facts.simulated(name, seed: 1)
                let (charged, discharged) = (run["charged"] ?? .nan, run["discharged"] ?? .nan)
                #expect(discharged <= charged, "\(name)")
                #expect(charged - discharged <= 10, "\(name)")
            }
            let best = facts.simulated("optimum", seed: 1)
            #expect(best["charged"] == best["discharged"])
            #expect((best["charged"] ?? 0) > 0)
        }
    }

    @Test("two hours are worth what they are by hand: buy at 10 and sell the rest of it at 30")
    func byHand() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("prices-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("10, 30 # two hours\n".utf8).write(to: file)
        let options = ["--prices", file.path, "--capacity", "1", "--efficiency", "0.5", "--wear-cost", "2"]
        #expect(try ProcessFacts("battery", options).optimum == 30 * 0.5 - 2 - 10)
        // Half as dear, usual or half as dear again, seen before it is decided; at 10 it is bought all the same.
        let spread = try ProcessFacts("battery", options + ["--price-spread", "0.5"])
        #expect((spread.optimum - (0.25 * 5.5 + 0.5 * 13 + 0.25 * 20.5 - 10)).magnitude < 1e-12)
    }

    @Test("prices that are not known make the optimum more than a plan by what is expected")
    func spread() throws {
        let facts = try ProcessFacts("battery", ["--price-spread", "0.3"])
        #expect(facts.optimum > (try #require(facts.exact["mpc-24"])) + 0.01)
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
    }

    @Test("is learned: exactly with known prices, within 1 % with others", arguments: [1, 2])
    func learned(seed: UInt64) throws {
        #expect(try ProcessFacts("battery").learnedGap(seed: seed) < 1e-9)
        #expect(try ProcessFacts("battery", ["--price-spread", "0.3"]).learnedGap(seed: seed) < 0.01)
    }
}
