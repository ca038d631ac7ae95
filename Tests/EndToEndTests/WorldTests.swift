import Foundation
import Testing

/// A world in Python, written by the document alone, behind the real program.
@Suite("A world of one's own")
struct WorldTests {
    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/worlds/corridor.py").path
    private static let short = ["--simulations", "8", "--cohorts", "2", "--steps", "8000", "--discount", "0.9"]

    private static func arguments(_ trick: String = "", patience: Int = 60) -> [String] {
        ["world", "--command", "python3 '\(script)' \(trick)", "--patience", "\(patience)"] + short
    }

    private static func digest(_ layout: [String]) async throws -> String {
        try await LayoutDigestTests.digest(arguments(), layout)
    }

    @Test("ends in one digest from every layout, also where the program behind it died and went through its episodes")
    func layouts() async throws {
        let expected = try await Self.digest(["--broker", "none"])
        #expect(try await Self.digest(["--broker", "none", "--threads", "1"]) == expected)
        #expect(try await Self.digest(["--broker", "memory", "--workers", "3"]) == expected)
        #expect(try await Self.digest(["--broker", "memory", "--workers", "1", "--actors", "2"]) == expected)
        #expect(try await Self.digest(["--broker", "local", "--workers", "2", "--actors", "2"]) == expected)
        try await Program.withFolder { folder in
            let died = folder.appendingPathComponent("died").path
            let result = try await Program.json(
                ["train"] + Self.arguments("die-once '\(died)'") + ["--no-evaluation", "--broker", "none"]
            )
            #expect(FileManager.default.fileExists(atPath: died))
            #expect(result["tableDigest"] as? String == expected)
            // Processes are waited for together unless told otherwise.
            #expect(result["threads"] as? Int == 2)
        }
    }

    @Test("is learned: the policy is ahead of random actions, in training's end and when it is played again")
    func learns() async throws {
        try await Program.withFolder { folder in
            let policy = folder.appendingPathComponent("policy").path
            let train = try await Program.run(["train"] + Self.arguments() + ["--broker", "none", "--output", policy])
            #expect(train.exitCode == 0, "\(train.error)")
            #expect(train.output.contains("corridor"))
            let evaluate = ["evaluate", "world", "--policy", policy, "--seeds", "4"]
            let play = try await Program.run(
                evaluate + ["--command", "python3 '\(Self.script)'", "--fail-unless", "random <= 0.8 * learned"]
            )
            #expect(play.exitCode == 0, "\(play.output)\(play.error)")
            let unsaid = try await Program.run(evaluate)
            #expect(unsaid.exitCode == 64 && unsaid.error.contains("say so with --command"), "\(unsaid.error)")
        }
    }

    @Test("whose values are sums over tiles is learned as the scenario that is behind it")
    func tiles() async throws {
        let options = ["--steps", "16000", "--lanes", "8", "--cohorts", "2", "--discount", "1", "--step-size", "0.3"]
        let rule = ["--update", "sarsa-lambda:0.9:20", "--epsilon", "0", "--ties", "random", "--no-evaluation"]
        let car = ["mountain-car", "--tiles", "8:8,8"]
        let command = (["'\(Program.url.path)'", "environment"] + car).joined(separator: " ")
        let itself = try await Program.json(["train"] + car + options + rule + ["--broker", "none"])
        let world = try await Program.json(
            ["train", "world", "--command", command, "--broker", "none"] + options + rule
        )
        #expect(world["tableDigest"] as? String == itself["tableDigest"] as? String)
        let refused = try await Program.run(
            ["train", "world", "--command", command, "--broker", "none", "--update", "double-q-learning"]
        )
        #expect(refused.exitCode == 64 && refused.error.contains("tiles have one weight"), "\(refused.error)")
    }

    @Test("goes on from a checkpoint to the same digest")
    func resume() async throws {
        try await Program.withFolder { folder in
            let output = folder.appendingPathComponent("run").path
            let mark = folder.appendingPathComponent("mended")
            let first = try await Program.run(
                ["train"] + Self.arguments("die '\(mark.path)'")
                    + ["--no-evaluation", "--broker", "memory", "--output", output, "--checkpoint-every", "5"]
            )
            #expect(first.exitCode != 0)
            #expect(first.error.contains("the corridor has collapsed"), "\(first.error)")
            try Data().write(to: mark)
            let unsaid = try await Program.run(["train", "--resume", output])
            #expect(unsaid.exitCode == 64 && unsaid.error.contains("because the folder says so"), "\(unsaid.error)")
            let again = ["--broker", "none", "--no-evaluation", "--output", output, "--resume-or-start"]
            let second = try await Program.json(["train"] + Self.arguments("die '\(mark.path)'") + again)
            #expect(try await second["tableDigest"] as? String == Self.digest(["--broker", "none"]))
        }
    }

    @Test(
        "that misbehaves ends the run with what is wrong and where",
        arguments: [
            ("nan", "a reward of nan for lane 3"), ("state", "state 9 for lane 2: it has 9 states"),
            ("short", "a batch of other arrays than those of 4 lanes"), ("die", "has ended with exit code 7"),
            ("print", "beginning with 'the fourth step'"), ("raise", "there is no fourth step"),
            ("other", "is not the one that the run was set up with"),
        ]
    )
    func misbehaviour(_ trick: String, _ complaint: String) async throws {
        let result = try await Program.run(["train"] + Self.arguments(trick) + ["--broker", "none", "--quiet"])
        #expect(result.exitCode != 0)
        #expect(result.error.contains(complaint), "\(result.error)")
    }

    @Test("that hangs is left after the time it may take")
    func hangs() async throws {
        let result = try await Program.run(
            ["train"] + Self.arguments("hang", patience: 1) + ["--broker", "none", "--quiet"]
        )
        #expect(result.exitCode != 0)
        #expect(result.error.contains("does not answer within 1 s"), "\(result.error)")
    }

    @Test("that does not repeat itself needs the log where messages travel")
    func unrepeatable() async throws {
        try await Program.withFolder { folder in
            let arguments = ["train"] + Self.arguments("unrepeatable") + ["--no-evaluation"]
            let refused = try await Program.run(arguments + ["--broker", "memory"])
            #expect(refused.exitCode == 64)
            #expect(refused.error.contains("--durability log"), "\(refused.error)")
            let output = folder.appendingPathComponent("run").path
            let logged = try await Program.json(
                arguments + ["--broker", "local", "--durability", "log", "--output", output]
            )
            #expect(try await logged["tableDigest"] as? String == Self.digest(["--broker", "none"]))
        }
    }

    @Test("without a command, or with one that is no world, is refused with what to do")
    func refusals() async throws {
        let none = try await Program.run(["train", "world"])
        #expect(none.exitCode == 64)
        #expect(none.error.contains("--command"))
        let other = try await Program.run(["train", "world", "--command", "echo hello"])
        #expect(other.exitCode == 65)
        #expect(other.error.contains("print to standard error"), "\(other.error)")
        let missing = try await Program.run(["train", "world", "--command", "no-such-program-at-all"])
        #expect(missing.exitCode == 65)
        #expect(missing.error.contains("no-such-program-at-all"))
    }
}
