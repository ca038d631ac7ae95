internal import Foundation
internal import Testing

/// Runs whose workers come and go; nothing is killed.
@Suite("A run whose workers come and go", .serialized)
struct MovingTests {
    private static func maze(_ steps: Int) -> [String] {
        ["maze", "--steps", "\(steps)", "--lanes", "16", "--no-evaluation", "--json"]
    }

    @Test(
        "2, 4, 3 and 1 workers while it runs: SIGTERM hands shards over, and nothing is done again",
        .timeLimit(.minutes(5))
    )
    func comingAndGoing() async throws {
        try await LongEnough.run(steps: 400_000) { steps, _ in
            try await BrokerRun.with { run in
                let elastic = ["--workers", "2", "--shards", "8", "--elastic", "--verbose", "--metrics-port", "0"]
                let master = try run.startMaster(Self.maze(steps) + elastic)
                let first = try [run.startWorker("first"), run.startWorker("second")]
                try await master.underWay(after: "the rounds go on")
                let later = try [run.startWorker("third"), run.startWorker("fourth")]
                try await master.underWay(after: "to third")
                try await master.underWay(after: "to fourth")
                for worker in first + later.prefix(1) {
                    worker.send(SIGTERM)
                    let ended = try await worker.wait()
                    try LongEnough.require(!master.hasEnded, "the run had ended")
                    #expect(ended.exitCode == 0, "\(ended.error)")
                }
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

    @Test("the last worker's SIGTERM ends it as before: nobody can have its shards", .timeLimit(.minutes(5)))
    func lastWorker() async throws {
        try await LongEnough.run(steps: 400_000) { steps, _ in
            try await BrokerRun.with { run in
                let master = try run.startMaster(Self.maze(steps) + ["--workers", "1", "--verbose"])
                let only = try run.startWorker("only")
                try await master.underWay(after: "the rounds go on")
                only.send(SIGTERM)
                let ended = try await only.wait()
                try LongEnough.require(!master.hasEnded, "the run had ended")
                #expect(ended.exitCode == 143, "\(ended.error)")
                let next = try run.startWorker("next")
                let object = try await RecoveryTests.object(master.wait())
                #expect(object["rollbacks"] as? Int == 1)
                #expect(try await next.wait().exitCode == 0)
            }
        }
    }
}
