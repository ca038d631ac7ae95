internal import Foundation
internal import Messaging
internal import RabbitMQMessaging
internal import Testing

/// Masters and workers that were started by hand, on one broker.
@Suite("Processes that meet on a broker", .serialized)
struct BrokerRunTests {
    private static let maze = ["maze", "--steps", "20000", "--no-evaluation", "--quiet", "--json"]

    private static func object(_ result: Program.Result) throws -> [String: Any] {
        try #require(result.exitCode == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any])
    }

    private static func digest(_ result: Program.Result) throws -> String {
        try #require(object(result)["tableDigest"] as? String)
    }

    private static func serialDigest() async throws -> String {
        try digest(await Program.run(["train"] + maze + ["--broker", "none"]))
    }

    @Test("a master and two workers end in the digest of the serial reference", .timeLimit(.minutes(5)))
    func separateProcesses() async throws {
        let reference = try await Self.serialDigest()
        try await BrokerRun.with { run in
            // Workers may come first; they wait for their master.
            let workers = [try run.startWorker("a"), try run.startWorker("b")]
            let master = try await run.startMaster(Self.maze + ["--workers", "2"]).wait()
            #expect(master.exitCode == 0, "\(master.error)")
            #expect(master.errorLines.isEmpty, "\(master.error)")
            #expect(try Self.digest(master) == reference)
            for worker in workers {
                let result = try await worker.wait()
                #expect(result.exitCode == 0)
                #expect(result.error.isEmpty && result.output.isEmpty, "\(result.error)")
            }
        }
    }

    @Test("a second master of a run is refused in one line, and the first is not disturbed", .timeLimit(.minutes(5)))
    func secondMaster() async throws {
        let reference = try await Self.serialDigest()
        try await BrokerRun.with { run in
            let first = try run.startMaster(Self.maze + ["--workers", "2"])
            try await run.awaitMaster()
            let second = try await run.startMaster(Self.maze + ["--workers", "2"]).wait()
            #expect(second.exitCode == 78)
            #expect(second.errorLines.count == 1, "\(second.error)")
            #expect(second.error.contains("control"), "\(second.error)")
            #expect(second.output.isEmpty)

            let workers = [try run.startWorker("a"), try run.startWorker("b")]
            let result = try await first.wait()
            #expect(result.exitCode == 0)
            #expect(try Self.digest(result) == reference)
            for worker in workers {
                let result = try await worker.wait()
                #expect(result.exitCode == 0, "\(result.error)")
            }
        }
    }

    @Test(
        "a worker that was killed is replaced by another, and the run ends in the same digest",
        .timeLimit(.minutes(5))
    )
    func deadWorker() async throws {
        try await LongEnough.run(steps: 120_000) { steps, _ in
            let maze = ["maze", "--steps", "\(steps)", "--lanes", "16", "--no-evaluation", "--quiet", "--json"]
            let reference = try Self.digest(await Program.run(["train"] + maze + ["--broker", "none"]))
            try await BrokerRun.with { run in
                let survivor = try run.startWorker("survivor")
                let victim = try run.startWorker("victim")
                let master = try run.startMaster(maze + ["--workers", "2", "--verbose"])
                try await master.underWay(after: "the rounds go on")

                victim.kill()
                let substitute = try run.startWorker("substitute")
                let result = try await master.wait()
                #expect(try Self.digest(result) == reference)
                let rollbacks = try #require(Self.object(result)["rollbacks"] as? Int)
                try LongEnough.require(rollbacks > 0, "no loss was felt")
                #expect(rollbacks == 1)
                #expect(result.error.contains("worker victim is gone"), "\(result.error)")
                for worker in [survivor, substitute] {
                    let result = try await worker.wait()
                    #expect(result.exitCode == 0, "\(result.error)")
                }
            }
        }
    }

    @Test("two hundred thousand steps through a private broker finish with a balanced ledger", .timeLimit(.minutes(5)))
    func longerRun() async throws {
        let arguments = [
            "train", "synthetic", "--steps", "200000", "--lanes", "256", "--no-evaluation", "--json", "--quiet",
        ]
        let run = try await Program.run(arguments + ["--broker", "local", "--workers", "2"])
        let result = try Self.object(run)
        let ledger = try #require(result["ledger"] as? [String: Any])
        #expect(try #require(ledger["issued"] as? Int) >= 200_000)
        #expect(ledger["issued"] as? Int == ledger["applied"] as? Int)
        #expect(result["steps"] as? Int == ledger["issued"] as? Int)
        #expect(try await Self.digest(run) == Self.digest(Program.run(arguments + ["--broker", "none"])))
    }

    struct Intruder: Sendable, CustomTestStringConvertible {
        let command: [String]
        var inVariable = false
        var testDescription: String { command[0] + (inVariable ? ", credentials in SHARDQ_BROKER" : "") }
    }

    static let intruders = [
        Intruder(command: ["master", "maze", "--run", "intruder"]),
        Intruder(command: ["worker", "--run", "intruder"]),
        Intruder(command: ["worker", "--run", "intruder"], inVariable: true),
        Intruder(command: ["train", "maze"]),
        Intruder(command: ["train", "maze", "--broker", "env"], inVariable: true),
    ]

    @Test("a wrong password gives one line with host and user, never the password", arguments: intruders)
    func wrongPassword(_ intruder: Intruder) async throws {
        let address = try await BrokerRun.broker.address
        let place = "\(address.host):\(address.port)"
        let password = "hunter2-\(UUID())"
        let result = try await Program.run(
            intruder.command + (intruder.inVariable ? [] : ["--broker", "amqp://\(place)"]),
            environment: intruder.inVariable
                ? ["SHARDQ_BROKER": "amqp://eve:\(password)@\(place)"]
                : ["SHARDQ_AMQP_USER": "eve", "SHARDQ_AMQP_PASSWORD": password]
        )
        #expect(result.exitCode == 78)
        #expect(result.errorLines.count == 1, "\(result.error)")
        #expect(result.error.contains(place) && result.error.contains("'eve'"), "\(result.error)")
        #expect(!result.error.contains(password) && !result.error.contains("hunter2"))
        #expect(result.output.isEmpty)
    }
}
