import Foundation
import Testing
import shardq

@Suite("Maintenance")
struct MaintenanceTests {
    @Test("has the optimum 119.021154, and repairs from condition 7 on")
    func optimum() throws {
        let facts = try ProcessFacts("maintenance")
        #expect((facts.optimum - 119.021154).magnitude < 5e-7)
        #expect(facts.policy == [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0])
        #expect((try #require(facts.exact["control-limit-7"]) - facts.optimum).magnitude < 1e-9)
    }

    @Test("age replacement is worth what renewal reward says: the cycle's return over 1 − E[γ^length]")
    func renewalReward() throws {
        let facts = try ProcessFacts("maintenance")
        let name = try #require(facts.exact.keys.first { $0.hasPrefix("age-") })
        let age = try #require(Int(name.dropFirst(4)))
        // The distribution of the condition by age, from new; by hand, without the process.
        var shares = [1.0] + Array(repeating: 0.0, count: 10)
        var (cycle, discounted, weight) = (0.0, 0.0, 1.0)
        for period in 0...age {
            let failed = shares[10]
            cycle += weight * -60 * failed
            discounted += weight * 0.95 * failed
            shares[10] = 0
            if period == age {
                let left = shares.reduce(0, +)
                cycle += weight * -20 * left
                discounted += weight * 0.95 * left
            } else {
                var next = Array(repeating: 0.0, count: 11)
                for (condition, share) in shares.enumerated() where share > 0 {
                    cycle += weight * (10 - 0.8 * Double(condition)) * share
                    for (step, chance) in [0.4, 0.5, 0.1].enumerated() {
                        next[min(10, condition + step)] += share * chance
                    }
                }
                shares = next
            }
            weight *= 0.95
        }
        let expected = cycle / (1 - discounted)
        #expect((try #require(facts.exact[name]) - expected).magnitude < 1e-9)
    }

    @Test(
        "with a Weibull lifetime the optimum is to replace at an age, and running to failure is worth its renewal reward"
    )
    func weibull() throws {
        let facts = try ProcessFacts("maintenance", ["--weibull", "3,8", "--conditions", "60"])
        let best = try #require(facts.exact.first { $0.key.hasPrefix("age-") }?.value)
        #expect((best - facts.optimum).magnitude < 1e-9 * facts.optimum)
        // Survival to an age by the C library's exp; the machine's last period is the one in which it is replaced.
        let survival = (0...60).map { exp(-pow(Double($0) / 8, 3)) }
        let (earned, failed) = (0..<60).reduce((0.0, 0.0)) { sums, age in
            let weight = pow(0.95, Double(age))
            return (
                sums.0 + weight * 10 * survival[age], sums.1 + weight * 0.95 * (survival[age] - survival[age + 1])
            )
        }
        let expected = (earned - 60 * failed) / (1 - 0.95 * failed)
        #expect((try #require(facts.exact["run-to-failure"]) - expected).magnitude < 1e-9 * expected)
    }

    @Test("two machines with one crew are worth a little less than twice one alone, and more than any rule")
    func crew() throws {
        let (one, two) = (try ProcessFacts("maintenance"), try ProcessFacts("maintenance", ["--machines", "2"]))
        #expect(two.optimum < 2 * one.optimum)
        #expect(two.optimum > 2 * one.optimum - 1)
        #expect(two.exact.values.allSatisfy { $0 <= two.optimum + 1e-9 })
    }

    @Test("simulated returns are about their exact values")
    func simulation() throws {
        let facts = try ProcessFacts("maintenance")
        for name in ["optimum", "run-to-failure"] {
            let runs = (1...10).map { facts.simulated(name, seed: $0)["return"] ?? .nan }
            let mean = runs.reduce(0, +) / 10
            // Ten seeds have a deviation of about 0.6: four of the mean's.
            #expect((mean - (try #require(facts.exact[name]))).magnitude < 1.2, "\(name): \(mean)")
        }
    }

    @Test("is learned within 1 % of the optimum", arguments: [1, 2])
    func learned(seed: UInt64) throws {
        #expect(try ProcessFacts("maintenance").learnedGap(seed: seed) < 0.01)
    }

    @Test(
        "settings that make no sense are refused by name",
        arguments: [
            ["--machines", "4"], ["--wear", "0.4,0.4"], ["--wear", "1"], ["--wear", "a,b"], ["--weibull", "3"],
            ["--weibull", "3,8", "--wear", "0.5,0.5"], ["--conditions", "1"], ["--repair-cost", "-1"],
            ["--machines", "3", "--conditions", "100"],
        ]
    )
    func refused(options: [String]) {
        #expect(throws: (any Error).self) { try ProcessFacts("maintenance", options) }
    }
}
