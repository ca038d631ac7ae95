import Foundation
import Testing

@Suite("Commands")
struct CommandTests {
    @Test("train --json prints the documented object")
    func resultObject() async throws {
        let result = try await Program.json(["train", "maze", "--steps", "10000", "--workers", "2"])
        let keys = [
            "scenario", "seed", "steps", "wallSeconds", "stepsPerSecond", "workers", "lanes", "cohorts", "broker",
            "staleness", "tableDigest", "ledger", "evaluation",
        ]
        for key in keys { #expect(result[key] != nil, "\(key)") }
        #expect(result["scenario"] as? String == "maze")
        #expect(result["broker"] as? String == "memory")
        let documentation = try String(contentsOf: Self.root.appendingPathComponent("docs/cli.md"), encoding: .utf8)
        for key in result.keys { #expect(documentation.contains("`\(key)`"), "docs/cli.md does not name \(key)") }
    }

    @Test("a policy can be shown, exported, compared and evaluated")
    func policyCommands() async throws {
        try await Program.withFolder { folder in
            let (one, other) = (folder.appendingPathComponent("a").path, folder.appendingPathComponent("b").path)
            let trained = try await Program.json(["train", "maze", "--steps", "20000", "--output", one])
            _ = try await Program.json(["train", "maze", "--steps", "20000", "--seed", "2", "--output", other])
            let digest = try await Program.run(["table", "digest", one])
            #expect(digest.output == "\(trained["tableDigest"] as? String ?? "?")\n")

            let show = try await Program.run(["table", "show", one, "--state", "17"])
            #expect(show.exitCode == 0)
            #expect(show.output.contains("row 1, column 1") && show.output.contains("visits"))

            let csv = try await Program.run(["table", "export", one]).output.split(separator: "\n")
            #expect(csv[0].hasPrefix("state,row,column,Q "))
            #expect(csv.count > 200)
            let json = try await Program.run(["table", "export", one, "--format", "json"])
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(rows.count == csv.count - 1)
            let arrays = folder.appendingPathComponent("arrays")
            #expect(
                try await Program.run(["table", "export", one, "--format", "npy", "--output", arrays.path]).exitCode
                    == 0
            )
            let values = try Data(contentsOf: arrays.appendingPathComponent("action-values.npy"))
            #expect(values.count == 128 + 256 * 4 * 4)

            #expect(try await Program.run(["table", "diff", one, one]).exitCode == 0)
            let diff = try await Program.run(["table", "diff", one, other])
            #expect(diff.exitCode == 1)
            #expect(diff.output.contains("cells differ"))

            let evaluation = try await Program.run(["evaluate", "maze", "--policy", one])
            #expect(evaluation.exitCode == 0)
            #expect(evaluation.output.contains("optimal"))
            let foreign = try await Program.run(["evaluate", "traffic", "--policy", one])
            #expect(foreign.exitCode == 64)
        }
    }

    @Test(
        "help, version and the list of update rules go to standard output",
        arguments: [
            ["--help"], ["train", "--help"], ["--version"], ["train", "--update", "list"],
            ["train", "maze", "--update", "list"],
        ]
    )
    func help(_ arguments: [String]) async throws {
        let result = try await Program.run(arguments)
        #expect(result.exitCode == 0)
        #expect(!result.output.isEmpty)
        #expect(result.error.isEmpty)
    }

    @Test("SIGINT ends a run with everything applied and exit code 130, SIGTERM with 143")
    func signals() async throws {
        for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
            let running = try Program.start(["train", "maze", "--steps", "100000000000", "--json"])
            let deadline = ContinuousClock.now + .seconds(30)
            // A signal before the first round ends a run that has nothing to show.
            while !running.errorSoFar.contains(/[1-9]\S* steps\/s/), running.process.isRunning, .now < deadline {
                await Task.yield()
            }
            kill(running.process.processIdentifier, signal)
            let result = running.wait()
            #expect(result.exitCode == code)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            )
            let ledger = try #require(object["ledger"] as? [String: Any])
            #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        }
    }

    /// The package's folder.
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
