import Foundation
import Testing
import shardq

@Suite("The help of a scenario")
struct ScenarioHelpTests {
    static let names = Catalogue.samples.map(\.name).reduce(into: [String]()) { names, name in
        if !names.contains(name) { names.append(name) }
    }

    @Test("of every one, and of every command, has broker and output first and fits a terminal", arguments: names)
    func width(_ name: String) async throws {
        for command in ["train", "master", "bench"] {
            let help = try await Program.run([command, name, "--help"])
            #expect(help.exitCode == 0)
            let lines = help.output.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
            let first = lines.first { $0.hasPrefix("  -") }
            #expect(first?.hasPrefix("  --broker") == true)
            if command != "bench" { #expect(help.output.contains("  --output")) }
        }
    }

    @Test("of a maze shows what applies to a maze, with the defaults of a maze, on about one page")
    func maze() async throws {
        let help = try await Program.run(["train", "maze", "--help"]).output
        #expect(help.split(separator: "\n", omittingEmptySubsequences: false).count <= 68)
        for shown in ["--slip", "(default: 1000000)", "(default: 0.98)", "(default: 1.0:0.1)"] {
            #expect(help.contains(shown), "\(shown)")
        }
        for foreign in ["--rows", "--load", "--states", "--simulations", "router", "--flow-ratio", "--resume "] {
            #expect(!help.contains(foreign), "\(foreign)")
        }
        #expect(try await Program.run(["bench", "maze", "--help"]).output.contains("--until"))
        #expect(try await !Program.run(["bench", "synthetic", "--help"]).output.contains("--until"))
    }

    @Test("shows step sizes as they are typed, and takes those and negative numbers")
    func stepSizes() async throws {
        #expect(try await Program.run(["train", "world", "--help"]).output.contains("visits:100:0.02)"))
        func digest(_ stepSize: String, _ initialValue: String) async throws -> String? {
            let options = ["--steps", "4096", "--broker", "none", "--no-evaluation", "--quiet", "--json"]
            let numbers = ["--step-size", stepSize, "--initial-value", initialValue]
            let result = try await Program.run(["train", "maze"] + options + numbers)
            #expect(result.exitCode == 0, "\(result.error)")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            return object?["tableDigest"] as? String
        }
        let falling = try await digest("visits:5", "-1")
        #expect(try await digest("visits:5:0", "-1") == falling && falling != nil)
        #expect(try await digest("visits:5:0.5", "-1") != falling)
        #expect(try await digest("visits:6", "-1") != falling)
        for wrong in ["visits:", "visits:x", "visits:-1", "visits:5:2", "visits:5:0:0"] {
            #expect(try await Program.run(["train", "maze", "--step-size", wrong]).exitCode == 64, "\(wrong)")
        }
    }

    @Test("without a scenario lists them all and says how to go on", arguments: ["train", "master", "bench"])
    func list(_ command: String) async throws {
        let help = try await Program.run([command, "--help"]).output
        for name in Self.names { #expect(help.contains("\n  \(name) "), "\(name)") }
        #expect(help.contains("shardq \(command) <scenario> --help"))
        #expect(!help.contains("\n  resume "))
    }

    @Test("is completed by the shells", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) async throws {
        let script = try await Program.run(["--generate-completion-script=\(shell)"])
        #expect(script.exitCode == 0)
        for name in Self.names {
            #expect(script.output.contains("train_\(name)") || script.output.contains("'\(name)'"))
        }
    }

    @Test(
        "is not needed to learn what was refused",
        arguments: [
            (["train", "mase"], "did you mean 'maze'?"),
            (["train", "maze", "--rows", "4"], "--rows belongs to traffic, not to maze"),
            (["bench", "traffic", "--slip", "0"], "--slip belongs to maze, not to traffic"),
            (["train"], "say what to train (traffic, "), (["train", "--steps", "5"], "say what to train (traffic, "),
            (
                ["train", "maze", "--resume", "/tmp"],
                "--resume /tmp: the folder says what to train, so name no scenario"
            ),
            (
                ["train", "--resume", "/tmp", "--steps", "4"],
                "--steps comes from the folder of the run that is resumed"
            ),
            (["train", "maze", "--partition", "x"], "one of range"),
            (["bench", "traffic", "--until", "0.9"], "--until needs an exact optimum: bench maze"),
        ]
    )
    func refused(_ arguments: [String], _ words: String) async throws {
        let result = try await Program.run(arguments)
        #expect(result.exitCode == 64 && result.errorLines.count == 1)
        #expect(result.error.contains(words), "\(result.error)")
    }

    @Test("is found with the scenario behind the options too")
    func anywhere() async throws {
        let options = ["--steps", "300", "--broker", "none", "--no-evaluation", "--json", "--quiet"]
        let before = try await Program.run(["train", "maze"] + options)
        let behind = try await Program.run(["train"] + options + ["maze"])
        #expect(before.exitCode == 0 && behind.exitCode == 0, "\(behind.error)")
        func digest(_ text: String) throws -> String? {
            (try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])?["tableDigest"] as? String
        }
        #expect(try digest(before.output) == digest(behind.output))
    }
}
