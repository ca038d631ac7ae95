import Foundation
import Testing

@Suite("Ties")
struct TieTests {
    /// One lane that explores little, in a maze whose every value is 0 at first.
    private static let trap = ["maze", "--initial-value", "0", "--lanes", "1", "--epsilon", "0.1", "--broker", "none"]

    /// What the learned policy is worth at the start, as a share of the optimum.
    private func share(_ arguments: [String]) async throws -> Double {
        let result = try await Program.json(["train"] + Self.trap + arguments)
        let evaluation = try #require(result["evaluation"] as? [String: Any])
        let controllers = try #require(evaluation["controllers"] as? [String: [String: [String: Any]]])
        let values = try ["learned", "optimal"].map { name in
            try #require(controllers[name]?["discounted return"]?["mean"] as? Double)
        }
        return values[0] / values[1]
    }

    @Test("from zeros, one lane that explores little learns 95 % of the maze within 300,000 steps", arguments: 1...20)
    func drawn(seed: Int) async throws {
        let goal = ["--until", "0.95", "--steps", "300000", "--seed", "\(seed)"]
        let result = try await Program.run(["bench"] + Self.trap + goal + ["--json"])
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        let reached = try #require(object?["reached"] as? [String: Any], "\(result.error)")
        #expect(try #require(reached["valueShare"] as? Double) >= 0.95)
    }

    @Test("with ties to the lowest action it does not in a million")
    func lowest() async throws {
        #expect(try await share(["--steps", "1000000", "--ties", "lowest"]) < 0.05)
    }

    @Test(
        "ties are drawn alike in every layout: under masks, with offsets, and from more actions than a byte has bits",
        arguments: [
            ["synthetic", "--actions", "12", "--steps", "40000"], ["traffic", "--steps", "20000"],
            ["routing", "--steps", "20000", "--load", "2", "--echo", "0.3", "--ask-first"],
        ]
    )
    func layouts(_ run: [String]) async throws {
        let run = run + ["--ties", "random"]
        let reference = try await LayoutDigestTests.digest(run, ["--broker", "none"])
        for layout in [["--broker", "none", "--threads", "2"], ["--broker", "memory", "--workers", "3"]] {
            #expect(try await LayoutDigestTests.digest(run, layout) == reference, "\(layout)")
        }
    }

    @Test("ties that are not mentioned are no part of a run's description, drawn ones are")
    func description() async throws {
        try await Program.withFolder { folder in
            for (ties, isThere) in [("lowest", false), ("random", true)] {
                let output = folder.appendingPathComponent(ties)
                let arguments = ["train", "synthetic", "--states", "16", "--steps", "2000", "--ties", ties]
                let result = try await Program.run(arguments + ["--no-evaluation", "--output", output.path])
                #expect(result.exitCode == 0, "\(result.error)")
                let policy = try String(contentsOf: output.appendingPathComponent("policy.json"), encoding: .utf8)
                #expect(policy.contains("\"ties\"") == isThere)
                #expect(try await Program.run(["table", "digest", output.path]).exitCode == 0)
            }
        }
    }
}
