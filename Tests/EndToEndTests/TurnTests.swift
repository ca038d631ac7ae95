internal import Foundation
internal import Testing

/// Runs in orders of turns that have no reference bits.
@Suite("Orders of turns")
struct TurnTests {
    private static func maze(_ steps: Int, _ more: [String]) -> [String] {
        let maze = ["train", "maze", "--steps", "\(steps)", "--lanes", "32", "--cohorts", "4"]
        return maze + ["--quiet", "--json"] + more
    }

    private static func run(_ arguments: [String]) async throws -> [String: Any] {
        try await RecoveryTests.object(Program.run(arguments))
    }

    @Test(
        "a run's log makes its digest again through any number of workers and any broker",
        arguments: ["bounded:2", "free"]
    )
    func replay(_ order: String) async throws {
        try await Program.withFolder { folder in
            let log = folder.appendingPathComponent("a.turns").path
            let recorded = try await Self.run(
                Self.maze(100_000, ["--order", order, "--record-turns", log, "--no-evaluation", "--workers", "3"])
            )
            let turns = try #require(recorded["turns"] as? [String: Any])
            #expect(turns["order"] as? String == order && (turns["turns"] as? Int ?? 0) >= 4 * 782)
            let layouts = [
                ["--workers", "1"], ["--workers", "2", "--broker", "local"], ["--workers", "4", "--shards", "8"],
            ]
            for layout in layouts {
                let again = try await Self.run(Self.maze(100_000, ["--replay-turns", log, "--no-evaluation"] + layout))
                #expect(again["tableDigest"] as? String == recorded["tableDigest"] as? String, "\(layout)")
                let ages = (again["turns"] as? [String: Any])?["ages"] as? [Int]
                #expect(ages == turns["ages"] as? [Int])
            }
            let shown = try await Program.run(["turns", log, "--json"])
            let ages = (try RecoveryTests.object(shown)["ages"] as? [String: Any])?["ages"] as? [Int]
            #expect(ages == turns["ages"] as? [Int])
        }
    }

    @Test("what cannot be done with an order or a log is refused in words")
    func refusals() async throws {
        try await Program.withFolder { folder in
            let (log, output) = (folder.appendingPathComponent("a.turns"), folder.appendingPathComponent("run").path)
            let recording = ["--order", "free", "--record-turns", log.path, "--output", output, "--no-evaluation"]
            _ = try await Self.run(Self.maze(20_000, recording))
            func refused(_ arguments: [String], _ code: Int32, _ words: String) async throws {
                let result = try await Program.run(arguments)
                #expect(result.exitCode == code && result.error.contains(words), "\(arguments): \(result.error)")
            }
            let replay = ["--replay-turns", log.path]
            try await refused(Self.maze(20_000, replay + ["--seed", "2"]), 64, "the log of another run")
            try await refused(Self.maze(30_000, replay), 64, "the log of another run")
            try await refused(Self.maze(20_000, replay + ["--order", "free"]), 64, "leave --order out")
            try await refused(Self.maze(20_000, replay + ["--broker", "none"]), 64, "--broker none has no messages")
            let free = ["--order", "free", "--broker", "none"]
            try await refused(Self.maze(20_000, free), 64, "--broker none has no messages")
            try await refused(Self.maze(20_000, ["--order", "bounded:1", "--cohorts", "1"]), 64, "one cohort")
            try await refused(Self.maze(20_000, replay + ["--evaluate-every", "128"]), 64, "--evaluate-every")
            try await refused(["verify", output], 64, "--order free")
            try await refused(["table", "blame", output, "--state", "1"], 64, "--order free")
            try await refused(["bench", "maze", "--until", "0.9", "--order", "free"], 64, "--until with --order free")
            let policy = output + "/policy.json"
            try await refused(Self.maze(20_000, ["--record-turns", policy]), 64, "is no log of turns")
            try await refused(Self.maze(20_000, ["--replay-turns", policy]), 65, "it is no log of turns")
            let data = try Data(contentsOf: log)
            try data.dropLast(9).write(to: log)
            try await refused(Self.maze(20_000, replay), 65, "it is cut off")
            try await refused(["turns", log.path], 65, "it is cut off")
        }
    }

    @Test(
        "a run that is interrupted and gone on with has one log, which makes its digest again",
        .timeLimit(.minutes(5))
    )
    func resume() async throws {
        try await LongEnough.run(steps: 400_000) { steps, folder in
            let log = folder.appendingPathComponent("a.turns").path
            let output = folder.appendingPathComponent("run").path
            let record = ["--record-turns", log]
            let options = ["--order", "bounded:2", "--output", output, "--checkpoint-every", "50", "--no-evaluation"]
            let running = Node(try Program.start(Self.maze(steps, options + record)))
            let checkpoints = output + "/checkpoints"
            try await Overdue.await("a checkpoint", within: .seconds(180)) {
                let found = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
                return running.hasEnded || found.contains { $0.hasPrefix("round-") }
            }
            running.kill()
            let ended = try await running.wait()
            try LongEnough.require(ended.exitCode != 0, "the run had ended")
            let resumed = try await Self.run(
                ["train", "--resume", output, "--json", "--quiet", "--no-evaluation", "--workers", "3"] + record
            )
            let again = try await Self.run(Self.maze(steps, ["--replay-turns", log, "--no-evaluation"]))
            #expect(again["tableDigest"] as? String == resumed["tableDigest"] as? String)
        }
    }

    @Test(
        "learns the maze as well as the strict order does, from as many transitions",
        arguments: ["strict", "bounded:2", "free"]
    )
    func convergence(_ order: String) async throws {
        let maze = ["train", "maze", "--steps", "1M", "--lanes", "64", "--cohorts", "8"]
        let result = try await Program.run(maze + ["--order", order, "--quiet", "--json"])
        let evaluation = try #require(try RecoveryTests.object(result)["evaluation"] as? [String: Any])
        let controllers = try #require(evaluation["controllers"] as? [String: [String: [String: Any]]])
        let error = try #require(controllers["learned"]?["RMSE of Q"]?["mean"] as? Double)
        #expect(error > 0 && error <= 0.01)
    }
}
