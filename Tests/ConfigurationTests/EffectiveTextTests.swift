import Configuration
import Testing

@Suite("The effective configuration as text")
struct EffectiveTextTests {
    @Test("has a line for each setting with its origin")
    func golden() throws {
        let effective = try TestTree.effective(
            ["train", "maze", "--replay", "a b", "--replay", "c"],
            environment: ["SHARDQ_STEPS": "9"]
        )
        #expect(
            effective.text(program: "prog")
                == """
                # prog train
                scenario: maze       # argument
                broker: memory       # default
                steps: 9             # SHARDQ_STEPS
                # checkpoint-every:  # not set
                replay: ["a b", c]   # --replay
                quiet: false         # default
                evaluation: true     # default
                """
        )
    }

    @Test("is a file that means the same")
    func roundTrip() throws {
        let odd = ["a: b", "# c", "\"q\" \\", "-5", "x:", "", " y ", "1:2", "null", "ü"]
        for value in odd where !value.isEmpty {
            let first = try TestTree.effective(["train", "maze", "--steps=\(value)"])
            let again = try TestTree.effective(["train", "--config", "run.yaml"], file: first.text(program: "prog"))
            #expect(again.settings.map(\.values) == first.settings.map(\.values))
        }
    }
}
