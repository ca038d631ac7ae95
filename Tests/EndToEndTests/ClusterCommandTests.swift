internal import Foundation
internal import RabbitMQMessaging
internal import Testing

/// A run that is operated while it goes on; nothing is killed.
@Suite("A run that is operated with shardq cluster", .serialized)
struct ClusterCommandTests {
    private static func maze(_ steps: Int) -> [String] {
        ["maze", "--steps", "\(steps)", "--lanes", "16", "--no-evaluation", "--json"]
    }

    private static func cluster(_ run: BrokerRun, _ verb: String, _ more: [String] = []) async throws -> Program.Result
    {
        try await Program.run(
            ["cluster", verb, run.name] + more + ["--broker", run.address.description, "--json"],
            environment: run.address.credentialEnvironment
        )
    }

    private static func shards(_ object: [String: Any]) -> [String: Int] {
        let workers = object["workers"] as? [[String: Any]] ?? []
        return Dictionary(
            uniqueKeysWithValues: workers.compactMap { $0["name"] as? String }
                .map { ($0, shards(of: $0, in: object).count) }
        )
    }

    private static func shards(of name: String, in object: [String: Any]) -> [Int] {
        let workers = object["workers"] as? [[String: Any]] ?? []
        return workers.first { $0["name"] as? String == name }?["shards"] as? [Int] ?? []
    }

    @Test("2, 4, 8 and 1 workers: each is drained in its turn, and nothing is done again", .timeLimit(.minutes(5)))
    func drainEach() async throws {
        try await LongEnough.run(steps: 200_000) { steps, _ in
            try await BrokerRun.with { run in
                let layout = ["--workers", "2", "--shards", "16", "--elastic", "--verbose"]
                let master = try run.startMaster(Self.maze(steps) + layout)
                func ask(_ verb: String, _ more: [String] = []) async throws -> [String: Any] {
                    let result = try await Self.cluster(run, verb, more)
                    try LongEnough.require(!master.hasEnded, "the run had ended")
                    return try RecoveryTests.object(result)
                }
                func until(_ what: String, _ isSo: ([String: Int]) -> Bool) async throws {
                    for _ in 0..<2000 {
                        if isSo(Self.shards(try await ask("show"))) { return }
                    }
                    throw Overdue("not so: \(what)")
                }
                var workers = try (0..<2).map { ($0, try run.startWorker("w\($0)")) }
                try await master.underWay(after: "the rounds go on")
                for count in [4, 8] {
                    workers += try (workers.count..<count).map { ($0, try run.startWorker("w\($0)")) }
                    try await until("\(count) workers have shards") { $0.values.count { $0 > 0 } == count }
                }
                let moved = try await ask("move", ["3", "w7"])
                #expect(Self.shards(of: "w7", in: moved).contains(3))
                for (index, worker) in workers.dropLast() {
                    let drained = try await ask("drain", ["w\(index)"])
                    #expect((Self.shards(drained)["w\(index)"] ?? 0) == 0)
                    let ended = try await worker.wait()
                    #expect(ended.exitCode == 0, "\(ended.error)")
                }
                let last = try await Self.cluster(run, "drain", ["w7"])
                try LongEnough.require(!master.hasEnded, "the run had ended")
                #expect(last.exitCode == 64 && last.error.contains("nobody who could take the shards"), "\(last.error)")
                let unknown = try await Self.cluster(run, "drain", ["nobody"])
                try LongEnough.require(!master.hasEnded, "the run had ended")
                #expect(unknown.exitCode == 64 && unknown.error.contains("no worker nobody"), "\(unknown.error)")
                let result = try await master.wait()
                let object = try RecoveryTests.object(result)
                let reference = try await RecoveryTests.object(
                    Program.run(["train"] + Self.maze(steps) + ["--broker", "none"])
                )
                #expect(object["tableDigest"] as? String == reference["tableDigest"] as? String)
                #expect(object["rollbacks"] as? Int == 0, "\(result.error)")
            }
        }
    }

    @Test("a run that is not there is said to be none")
    func noSuchRun() async throws {
        try await BrokerRun.with { run in
            for verb in ["show", "balance"] {
                let result = try await Self.cluster(run, verb)
                #expect(result.exitCode == 69 && result.error.contains("there is no run"), "\(result.error)")
            }
        }
    }
}
