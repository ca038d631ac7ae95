import Scenarios
import TabularLearning
import Testing
import shardq

/// The textbook's and Gymnasium's worlds of cells: their exact optima, and that they are learned with their defaults.
@Suite("Worlds of the textbooks", .timeLimit(.minutes(5)))
struct ClassicWorldTests {
    @Test(
        "have the optima that are known of them, each by its yardstick",
        arguments: [
            ("frozen-lake", [], 0.74419), ("frozen-lake", ["--map", "8x8"], 0.91322), ("taxi", [], 7.93),
            ("taxi", ["--rainy"], 3.954575), ("windy-gridworld", [], -15),
            ("windy-gridworld", ["--moves", "king"], -7),
            ("blackjack", [], -0.04656), ("blackjack", ["--natural", "wins"], -0.04311), ("river-swim", [], 37.854701),
            ("river-swim", ["--episode-steps", "20"], 3.397264), ("access-control", [], 2.747642),
        ] as [(String, [String], Double)]
    )
    func optima(_ name: String, _ options: [String], _ optimum: Double) throws {
        let facts = try ProcessFacts(name, options)
        // As many digits as were published.
        #expect((facts.optimum - optimum).magnitude < 6e-6, "\(facts.optimum)")
        #expect(facts.exact["optimum"] == facts.optimum)
        #expect(facts.exact.values.allSatisfy { $0 <= facts.optimum + 1e-9 })
    }

    @Test("what knows no clock is worth a little less on the lake: 0.74016, and 0.8857 with γ 0.999")
    func withoutClock() throws {
        let (small, large) = (try ProcessFacts("frozen-lake"), try ProcessFacts("frozen-lake", ["--map", "8x8"]))
        #expect((try #require(small.exact["optimum-without-clock"]) - 0.74016).magnitude < 5e-6)
        #expect((try #require(large.exact["optimum-without-clock"]) - 0.8857).magnitude < 5e-5)
    }

    @Test("accepting everybody earns 2.181413 a step, in the long run and simulated")
    func gain() throws {
        let facts = try ProcessFacts("access-control")
        #expect((try #require(facts.exact["accept-all"]) - 2.181413).magnitude < 6e-7)
        let runs = (1...3).map { facts.simulated("accept-all", seed: $0)["return"] ?? .nan }
        // Each of 400,000 steps; neighbours are alike, which makes the mean's deviation about 0.006.
        #expect((runs.reduce(0, +) / 3 - 2.181413).magnitude < 0.02, "\(runs)")
    }

    @Test("simulated, the optimum with its clock earns what was computed", arguments: ["frozen-lake", "taxi"])
    func simulated(name: String) throws {
        let facts = try ProcessFacts(name)
        let runs = (1...10).map { facts.simulated("optimum", seed: $0)["return"] ?? .nan }
        let mean = runs.reduce(0, +) / 10
        // 2,000 episodes whose returns have a deviation of at most 2.6: four of the mean's.
        #expect((mean - facts.optimum).magnitude < 4 * (name == "taxi" ? 2.6 : 0.44) / 2000.0.squareRoot(), "\(mean)")
    }

    @Test(
        "are learned with their defaults: Taxi to 7.9 in 200,000 steps, the lake of 64 cells to 0.88 in 5,000,000",
        arguments: [("taxi", [], 7.9), ("frozen-lake", [], 0.735), ("frozen-lake", ["--map", "8x8"], 0.88)]
            as [(String, [String], Double)]
    )
    func learned(_ name: String, _ options: [String], _ least: Double) throws {
        let facts = try ProcessFacts(name, options)
        #expect(facts.optimum * (1 - (try facts.learnedGap(seed: 1))) >= least)
    }

    @Test(
        "settings that make no sense are refused, and so is a wind that lets nobody come to the goal",
        arguments: [
            ("frozen-lake", ["--map", "5x5"]), ("frozen-lake", ["--map", "4x4", "--map-file", "lake.txt"]),
            ("frozen-lake", ["--success-rate", "1.5"]), ("frozen-lake", ["--episode-steps", "0"]),
            ("frozen-lake", ["--episode-steps", "10000000"]), ("taxi", ["--rainy", "--success-rate", "0.5"]),
            ("taxi", ["--success-rate", "-1"]), ("taxi", ["--episode-steps", "0"]),
            ("windy-gridworld", ["--wind", "0"]), ("windy-gridworld", ["--wind", "0,1.5,0"]),
            ("windy-gridworld", ["--wind", "0,7,0"]), ("windy-gridworld", ["--wind", "6,6,6,6,6,6,6,6,6,6"]),
        ]
    )
    func refused(_ name: String, _ options: [String]) {
        #expect(throws: (any Error).self) { try ProcessFacts(name, options) }
    }
}
