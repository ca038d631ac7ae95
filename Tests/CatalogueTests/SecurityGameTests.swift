import SecurityScenarios
import Testing
import shardq

@Suite("Security game")
struct SecurityGameTests {
    @Test("what the defender makes sure of is what the attacker leaves, and no defender has a better worst case")
    func equilibrium() throws {
        for options in [[], ["--hosts", "2"], ["--hosts", "3", "--catch-reward", "0"], ["--success", "1"]] {
            let facts = try SecurityGameFacts(options)
            #expect((try #require(facts.worstCases["equilibrium"]) - facts.value).magnitude < 1e-9, "\(options)")
            #expect((facts.bestDefense - facts.value).magnitude < 1e-9, "\(options)")
            #expect(facts.worstCases.values.allSatisfy { $0 <= facts.value + 1e-9 }, "\(options)")
        }
    }

    @Test("has to be drawn: the safest move without a draw is worse")
    func draws() throws {
        let facts = try SecurityGameFacts()
        #expect((try #require(facts.worstCases["safest-move"])) < facts.value - 0.1)
    }

    @Test("attacks that never succeed cost nothing, and nobody guards")
    func harmless() throws {
        let facts = try SecurityGameFacts(["--success", "0", "--catch-reward", "0"])
        #expect(facts.value == 0)
        #expect(facts.worstCases["watch"] == 0)
    }

    @Test("a game of one kind of state is what a pencil finds")
    func byHand() throws {
        // With guarding for nothing, a catch worth 2 and attacks that never take anything, hiding is best: the value is 0.
        #expect(try SecurityGameFacts(["--success", "0", "--guard-cost", "0"]).value == 0)
        // Never guarding, the first host falls with 0.5 in the first tick, and so on: with two hosts, γ 0.9 and nothing to lose
        // by attacking, the worst case of watching is V₀ = γ (V₁ + V₀) / 2 and so on, V₁ = −1 + γ (V₁ + V₂) / 2, V₂ = −6 / (1 − γ).
        let last = -6 / (1 - 0.9)
        let middle = (-1 + 0.45 * last) / 0.55
        let facts = try SecurityGameFacts(["--hosts", "2", "--success", "0.5"])
        #expect((try #require(facts.worstCases["watch"]) - 0.45 * middle / 0.55).magnitude < 1e-9)
    }

    @Test("is learned within 1 % by both sides")
    func learned() throws {
        let gaps = try SecurityGameFacts().learnedGaps(seed: 1)
        #expect(gaps.defender >= -1e-12 && gaps.defender < 0.01)
        #expect(gaps.attacker >= -1e-12 && gaps.attacker < 0.01)
    }
}
