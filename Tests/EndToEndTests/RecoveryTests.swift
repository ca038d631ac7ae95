internal import Foundation
internal import Testing

/// Runs whose processes are killed or told to end; some seconds each.
@Suite("A run that loses processes", .serialized)
struct RecoveryTests {
    private static let maze = ["maze", "--steps", "120000", "--lanes", "16"]
    private static let shown = ["--no-evaluation", "--quiet", "--json"]
    private static let recorded = ["--checkpoint-every", "0.3s", "--verbose"]

    private static func object(_ result: Program.Result) throws -> [String: Any] {
        try #require(result.exitCode == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    /// Checks that a run has ended as if nothing had happened.
    private static func expectUndisturbed(_ result: Program.Result) async throws {
        let reference = try object(await Program.run(["train"] + maze + shown + ["--broker", "none"]))
        let object = try object(result)
        #expect(object["tableDigest"] as? String == reference["tableDigest"] as? String)
        let ledger = try #require(object["ledger"] as? [String: Any])
        #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        #expect(ledger["lost"] as? Int == 0 && ledger["duplicated"] as? Int == 0)
    }

    @Test("train replaces its own workers when all of them are killed", .timeLimit(.minutes(5)))
    func killedWorkers() async throws {
        try await Program.withFolder { folder in
            try await BrokerRun.with { run in
                let train = try run.startTraining(Self.maze + Self.shown + Self.recorded + ["--output", folder.path])
                try await train.wait(forError: "checkpoint written")
                let workers = train.children
                #expect(workers.count == 2)
                for worker in workers { kill(worker, SIGKILL) }
                let result = try await train.wait(within: .seconds(60))
                try await Self.expectUndisturbed(result)
                #expect(try #require(Self.object(result)["rollbacks"] as? Int) >= 1)
            }
        }
    }

    @Test("train recovers when its private node and all of its workers are killed at once", .timeLimit(.minutes(5)))
    func killedNodeAndWorkers() async throws {
        try await Program.withFolder { folder in
            let arguments = ["train"] + Self.maze + Self.shown + Self.recorded + ["--output", folder.path]
            let train = Node(try Program.start(arguments + ["--broker", "local"]))
            defer { train.end() }
            try await train.wait(forError: "checkpoint written")
            for child in train.children where !Self.isWatcher(child) { kill(child, SIGKILL) }
            let result = try await train.wait(within: .seconds(90))
            try await Self.expectUndisturbed(result)
            #expect(try #require(Self.object(result)["rollbacks"] as? Int) >= 1)
        }
    }

    /// Whether a process is the one that cleans up behind a private node.
    private static func isWatcher(_ process: Int32) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8))?.contains("broker-watch") ?? true
    }

    @Test("a master that was killed goes on with --resume, and its workers find it again", .timeLimit(.minutes(5)))
    func killedMaster() async throws {
        try await Program.withFolder { folder in
            try await BrokerRun.with { run in
                let workers = [try run.startWorker("a"), try run.startWorker("b")]
                let options = Self.shown + Self.recorded + ["--workers", "2"]
                let first = try run.startMaster(Self.maze + options + ["--output", folder.path])
                try await first.wait(forError: "checkpoint written")
                first.kill()
                #expect(try await first.wait().exitCode == SIGKILL)

                let second = try run.startMaster(["--resume", folder.path] + options)
                try await Self.expectUndisturbed(second.wait(within: .seconds(60)))
                for worker in workers {
                    let result = try await worker.wait()
                    #expect(result.exitCode == 0, "\(result.error)")
                }
            }
        }
    }

    @Test("a train that was killed goes on with --resume and other workers", .timeLimit(.minutes(5)))
    func killedTraining() async throws {
        try await Program.withFolder { folder in
            try await BrokerRun.with { run in
                let first = try run.startTraining(Self.maze + Self.shown + Self.recorded + ["--output", folder.path])
                try await first.wait(forError: "checkpoint written")
                let orphans = first.children
                first.kill()
                _ = try await first.wait()
                let second = try run.startTraining(["--resume", folder.path, "--workers", "3"] + Self.shown)
                let result = try await second.wait(within: .seconds(60))
                // They would wait a minute for another master.
                for orphan in orphans { kill(orphan, SIGKILL) }
                try await Self.expectUndisturbed(result)
            }
        }
    }

    @Test(
        "a signal ends a run within five seconds with a checkpoint, and --resume goes on to the uninterrupted digest",
        .timeLimit(.minutes(5)),
        arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))],
        [nil, ["--broker", "memory"], ["--broker", "none", "--threads", "2"]]
    )
    func signals(_ signal: (number: Int32, exitCode: Int32), layout: [String]?) async throws {
        try await Program.withFolder { folder in
            try await BrokerRun.with { run in
                // No checkpoint but the one that the signal asks for.
                let seldom = ["--checkpoint-every", "1000s", "--verbose", "--output", folder.path]
                let steps = ["memory": "1600000", "none": "60000000"][layout?[1] ?? ""] ?? "120000"
                let maze = ["maze", "--steps", steps, "--lanes", "16"] + Self.shown
                let train =
                    if let layout {
                        Node(try Program.start(["train"] + maze + seldom + layout))
                    } else {
                        try run.startTraining(maze + seldom)
                    }
                defer { train.end() }
                try await train.wait(forError: "the rounds go on")
                train.send(signal.number)
                let result = try await train.wait(within: .seconds(5))
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
