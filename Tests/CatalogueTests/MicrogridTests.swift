import Foundation
import Testing
import shardq

@Suite("Microgrid")
struct MicrogridTests {
    @Test("without a limit that binds, and where selling pays as buying costs, batteries save what each saves alone")
    func independent() throws {
        let wide = ["--limit", "100", "--feed-in", "1"]
        for (options, other) in [([], []), (["--price-spread", "0.3"], ["--price-spread", "0.3"])] {
            let alone = try [("10", "0.9"), ("4", "0.95")].map { capacity, efficiency in
                try ProcessFacts("battery", ["--capacity", capacity, "--efficiency", efficiency] + other).optimum
            }
            let together = try ProcessFacts(
                "microgrid",
                ["--capacities", "10,4", "--efficiencies", "0.9,0.95"] + wide + options
            )
            #expect((together.optimum - alone.reduce(0, +)).magnitude < 1e-9)
            if options.isEmpty {
                #expect((alone[0] - 262.5).magnitude < 1e-9)
                #expect((try #require(together.exact["each-alone"]) - together.optimum).magnitude < 1e-9)
            }
        }
    }

    @Test("a transformer that binds makes the whole less than its parts, and what each would do alone no longer best")
    func limited() throws {
        let facts = try ProcessFacts("microgrid")
        #expect((try #require(facts.exact["each-alone"])) < facts.optimum - 0.01)
        #expect((try #require(facts.exact["mpc-24"]) - facts.optimum).magnitude < 1e-9)
        #expect(facts.exact["wait"] == 0)
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
    }

    @Test("charged by any part of a unit two batteries save more, and alone, where nothing binds, as much")
    func continuousCharge() throws {
        let facts = try ProcessFacts("microgrid", ["--capacities", "3,2", "--limit", "4.5"])
        // Backward induction by hand-written Python on charges of a half, a quarter and an eighth of a unit comes to 2210.25,
        // 2237.125 and 2252.
        #expect(facts.optimum == 2038.25)
        #expect((try #require(try facts.bounds["continuous charge"]) - 2253.25).magnitude < 1e-6)
        let free = try ProcessFacts("microgrid", ["--limit", "100", "--feed-in", "1"])
        #expect((try #require(try free.bounds["continuous charge"]) - free.optimum).magnitude < 1e-9)
    }

    @Test("energy is balanced: what is wanted is bought, shed, or comes from sun and batteries")
    func balance() throws {
        for options in [[], ["--price-spread", "0.3", "--limit", "3"]] {
            let facts = try ProcessFacts("microgrid", ["--efficiencies", "0.9,0.9"] + options)
            for name in facts.exact.keys.sorted() {
                let run = facts.simulated(name, seed: 1)
                func units(_ name: String) -> Double { run[name] ?? .nan }
                let demand = 82.5
                let sun = 35.5
                let given = units("bought") + units("shed") + sun + 0.9 * units("discharged")
                let taken = demand + units("sold") + units("lost") + units("charged")
                #expect((given - taken).magnitude < 1e-6, "\(name): \(run)")
                #expect(units("discharged") <= units("charged"), "\(name)")
            }
        }
    }

    @Test("two hours are worth what they are by hand")
    func byHand() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("grid-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in [("prices", "10 30"), ("demand", "1 4"), ("sun", "0 0")] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        func facts(_ options: String...) throws -> ProcessFacts {
            let files = ["prices", "demand", "sun"].flatMap { ["--\($0)", folder.appendingPathComponent($0).path] }
            return try ProcessFacts("microgrid", files + ["--capacities", "1", "--efficiencies", "0.5"] + options)
        }
        // Bought at 10; half of it is worth 15 at 30.
        #expect((try facts("--wear-cost", "2").optimum - 3).magnitude < 1e-12)
        // Of four units one is shed; half of it comes from the battery, which saves 0.5 × 100.
        #expect((try facts("--limit", "3", "--shed-cost", "100").optimum - 40).magnitude < 1e-12)
        // The transformer lets one unit through, which the houses want: nothing can be charged.
        #expect(try facts("--limit", "1", "--shed-cost", "100").optimum == 0)
    }

    @Test("series of different lengths are refused")
    func lengths() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("prices-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("1 2 3".utf8).write(to: file)
        let error = try #require(throws: (any Error).self) { try ProcessFacts("microgrid", ["--prices", file.path]) }
        #expect("\(error)".contains("prices of 3 hours, demand of 24, sun of 24"))
    }

    @Test("is learned: exactly with known prices, within 1 % with others", arguments: [1])
    func learned(seed: UInt64) throws {
        #expect(try ProcessFacts("microgrid").learnedGap(seed: seed) < 1e-9)
        #expect(try ProcessFacts("microgrid", ["--price-spread", "0.3"]).learnedGap(seed: seed) < 0.01)
    }
}
