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
                # sees-queues:       # not set
                evaluation: true     # default
                """
        )
    }

    @Test("is a file that leaves to the command what was left to it")
    func nothingAdded() throws {
        let first = try TestTree.effective(["train", "maze"])
        let again = try TestTree.effective(["train", "--config", "run.yaml"], file: first.text(program: "prog"))
        // A flag that nobody has set is neither yes nor no: both would be a decision.
        #expect(!again.arguments.contains { $0.contains("sees-queues") })
        for (flag, value) in [("--sees-queues", "true"), ("--no-sees-queues", "false")] {
            let given = try TestTree.effective(["train", "maze", flag])
            let file = given.text(program: "prog")
            #expect(file.contains("sees-queues: \(value)"))
            #expect(try TestTree.effective(["train", "--config", "run.yaml"], file: file).arguments.contains(flag))
        }
    }

    @Test("is read with a byte order mark too")
    func byteOrderMark() throws {
        let file = "\u{FEFF}steps: 9\n"
        #expect(
            try TestTree.effective(["train", "--config", "run.yaml"], file: file).arguments == ["train", "--steps=9"]
        )
    }

    @Test("is a file that means the same")
    func roundTrip() throws {
        let odd = ["a: b", "# c", "\"q\" \\", "-5", "x:", "", " y ", "1:2", "null", "ü"]
        for value in odd {
            let first = try TestTree.effective(["train", "maze", "--steps=\(value)"])
            let again = try TestTree.effective(["train", "--config", "run.yaml"], file: first.text(program: "prog"))
            #expect(again.settings.map(\.values) == first.settings.map(\.values))
        }
    }
}
