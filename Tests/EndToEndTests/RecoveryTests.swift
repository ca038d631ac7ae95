internal import Foundation
internal import Testing

/// Runs whose processes are killed or told to end; some seconds each.
@Suite("A run that loses processes", .serialized)
struct RecoveryTests {
    private static func maze(_ steps: Int) -> [String] { ["maze", "--steps", "\(steps)", "--lanes", "16"] }
    private static let shown = ["--no-evaluation", "--quiet", "--json"]
    private static let recorded = ["--checkpoint-every", "0.3s", "--verbose"]

    static func object(_ result: Program.Result) throws -> [String: Any] {
        try #require(result.exitCode == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    /// Checks that a run has ended as if nothing had happened.
    private static func expectUndisturbed(_ result: Program.Result, _ steps: Int) async throws {
        let reference = try object(await Program.run(["train"] + maze(steps) + shown + ["--broker", "none"]))
        let object = try object(result)
        #expect(object["tableDigest"] as? String == reference["tableDigest"] as? String)
        let ledger = try #require(object["ledger"] as? [String: Any])
        #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        #expect(ledger["lost"] as? Int == 0 && ledger["duplicated"] as? Int == 0)
    }

    /// Checks that a killed and a resumed process left a past that can be had again, and a record of both.
    private static func expectHistory(of folder: URL) async throws {
        for state in ["17", "200"] {
            let blame = try await Program.json(["table", "blame", folder.path, "--state", state])
            #expect(blame["foldsToFolder"] as? Bool == true && blame["count"] as? Int ?? 0 > 0)
        }
        let data = try Data(contentsOf: folder.appendingPathComponent("run.json"))
        let record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let sessions = try #require(record["sessions"] as? [[String: Any]])
        #expect(sessions.count == 2 && sessions[0]["end"] == nil && sessions[1]["end"] != nil)
        #expect(sessions[1]["parent"] != nil)
        let versions = try #require(sessions[1]["versions"] as? [String: Any])
        #expect((versions["broker"] as? String)?.hasPrefix("RabbitMQ ") == true, "\(versions)")
    }

    @Test("train replaces its own workers when all of them are killed", .timeLimit(.minutes(5)))
    func killedWorkers() async throws {
        try await LongEnough.run(steps: 120_000) { steps, folder in
            try await BrokerRun.with { run in
                let options = Self.shown + Self.recorded + ["--output", folder.path]
                let train = try run.startTraining(Self.maze(steps) + options)
                try await train.underWay(after: "checkpoint written")
                for worker in train.children where !Self.isGuardian(worker) { kill(worker, SIGKILL) }
                let result = try await train.wait()
                try await Self.expectUndisturbed(result, steps)
                try LongEnough.require(Self.object(result)["rollbacks"] as? Int ?? 0 >= 1, "no loss was felt")
            }
        }
    }

    @Test("train recovers when its private node and all of its workers are killed at once", .timeLimit(.minutes(5)))
    func killedNodeAndWorkers() async throws {
        try await LongEnough.run(steps: 120_000) { steps, folder in
            let arguments = ["train"] + Self.maze(steps) + Self.shown + Self.recorded + ["--output", folder.path]
            let train = Node(try Program.start(arguments + ["--broker", "local"]))
            defer { train.end() }
            try await train.underWay(after: "checkpoint written")
            for child in train.children where !Self.isGuardian(child) { kill(child, SIGKILL) }
            let result = try await train.wait()
            try await Self.expectUndisturbed(result, steps)
            try LongEnough.require(Self.object(result)["rollbacks"] as? Int ?? 0 >= 1, "no loss was felt")
        }
    }

    /// Whether a process is the one that cleans up behind another.
    static func isGuardian(_ process: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.contains("shardq-guardian") ?? true
    }

    @Test("a master that was killed goes on with --resume, and its workers find it again", .timeLimit(.minutes(5)))
    func killedMaster() async throws {
        try await LongEnough.run(steps: 120_000) { steps, folder in
            try await BrokerRun.with { run in
                let workers = [try run.startWorker("a"), try run.startWorker("b")]
                let options = Self.shown + Self.recorded + ["--workers", "2"]
                let first = try run.startMaster(Self.maze(steps) + options + ["--output", folder.path])
                try await first.underWay(after: "checkpoint written")
                first.kill()
                let end = try await first.wait().exitCode
                try LongEnough.require(end != 0, "the master had ended")
                #expect(end == SIGKILL)

                let second = try run.startMaster(["--resume", folder.path] + options)
                try await Self.expectUndisturbed(second.wait(), steps)
                for worker in workers {
                    let result = try await worker.wait()
                    #expect(result.exitCode == 0, "\(result.error)")
                }
            }
        }
    }

    @Test("a train that was killed goes on with --resume and other workers", .timeLimit(.minutes(5)))
    func killedTraining() async throws {
        try await LongEnough.run(steps: 120_000) { steps, folder in
            try await BrokerRun.with { run in
                let options = Self.shown + Self.recorded + ["--output", folder.path]
                let first = try run.startTraining(Self.maze(steps) + options)
                try await first.underWay(after: "checkpoint written")
                first.kill()
                try LongEnough.require(await first.wait().exitCode != 0, "the run had ended")
                let second = try run.startTraining(["--resume", folder.path, "--workers", "3"] + Self.shown)
                try await Self.expectUndisturbed(second.wait(), steps)
                try await Self.expectHistory(of: folder)
            }
        }
    }

    @Test(
        "a signal ends a run with a checkpoint, and --resume goes on to the uninterrupted digest",
        .timeLimit(.minutes(5)),
        arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))],
        [nil, ["--broker", "memory"], ["--broker", "none", "--threads", "2"]]
    )
    func signals(_ signal: (number: Int32, exitCode: Int32), layout: [String]?) async throws {
        let steps = ["memory": 800_000, "none": 20_000_000][layout?[1] ?? ""] ?? 120_000
        try await LongEnough.run(steps: steps) { steps, folder in
            try await BrokerRun.with { run in
                // No checkpoint but the one that the signal asks for.
                let seldom = ["--checkpoint-every", "1000s", "--verbose", "--output", folder.path]
                let maze = Self.maze(steps) + Self.shown
                let train =
                    if let layout {
                        Node(try Program.start(["train"] + maze + seldom + layout))
                    } else {
                        try run.startTraining(maze + seldom)
                    }
                defer { train.end() }
                try await train.underWay(after: "the rounds go on")
                train.send(signal.number)
                let result = try await train.wait()
                try LongEnough.require(result.exitCode != 0, "the run had ended")
                #expect(result.exitCode == signal.exitCode, "\(result.error)")
                #expect(result.error.contains("--resume \(folder.path)"), "\(result.error)")

                let resumed = try await Program.run(["train", "--resume", folder.path] + Self.shown + (layout ?? []))
                let reference = try await Program.run(["train"] + maze + ["--broker", "none"])
                let digest = try Self.object(reference)["tableDigest"] as? String
                #expect(try Self.object(resumed)["tableDigest"] as? String == digest)
            }
        }
    }
}
