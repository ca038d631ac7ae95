internal import Foundation
internal import Testing

/// Runs whose cohorts are with processes of their own.
@Suite("A run with actor processes", .serialized)
struct ActorTests {
    private static func maze(_ steps: Int) -> [String] {
        ["maze", "--steps", "\(steps)", "--lanes", "16", "--cohorts", "4", "--no-evaluation", "--quiet", "--json"]
    }

    private static func digest(_ steps: Int) async throws -> String {
        let object = try await RecoveryTests.object(Program.run(["train"] + maze(steps) + ["--broker", "none"]))
        return try #require(object["tableDigest"] as? String)
    }

    private static func expect(_ result: Program.Result, toHave digest: String) throws {
        let object = try RecoveryTests.object(result)
        #expect(object["tableDigest"] as? String == digest)
        let ledger = try #require(object["ledger"] as? [String: Any])
        #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        #expect(ledger["lost"] as? Int == 0 && ledger["duplicated"] as? Int == 0)
    }

    /// The processes that a command has started as one of its own commands.
    private static func children(of node: Node, _ command: String) -> [Int32] {
        node.children.filter { child in
            let line = (try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)) ?? ""
            return line.split(separator: "\0").dropFirst().first.map(String.init) == command
        }
    }

    @Test("ends in the digest of the serial reference, for threads and processes", .timeLimit(.minutes(5)))
    func digests() async throws {
        let digest = try await Self.digest(20_000)
        let layout = ["--workers", "2", "--actors", "3"]
        let threads = try await Program.run(["train"] + Self.maze(20_000) + layout + ["--broker", "memory"])
        try Self.expect(threads, toHave: digest)
        try await BrokerRun.with { run in
            try Self.expect(await run.startTraining(Self.maze(20_000) + layout).wait(), toHave: digest)
            // Started by hand, one of them before there is a master.
            let early = try run.startActor("a0")
            let master = try run.startMaster(Self.maze(20_000) + ["--workers", "1", "--actors", "2"])
            let others = [try run.startActor("a1"), try run.startWorker("w0")]
            try Self.expect(await master.wait(), toHave: digest)
            for node in others + [early] { #expect(try await node.wait().exitCode == 0) }
        }
    }

    @Test("ends in that digest when an actor process and a worker are killed", .timeLimit(.minutes(5)))
    func killed() async throws {
        try await LongEnough.run(steps: 200_000) { steps, folder in
            try await BrokerRun.with { run in
                let options = ["--checkpoint-every", "0.3s", "--verbose", "--output", folder.path]
                let train = try run.startTraining(Self.maze(steps) + ["--actors", "2"] + options)
                try await train.underWay(after: "checkpoint written")
                for command in ["actor", "worker"] {
                    let victim = try #require(Self.children(of: train, command).first)
                    kill(victim, SIGKILL)
                    try await train.underWay(after: "\(command) local-")
                }
                let result = try await train.wait()
                try Self.expect(result, toHave: await Self.digest(steps))
                try LongEnough.require(
                    RecoveryTests.object(result)["rollbacks"] as? Int ?? 0 >= 1,
                    "no loss was felt"
                )
            }
        }
    }

    @Test("is ended by SIGTERM with a checkpoint, from which any layout goes on", .timeLimit(.minutes(5)))
    func resumed() async throws {
        try await LongEnough.run(steps: 200_000) { steps, folder in
            try await BrokerRun.with { run in
                let options = ["--actors", "2", "--verbose", "--output", folder.path, "--checkpoint-every", "400"]
                let first = try run.startTraining(Self.maze(steps) + options)
                try await first.underWay(after: "checkpoint written")
                first.send(SIGTERM)
                let end = try await first.wait()
                try LongEnough.require(end.exitCode != 0, "the run had ended")
                #expect(end.exitCode == 143, "\(end.error)")
                let shown = ["--no-evaluation", "--quiet", "--json"]
                let second = try run.startTraining(["--resume", folder.path, "--actors", "3", "--verbose"] + shown)
                try await second.underWay(after: "the rounds go on")
                second.send(SIGTERM)
                let pause = try await second.wait()
                try LongEnough.require(pause.exitCode != 0, "the run had ended")
                #expect(pause.exitCode == 143, "\(pause.error)")
                let last = try await run.startTraining(["--resume", folder.path, "--actors", "0"] + shown).wait()
                try Self.expect(last, toHave: await Self.digest(steps))
            }
        }
    }

    @Test("is left by one on SIGTERM with little done again", .timeLimit(.minutes(5)))
    func leaving() async throws {
        try await LongEnough.run(steps: 400_000) { steps, folder in
            try await BrokerRun.with { run in
                // No checkpoint is due before the end.
                let options = ["--checkpoint-every", "1000000000", "--verbose", "--output", folder.path]
                let master = try run.startMaster(Self.maze(steps) + ["--workers", "1", "--actors", "2"] + options)
                let actors = try ["a0", "a1"].map { try run.startActor($0, ["--metrics-port", "0"]) }
                let worker = try run.startWorker("w0")
                try await master.underWay(after: "the rounds go on")
                let standby = try run.startActor("a2")
                let address = try #require(actors[0].errorSoFar.firstMatch(of: /http:\/\/(.*)\/metrics/)?.1)
                let health = try await Program.run(["health", String(address)])
                actors[0].send(SIGTERM)
                let ended = try await actors[0].wait()
                try LongEnough.require(!master.hasEnded, "the run had ended")
                #expect(ended.exitCode == 0, "\(ended.error)")
                #expect(health.exitCode == 0, "\(health.error)")
                let result = try await master.wait()
                try Self.expect(result, toHave: await Self.digest(steps))
                let object = try RecoveryTests.object(result)
                #expect(object["rollbacks"] as? Int == 1, "\(result.error)")
                let written = result.error.ranges(of: "checkpoint written").first?.lowerBound
                let goes = result.error.firstRange(of: "actor process a0 goes")?.lowerBound
                #expect(try #require(written) < #require(goes), "\(result.error)")
                for node in [actors[1], standby, worker] { #expect(try await node.wait().exitCode == 0) }
            }
        }
    }

    @Test("what does not go with it is refused in a sentence, before anything is started")
    func refusals() async throws {
        let cases: [(arguments: [String], words: String)] = [
            (["--actors", "5"], "there are 4 cohorts"),
            (["--actors", "2", "--broker", "none"], "--actors"),
            (["--actors", "2", "--elastic"], "--elastic"),
            (["--actors", "2", "--durability", "log", "--output", "x"], "--durability log"),
            (["--actors", "2", "--evaluate-every", "10", "--output", "x"], "--evaluate-every"),
            (["--actors", "-1"], "--actors"),
        ]
        try await Program.withFolder { folder in
            for (arguments, words) in cases {
                let named = arguments.map { $0 == "x" ? folder.appendingPathComponent("run").path : $0 }
                let result = try await Program.run(["train"] + Self.maze(1000) + named)
                #expect(result.exitCode == 64 && result.error.contains(words), "\(arguments): \(result.error)")
            }
        }
    }
}
