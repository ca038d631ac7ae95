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

    @Test("charged by any part of a unit it earns no more: flows make a network, whose corners are whole numbers")
    func continuousCharge() throws {
        for options in [[], ["--capacity", "3", "--efficiency", "0.5", "--wear-cost", "4"]] {
            let facts = try ProcessFacts("battery", options)
            #expect((try #require(try facts.bounds["continuous charge"]) - facts.optimum).magnitude < 1e-9)
        }
        #expect(try ProcessFacts("battery", ["--price-spread", "0.3"]).bounds.isEmpty)
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

    @Test("a column of a table is read by its name, and a table without a name is refused with its columns")
    func table() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("prices-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        func optimum(_ text: String, column: String = ":price") throws -> Double {
            try Data(text.utf8).write(to: file)
            let options = [
                "--prices", file.path + column, "--capacity", "1", "--efficiency", "0.5", "--wear-cost", "2",
            ]
            return try ProcessFacts("battery", options).optimum
        }
        let table = "time,price,sun\n2026-01-01 00:00,10,0\n2026-01-01 01:00,30,1\n"
        #expect(try optimum(table) == 30 * 0.5 - 2 - 10)
        #expect(try optimum("\u{FEFF}price;\"sun; much\"\r\n10;1\r\n\r\n30;2\r\n") == 3)
        #expect(try optimum("hour price\n0 10\n1   30\n") == 3)
        let wrong = [
            (table, "", "name the column"), (table, ":prise", "did you mean price"), (table, ":time", "line 2"),
            ("hour,price\n0\n", ":price", "line 2: 1 cells"), ("hour;price\n0;1,5\n", ":price", "'1,5'"),
            ("1,2\n3,4\n", ":price", "names no columns"), ("", ":price", "empty"),
        ]
        for (text, column, word) in wrong {
            #expect(performing: { try optimum(text, column: column) }, throws: { "\($0)".contains(word) })
        }
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

    @Test("ten days of hours are learned exactly too: with steps for each, and episodes of a week")
    func days() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("prices-\(UUID().uuidString).csv")
        defer { try? FileManager.default.removeItem(at: file) }
        let day = "20 20 20 20 20 20 30 45 50 40 30 25 20 20 25 35 50 70 80 70 50 35 25 20"
        let text = Array(repeating: day, count: 10).joined(separator: "\n")
        try Data(text.utf8).write(to: file)
        #expect(try ProcessFacts("battery", ["--prices", file.path]).learnedGap(seed: 1) < 1e-9)
    }
}
