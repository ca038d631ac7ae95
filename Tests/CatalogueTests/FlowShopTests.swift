import Foundation
import Testing
import shardq

@Suite("Flow shop")
struct FlowShopTests {
    @Test("has the makespan 37, which Johnson's rule reaches, and a mean of 44.93 at random")
    func optimum() throws {
        let facts = try ProcessFacts("flowshop")
        #expect(facts.optimum == -37)
        #expect(facts.exact["johnson"] == -37)
        // The mean over all 40,320 orders, each alike.
        #expect((try #require(facts.exact["random"]) + 44.93).magnitude < 0.005)
        #expect(facts.exact.values.allSatisfy { $0 <= -37 })
        let run = facts.simulated("optimum", seed: 1)
        #expect(run["makespan"] == 37)
    }

    @Test("Johnson's rule is optimal on jobs that were drawn, and no order of all is shorter")
    func drawnJobs() throws {
        var random = Drawn(state: 7)
        for _ in 0..<5 {
            let jobs = (0..<6).map { _ in (random.next(below: 9) + 1, random.next(below: 9) + 1) }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("jobs-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(jobs.map { "\($0.0) \($0.1)\n" }.joined().utf8).write(to: file)
            let facts = try ProcessFacts("flowshop", ["--jobs", file.path])
            let shortest = Self.makespans(jobs).min()
            #expect(facts.optimum == shortest.map { -Double($0) })
            #expect(facts.exact["johnson"] == facts.optimum)
        }
    }

    private struct Drawn {
        var state: UInt64

        mutating func next(below bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
    }

    /// The makespans of all orders.
    private static func makespans(_ jobs: [(Int, Int)], first: Int = 0, second: Int = 0) -> [Int] {
        if jobs.isEmpty { return [second] }
        return jobs.indices.flatMap { index in
            var rest = jobs
            let job = rest.remove(at: index)
            return makespans(rest, first: first + job.0, second: max(second, first + job.0) + job.1)
        }
    }

    @Test("is learned exactly", arguments: [1, 2])
    func learned(seed: UInt64) throws {
        #expect(try ProcessFacts("flowshop").learnedGap(seed: seed) == 0)
    }
}
