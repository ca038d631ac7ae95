import Foundation
import RabbitMQMessaging
import Testing

@Suite("What an operator sees of real processes", .timeLimit(.minutes(5)))
struct MonitoringTests {
    private static let script = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../scripts/test-metrics").standardizedFileURL

    private static let hasPrometheus = ["prometheus", "promtool"]
        .allSatisfy { FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)") }

    @Test(
        "a Prometheus scrapes master and workers without a warning, and its sums are the ledger",
        .enabled(if: hasPrometheus, "apt-get install --no-install-recommends prometheus")
    )
    func prometheus() async throws {
        let arguments = ["--program", Program.url.path, "--steps", "2000000"]
        let test = Node(try Program.start(arguments, program: Self.script))
        defer { test.end() }
        let result = try await test.wait(within: .seconds(280))
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.output.contains("no warning"))
    }

    @Test("with JSON, all of standard error is records that parse, with run, epoch and round, and no password")
    func records() async throws {
        try await Program.withFolder { folder in
            try await BrokerRun.with { run in
                let options = ["--log-format", "json", "--metrics-port", "0", "--verbose"]
                let learning = ["maze", "--steps", "60000", "--lanes", "64", "--workers", "1", "--no-evaluation"]
                let master = try run.startMaster(
                    learning + options + ["--output", folder.path, "--checkpoint-every", "50"]
                )
                let worker = try run.startWorker("w0", options)
                for (node, isMaster) in [(master, true), (worker, false)] {
                    let result = try await node.wait()
                    #expect(result.exitCode == 0, "\(result.error)")
                    let records = try result.error.split(separator: "\n").map { line in
                        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
                    }
                    #expect(records.allSatisfy { $0["level"] != nil && $0["message"] != nil && $0["time"] != nil })
                    #expect(records.contains { ($0["message"] as? String)?.contains("/metrics") ?? false })
                    let written = records.filter { $0["message"] as? String == "checkpoint written" }
                    #expect(written.allSatisfy { $0["round"] is Int && $0["epoch"] is Int && $0["run"] is String })
                    #expect(written.isEmpty != isMaster)
                    let password = try #require(run.address.credentialEnvironment["SHARDQ_AMQP_PASSWORD"])
                    #expect(password.count > 8 && !result.error.contains(password))
                }
            }
        }
    }

    @Test("an error that ends a command is a record too")
    func errorRecord() async throws {
        let result = try await Program.run(
            ["worker", "--broker", "amqp://127.0.0.1:1", "--run", "x", "--wait", "1", "--log-format", "json"]
        )
        #expect(result.exitCode == 69 && result.errorLines.count == 2, "that it waits, and why it waits no more")
        let last = try #require(result.errorLines.last)
        let record = try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any]
        #expect(record?["level"] as? String == "error" && record?["run"] as? String == "x")
        #expect((record?["message"] as? String)?.contains("127.0.0.1:1") ?? false)
    }

    @Test("nobody to ask, and nothing to watch, are said")
    func nobody() async throws {
        let health = try await Program.run(["health", "127.0.0.1:1"])
        #expect(health.exitCode == 69 && health.errorLines.count == 1)
        let serial = try await Program.run(["train", "maze", "--broker", "none", "--metrics-port", "0"])
        #expect(serial.exitCode == 64 && serial.error.contains("--metrics-port"))
    }
}
