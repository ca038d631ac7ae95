internal import Foundation
internal import Testing

/// Somebody who reads a run's messages along.
@Suite("shardq watch", .serialized)
struct WatchTests {
    private static let maze = ["maze", "--steps", "40000", "--workers", "1", "--no-evaluation", "--json"]

    @Test("shows a run's messages decoded, hinders nobody, and ends with its master", .timeLimit(.minutes(5)))
    func wholeRun() async throws {
        try await BrokerRun.with { run in
            let watcher = try run.startWatching()
            try await watcher.wait(forError: "watching run")
            let master = try run.startMaster(Self.maze)
            try await watcher.wait(forError: "its master is there")
            let worker = try run.startWorker("only")
            let object = try await RecoveryTests.object(master.wait())
            let reference = try await RecoveryTests.object(
                Program.run(["train"] + Self.maze.filter { !["--workers", "1"].contains($0) } + ["--broker", "none"])
            )
            #expect(object["tableDigest"] as? String == reference["tableDigest"] as? String)
            #expect(object["rollbacks"] as? Int == 0)
            #expect(try await worker.wait().exitCode == 0)
            let said = try await watcher.wait()
            #expect(said.exitCode == 0, "\(said.error)")
            let lines = said.output.split(separator: "\n").map(String.init)
            let types = Set(lines.compactMap { $0.split(separator: " ").dropFirst(2).first.map(String.init) })
            #expect(types.isSuperset(of: ["UPDATE_Q+COMPUTE_Q", "Q_VALUES", "DUMP", "CELLS"]), "\(types)")
            #expect(!lines.contains { $0.contains("MALFORMED") })
            #expect(said.error.contains("\(lines.count) of \(lines.count) messages shown"))
        }
    }

    @Test("a filter takes parts of types and mailboxes, and --count ends it", .timeLimit(.minutes(5)))
    func filters() async throws {
        try await LongEnough.run(steps: 400_000) { steps, _ in
            try await BrokerRun.with { run in
                let only = ["--types", "UPDATE_Q", "--mailboxes", "worker.*", "--count", "3", "--json"]
                let watcher = try run.startWatching(only + ["--workers", "only"])
                let master = try run.startMaster(
                    ["maze", "--steps", "\(steps)", "--workers", "1", "--no-evaluation", "--json"]
                )
                let worker = try run.startWorker("only")
                let said = try await watcher.wait()
                try LongEnough.require(!said.error.contains("has left"), "the run had ended")
                let lines = try said.output.split(separator: "\n").map {
                    try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
                }
                #expect(lines.count == 3, "\(said.error)")
                #expect(lines.allSatisfy { $0["mailbox"] as? String == "worker.only" })
                #expect(lines.allSatisfy { ($0["type"] as? String)?.hasPrefix("UPDATE_Q") ?? false })
                #expect(try await master.wait().exitCode == 0)
                #expect(try await worker.wait().exitCode == 0)
            }
        }
    }

    @Test("says that there is no master, and what a mailbox can be called", .timeLimit(.minutes(5)))
    func refusals() async throws {
        try await BrokerRun.with { run in
            let alone = try await run.startWatching(["--wait", "1"]).wait()
            #expect(alone.exitCode == 69 && alone.error.contains("no master of run \(run.name) within 1 s"))
            let misspelt = try await run.startWatching(["--mailboxes", "reply"]).wait()
            #expect(misspelt.exitCode == 64 && misspelt.error.contains("control, replies, worker.NAME"))
        }
    }
}
