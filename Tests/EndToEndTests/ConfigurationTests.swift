import Foundation
import Testing

@Suite("Settings from arguments, variables and a file")
struct ConfigurationTests {
    private func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
        try await Program.withFolder { folder in
            let file = folder.appendingPathComponent("run.yaml")
            try Data(text.utf8).write(to: file)
            return try await body(file.path)
        }
    }

    @Test("make the run that the same arguments make")
    func sameRun() async throws {
        let settings = ["scenario: maze", "steps: 30000", "lanes: 1", "initial-value: -0.5", "evaluation: false"]
        try await withFile(settings.joined(separator: "\n")) { file in
            let mixed = try await Program.run(
                ["train", "--config", file, "--lanes", "64", "--json", "--quiet"],
                environment: ["SHARDQ_STEPS": "20000", "SHARDQ_WORKERS": "3", "SHARDQ_SEED": "5"]
            )
            #expect(mixed.exitCode == 0, "\(mixed.error)")
            let object = try #require(JSONSerialization.jsonObject(with: Data(mixed.output.utf8)) as? [String: Any])
            #expect(object["workers"] as? Int == 3 && object["evaluation"] == nil)
            let arguments = try await Program.json([
                "train", "maze", "--steps", "20000", "--lanes", "64", "--initial-value=-0.5", "--seed", "5",
                "--broker", "none", "--no-evaluation",
            ])
            #expect(object["tableDigest"] as? String == arguments["tableDigest"] as? String)
        }
    }

    @Test("are shown with the origin of each, without a password, by shardq config")
    func origins() async throws {
        try await withFile("wait: 17\nmaster:\n  workers: 3\n") { file in
            let result = try await Program.run(
                ["config", "worker", "--run", "grid", "--config", file],
                environment: [
                    "SHARDQ_LOG_FORMAT": "json", "SHARDQ_BROKER": "amqp://eve:hunter2@host",
                    "SHARDQ_AMQP_PASSWORD": "hunter2",
                ]
            )
            #expect(result.exitCode == 0, "\(result.error)")
            let origins = result.output.split(separator: "\n").dropFirst().map { line in
                line.split(separator: "#").map { $0.split(separator: " ").joined(separator: " ") }.joined(
                    separator: "|"
                )
            }
            for line in [
                "broker:|SHARDQ_BROKER", "run: grid|--run", "wait: 17|\(file):1", "log-format: json|SHARDQ_LOG_FORMAT",
                "verbose: false|default", "metrics-port:|not set",
            ] {
                #expect(origins.contains(line), "\(line) in \(result.output)")
            }
            #expect(!result.output.contains("hunter2") && !result.error.contains("hunter2"))
        }
    }

    @Test(
        "hide the password of a broker however its address is written",
        arguments: [
            "amqp://eve:hunter2@host", "amqp://eve:hun/hunter2@host", "eve:hunter2@host", "eve:hun@hunter2@host",
            #"eve:hun"hunter2@host"#, "eve:hun hunter2@host",
        ]
    )
    func passwords(broker: String) async throws {
        let result = try await Program.run(["config", "worker", "--broker", broker, "--run", "grid"])
        #expect(!result.output.contains("hunter2") && !result.error.contains("hunter2"), "\(result.output)")
        #expect(result.output.contains("host"))
    }

    @Test("that are none end with 78 and the nearest right spelling, whether in a file or a variable")
    func unknown() async throws {
        try await withFile("steps: 5\ncheckpoint_evry: 3\n") { file in
            let result = try await Program.run(["train", "maze", "--config", file])
            #expect(result.exitCode == 78 && result.errorLines.count == 1)
            #expect(result.error.contains(":2: unknown key 'checkpoint_evry'; did you mean 'checkpoint-every'?"))
        }
        let result = try await Program.run(["train", "maze"], environment: ["SHARDQ_STPES": "5"])
        #expect(result.exitCode == 78 && result.error.contains("did you mean SHARDQ_STEPS?"))
    }

    @Test("are judged as arguments are: a password in a URL is refused, a value out of range ends with 64")
    func judged() async throws {
        try await withFile("broker: amqp://eve:hunter2@127.0.0.1:1\nrun: x\n") { file in
            let result = try await Program.run(["worker", "--config", file])
            #expect(result.exitCode == 78 && !result.error.contains("hunter2"))
            let shown = try await Program.run(["config", "worker", "--config", file])
            #expect(!shown.output.contains("hunter2") && !shown.error.contains("hunter2"))
        }
        let result = try await Program.run(["config", "train", "maze"], environment: ["SHARDQ_WORKERS": "0"])
        #expect(result.exitCode == 64 && result.output.contains("workers: 0"))
    }

    @Test("of train are not handed on to its workers")
    func workersOfTheirOwn() async throws {
        let result = try await Program.run(
            ["train", "maze", "--broker", "local", "--json", "--quiet", "--no-evaluation"],
            environment: ["SHARDQ_STEPS": "20000", "SHARDQ_METRICS_PORT": "0", "SHARDQ_NAME": "one-for-all"]
        )
        #expect(result.exitCode == 0, "\(result.error)")
    }
}
