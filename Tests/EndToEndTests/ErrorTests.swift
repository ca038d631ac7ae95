import Foundation
import Messaging
import Testing

@Suite("Wrong input gives one clear line")
struct ErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let exitCode: Int32
        /// What the line must contain.
        let mentions: [String]
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case(arguments: ["train", "chess"], exitCode: 64, mentions: ["chess", "traffic"]),
        Case(arguments: ["train", "maze", "--workers", "0"], exitCode: 64, mentions: ["--workers 0"]),
        Case(
            arguments: ["train", "maze", "--workers", "3", "--shards", "2"],
            exitCode: 64,
            mentions: ["3", "2 workers"]
        ),
        Case(arguments: ["train", "maze", "--threads", "2"], exitCode: 64, mentions: ["--threads", "--broker none"]),
        Case(
            arguments: ["train", "maze", "--broker", "none", "--threads", "0"],
            exitCode: 64,
            mentions: ["--threads 0", "1024"]
        ),
        Case(
            arguments: ["train", "maze", "--broker", "none", "--answer-within", "30"],
            exitCode: 64,
            mentions: ["--answer-within", "--broker none"]
        ),
        Case(
            arguments: ["train", "maze", "--answer-within", "0"],
            exitCode: 64,
            mentions: ["--answer-within 0", "86400"]
        ),
        Case(arguments: ["health", "::1:9400"], exitCode: 64, mentions: ["::1:9400", "brackets"]),
        Case(arguments: ["train", "maze", "--workers", "300"], exitCode: 64, mentions: ["256"]),
        Case(arguments: ["train", "traffic", "--lanes", "17"], exitCode: 64, mentions: ["17", "16"]),
        Case(arguments: ["train", "maze", "--load", "2"], exitCode: 64, mentions: ["--load", "routing"]),
        Case(arguments: ["train", "maze", "--epsilon", "7"], exitCode: 64, mentions: ["7"]),
        Case(arguments: ["train", "maze", "--broker", "carrier-pigeon"], exitCode: 64, mentions: ["carrier-pigeon"]),
        Case(arguments: ["train", "maze", "--broker", "local:0"], exitCode: 64, mentions: ["local:0"]),
        Case(arguments: ["train", "maze", "--broker", "local:17"], exitCode: 64, mentions: ["local:17"]),
        Case(
            arguments: ["train", "maze", "--broker", "local", "--broker", "memory"],
            exitCode: 64,
            mentions: ["--broker is given 2 times", "local:N"]
        ),
        Case(
            arguments: ["train", "maze", "--broker", "amqp://127.0.0.1:1", "--broker", "amqp://127.0.0.1:2"],
            exitCode: 69,
            mentions: ["none of the 2 brokers", "127.0.0.1:1"]
        ),
        Case(
            arguments: ["worker", "--run", "x", "--broker", "amqp://127.0.0.1:1,amqp://127.0.0.1:1"],
            exitCode: 78,
            mentions: ["127.0.0.1:1 is named twice"]
        ),
        Case(
            arguments: ["worker", "--run", "x", "--broker", "amqp://127.0.0.1:1,amqp://eve:hunter2@127.0.0.1:2"],
            exitCode: 78,
            mentions: ["holds a password"]
        ),
        Case(arguments: ["train", "maze", "--maze", "/no/such/file"], exitCode: 74, mentions: ["/no/such/file"]),
        Case(arguments: ["train", "maze", "--output", "/proc/nowhere"], exitCode: 74, mentions: ["/proc/nowhere"]),
        Case(
            arguments: ["train", "maze", "--durability", "log"],
            exitCode: 64,
            mentions: ["--durability log", "--output"]
        ),
        Case(arguments: ["train", "maze", "--checkpoint-every", "5"], exitCode: 64, mentions: ["--output"]),
        // Rules and explorations, with what would be right.
        Case(
            arguments: ["train", "maze", "--update", "hysteretic:2"],
            exitCode: 64,
            mentions: ["--update hysteretic:2", "hysteretic:RATIO", "0.0 to 1.0"]
        ),
        Case(arguments: ["train", "maze", "--update", "saras"], exitCode: 64, mentions: ["saras", "sarsa-lambda"]),
        Case(
            arguments: ["train", "maze", "--update", "distributed", "--step-size", "0.5"],
            exitCode: 64,
            mentions: ["--step-size", "distributed", "1.0"]
        ),
        Case(
            arguments: ["train", "maze", "--update", "r-learning", "--discount", "0.9"],
            exitCode: 64,
            mentions: ["--discount", "r-learning"]
        ),
        Case(
            arguments: ["train", "maze", "--explore", "boltzmann:1", "--epsilon", "0.1"],
            exitCode: 64,
            mentions: ["--epsilon", "--explore"]
        ),
        Case(
            arguments: ["train", "maze", "--explore", "boltzmann:1", "--update", "expected-sarsa"],
            exitCode: 64,
            mentions: ["expected-sarsa", "softmax-sarsa"]
        ),
        Case(
            arguments: ["train", "maze", "--replay", "uniform:0"],
            exitCode: 64,
            mentions: ["--replay uniform:0", "CAPACITY (100000; 1 to 16777216)"]
        ),
        Case(
            arguments: ["train", "maze", "--replay", "dyna-q", "--update", "sarsa"],
            exitCode: 64,
            mentions: ["--replay dyna-q: sarsa", "use q-learning, double-q-learning"]
        ),
        Case(
            arguments: ["train", "maze", "--replay", "prioritized", "--update", "double-q-learning"],
            exitCode: 64,
            mentions: ["double-q-learning has 2 values of an action", "uniform"]
        ),
        Case(
            arguments: ["train", "routing", "--replay", "uniform:1000:2", "--steps", "1000", "--broker", "none"],
            exitCode: 64,
            mentions: ["--replay uniform:1000:2", "is seen now", "leave it out"]
        ),
        Case(
            arguments: ["train", "maze", "--replay", "uniform:100:1000", "--lanes", "100000", "--broker", "none"],
            exitCode: 64,
            mentions: ["100000 lanes ask for 1000 rows more each", "fewer --lanes"]
        ),
        Case(
            arguments: ["train", "maze", "--update", "rvi-q-learning:256"],
            exitCode: 64,
            mentions: ["rvi-q-learning:256", "state 256 of 256"]
        ),
        // What would change nothing is refused.
        Case(
            arguments: ["train", "maze", "--broker", "none", "--output", "x", "--durability", "log"],
            exitCode: 64,
            mentions: ["--durability log", "--broker none"]
        ),
        Case(
            arguments: ["worker", "--run", "x", "--metrics-linger", "5"],
            exitCode: 64,
            mentions: ["--metrics-linger", "--metrics-port"]
        ),
        Case(
            arguments: ["train", "maze", "--ready-within", "5"],
            exitCode: 64,
            mentions: ["--ready-within", "--metrics-port"]
        ),
        Case(
            arguments: ["master", "maze", "--run", "x", "--metrics-address", "::1"],
            exitCode: 64,
            mentions: ["--metrics-address", "--metrics-port"]
        ),
        Case(arguments: ["bench", "--broker-process", "1"], exitCode: 64, mentions: ["--broker-process", "memory"]),
        Case(
            arguments: ["bench", "--broker", "amqp://127.0.0.1:1", "--broker-process", "99999999"],
            exitCode: 64,
            mentions: ["--broker-process 99999999", "no such process"]
        ),
        Case(
            arguments: ["train", "routing", "--start", "hops", "--initial-value", "5"],
            exitCode: 64,
            mentions: ["--initial-value", "--start"]
        ),
        Case(
            arguments: ["evaluate", "traffic", "--separate-tables"],
            exitCode: 64,
            mentions: ["--separate-tables", "--policy"]
        ),
        Case(
            arguments: [
                "evaluate", "traffic", "--simulator", "sumo", "--net", "x", "--episode", "60", "--seconds", "60",
            ],
            exitCode: 64,
            mentions: ["--episode", "--seconds 60"]
        ),
        Case(
            arguments: [
                "evaluate", "traffic", "--simulator", "sumo", "--net", "x", "--lights", "a", "--leave-out", "b",
            ],
            exitCode: 64,
            mentions: ["--lights", "--leave-out"]
        ),
        Case(arguments: ["train", "maze", "--output", "x", "--checkpoint-every", "0"], exitCode: 64, mentions: ["0"]),
        Case(
            arguments: ["train", "maze", "--discount", "1"],
            exitCode: 64,
            mentions: ["--discount 1", "--step-size a number"]
        ),
        Case(arguments: ["train"], exitCode: 64, mentions: ["traffic", "--resume"]),
        Case(
            arguments: ["train", "maze", "--broker", "amqp://127.0.0.1:1"],
            exitCode: 69,
            mentions: ["127.0.0.1:1"]
        ),
        Case(
            arguments: ["worker", "--broker", "amqp://eve:hunter2@127.0.0.1:1", "--run", "x"],
            exitCode: 78,
            mentions: ["127.0.0.1:1", "SHARDQ_AMQP_PASSWORD_FILE", "SHARDQ_BROKER"]
        ),
        Case(
            arguments: ["train", "maze", "--broker", "amqp://eve:hunter2@127.0.0.1:1"],
            exitCode: 78,
            mentions: ["127.0.0.1:1", "SHARDQ_AMQP_PASSWORD_FILE", "SHARDQ_BROKER"]
        ),
        Case(arguments: ["worker", "--run", "x"], exitCode: 78, mentions: ["--broker", "SHARDQ_BROKER"]),
        Case(
            arguments: ["evaluate", "maze", "--policy", "/no/such/folder"],
            exitCode: 74,
            mentions: ["/no/such/folder"]
        ),
        Case(
            arguments: ["train", "routing", "--broker", "none", "--steps", "100000000000000"],
            exitCode: 64,
            mentions: ["100000000", "2147483647 of each", "--lanes"]
        ),
        // Options that would be ignored.
        Case(
            arguments: ["evaluate", "routing", "--rule", "q", "--start", "hops", "--controllers", "standard"],
            exitCode: 64,
            mentions: ["--controllers standard", "own", "from hops"]
        ),
        Case(
            arguments: ["evaluate", "routing", "--controllers", "standard,own"],
            exitCode: 64,
            mentions: ["own", "--rule"]
        ),
        Case(
            arguments: ["evaluate", "routing", "--load", "2", "--loads", "1,2"],
            exitCode: 64,
            mentions: ["--load 2", "--loads 1,2"]
        ),
        Case(
            arguments: ["evaluate", "routing", "--loads", "1,2", "--events", "x.yaml"],
            exitCode: 64,
            mentions: ["--events x.yaml", "--loads"]
        ),
        Case(
            arguments: ["train", "routing", "--demands", "undirected"],
            exitCode: 64,
            mentions: ["--demands undirected", "uniform", "--traffic-matrix"]
        ),
        Case(
            arguments: ["routing", "trial", "--controller", "oracle", "--rule", "q"],
            exitCode: 64,
            mentions: ["--rule", "oracle", "does not learn"]
        ),
        Case(
            arguments: ["routing", "trial", "--controller", "oracle", "--staleness", "3"],
            exitCode: 64,
            mentions: ["--staleness", "oracle"]
        ),
        Case(
            arguments: ["routing", "trial", "--window", "500", "--measured", "1000"],
            exitCode: 64,
            mentions: ["--measured 1000", "--window 500"]
        ),
        Case(
            arguments: ["routing", "trial", "--ticks", "30000", "--window", "7000"],
            exitCode: 64,
            mentions: ["--window 7000", "divisor", "30000"]
        ),
        Case(
            arguments: ["routing", "trial", "--ticks-per-hop", "3"],
            exitCode: 64,
            mentions: ["zero", "ticks per hop"]
        ),
        Case(
            arguments: ["routing", "capacity", "--model", "link", "--rules", "bl94"],
            exitCode: 64,
            mentions: ["bl94", "link"]
        ),
        Case(
            arguments: ["train", "maze", "--broker", "none", "--shards", "4"],
            exitCode: 64,
            mentions: ["--shards", "--broker none"]
        ),
        Case(
            arguments: ["train", "maze", "--broker", "none", "--workers", "4"],
            exitCode: 64,
            mentions: ["--workers", "--broker none"]
        ),
        Case(arguments: ["train", "maze", "--keep-checkpoints", "3"], exitCode: 64, mentions: ["--output"]),
        Case(
            arguments: ["bench", "maze", "--until", "0.9", "--seconds", "1"],
            exitCode: 64,
            mentions: ["--seconds", "--until"]
        ),
        Case(
            arguments: ["evaluate", "maze", "--policy", "x", "--seeds", "5"],
            exitCode: 64,
            mentions: ["--seeds 5", "exact"]
        ),
        Case(
            arguments: ["table", "show", "x", "--state", "1", "--count", "3"],
            exitCode: 64,
            mentions: ["--count 3", "--state"]
        ),
        Case(
            arguments: ["table", "export", "x", "--format", "npy", "--all"],
            exitCode: 64,
            mentions: ["--all", "csv"]
        ),
        Case(arguments: ["table", "digest", "/etc"], exitCode: 74, mentions: ["/etc", "policy.json"]),
    ]

    @Test("names the value and what would be right, with its exit code", arguments: cases)
    func oneLine(_ wrong: Case) async throws {
        let result = try await Program.run(wrong.arguments)
        #expect(result.exitCode == wrong.exitCode, "\(result.error)")
        #expect(result.errorLines.count == 1, "\(result.error)")
        #expect(result.output.isEmpty && !result.error.contains("hunter2"))
        for word in wrong.mentions { #expect(result.error.contains(word), "\(result.error)") }
    }

    @Test(
        "an event after the end of a run is refused, whichever command it is for",
        arguments: [
            ["train", "routing", "--steps", "3600"], ["bench", "routing", "--steps", "3600"],
            ["routing", "trial", "--ticks", "100"], ["routing", "partition", "--ticks", "100"],
            ["evaluate", "routing", "--ticks", "100", "--warm-up", "0", "--controllers", "shortest-path"],
        ]
    )
    func lateEvent(command: [String]) async throws {
        try await Program.withFolder { folder in
            let file = folder.appendingPathComponent("events.yaml")
            try Data("- {tick: 100, load: 3}\n".utf8).write(to: file)
            let result = try await Program.run(command + ["--events", file.path])
            #expect(result.exitCode == 64 && result.errorLines.count == 1, "\(result.error)")
            #expect(result.error.contains("tick 100 never comes") && result.error.contains("100 ticks"))
        }
    }

    @Test("a maze without a goal is refused with the reason")
    func mazeWithoutGoal() async throws {
        try await Program.withFolder { folder in
            let file = folder.appendingPathComponent("maze.txt")
            try Data("S..\n...\n".utf8).write(to: file)
            let result = try await Program.run(["train", "maze", "--maze", file.path])
            #expect(result.exitCode == 65)
            #expect(result.errorLines.count == 1)
            #expect(result.error.contains(file.path) && result.error.lowercased().contains("goal"))
        }
    }

    @Test("a policy folder that was tampered with is refused")
    func damagedPolicy() async throws {
        try await Program.withFolder { folder in
            let policy = folder.appendingPathComponent("policy").path
            _ = try await Program.json(["train", "maze", "--steps", "5000", "--output", policy])
            let values = URL(fileURLWithPath: policy).appendingPathComponent("action-values.npy")
            var data = try Data(contentsOf: values)
            data[data.count - 1] ^= 1
            try data.write(to: values)
            let flipped = try await Program.run(["table", "digest", policy])
            #expect(flipped.exitCode == 65)
            #expect(flipped.error.contains("digest"))
            try data.prefix(200).write(to: values)
            let truncated = try await Program.run(["evaluate", "maze", "--policy", policy])
            #expect(truncated.exitCode == 65)
            #expect(truncated.errorLines.count == 1)
        }
    }

    @Test("no discount needs a step size, and then learns", arguments: ["maze", "junction", "traffic"])
    func noDiscount(scenario: String) async throws {
        let result = try await Program.json(
            [
                "train", scenario, "--discount", "1", "--step-size", "0.1", "--steps", "5000", "--broker", "none",
                "--no-evaluation",
            ]
        )
        #expect(result["steps"] as? Int ?? 0 >= 5000)
    }

    @Test("numbers of a policy that no run can have had are refused where they stand")
    func absurdPolicies() async throws {
        try await Program.withFolder { folder in
            let policy = folder.appendingPathComponent("policy").path
            _ = try await Program.json(["train", "maze", "--steps", "5000", "--output", policy])
            let file = URL(fileURLWithPath: policy).appendingPathComponent("policy.json")
            let sound = try String(contentsOf: file, encoding: .utf8)
            for (name, value) in [
                ("initial", "1e300"), ("discount", "-1"), ("lanes", "0"), ("cohorts", "9223372036854775807"),
                ("plannedSteps", "18446744073709551615"), ("slip", "7"), ("stepLimit", "0"),
            ] {
                let key = try #require(sound.firstRange(of: "\"\(name)\" : "), "\(name) in \(sound)")
                let end = sound[key.upperBound...].firstIndex { ",\n".contains($0) } ?? sound.endIndex
                try sound.replacingCharacters(in: key.upperBound..<end, with: value)
                    .write(to: file, atomically: true, encoding: .utf8)
                let result = try await Program.run(["evaluate", "maze", "--policy", policy])
                #expect(result.exitCode == 65 && result.errorLines.count == 1, "\(name): \(result.error)")
                #expect(result.error.contains("policy.json"))
            }
        }
    }

    @Test("a folder that is trained into is nobody else's")
    func lockedFolder() async throws {
        try await Program.withFolder { folder in
            let handle = try FileHandle(forReadingFrom: folder)
            defer { try? handle.close() }
            try #require(flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
            let begin = ["train", "maze", "--steps", "5000", "--output", folder.path]
            let refused = try await Program.run(begin)
            #expect(refused.exitCode == 69 && refused.errorLines.count == 1, "\(refused.error)")
            #expect(refused.error.contains("in use") && refused.error.contains("\(getpid())"))
            _ = flock(handle.fileDescriptor, LOCK_UN)
            _ = try await Program.json(begin)
            try #require(flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
            let resumed = try await Program.run(begin + ["--resume-or-start"])
            #expect(resumed.exitCode == 69 && resumed.error.contains("in use"), "\(resumed.error)")
        }
    }

    @Test(
        "threads for which there is no room are said in a line",
        arguments: ["--threads", "--broker memory --workers"]
    )
    func tooManyThreads(option: String) async throws {
        let broker = option.hasPrefix("--broker") ? "" : "--broker none"
        let command = "ulimit -v 900000; exec \"$0\" train synthetic --steps 1000 \(broker) \(option) 1024"
        let result = try await DedicatedThread.run(named: "program") {
            try Program.start(["-c", command, Program.url.path], program: URL(fileURLWithPath: "/bin/sh")).wait()
        }
        #expect(result.exitCode == 69 && result.errorLines.count == 1, "\(result.error)")
        #expect(result.error.contains("1024") && result.error.contains("ulimit -v: 878 MiB"), "\(result.error)")
    }

    @Test(
        "a table and lanes that do not fit the limit of memory are said in a line",
        arguments: [
            ("synthetic --states 200000000 --broker none", "200000000 states"),
            ("synthetic --states 200000000 --broker memory", "200000000 states"),
            ("maze --lanes 16777216 --broker none", "16777216 lanes"),
        ]
    )
    func tooLittleMemory(arguments: String, thing: String) async throws {
        let command = "ulimit -v 4000000; exec \"$0\" train \(arguments) --steps 1000"
        let result = try await DedicatedThread.run(named: "program") {
            try Program.start(["-c", command, Program.url.path], program: URL(fileURLWithPath: "/bin/sh")).wait()
        }
        #expect(result.exitCode == 69 && result.errorLines.count == 1, "\(result.error)")
        #expect(result.error.contains(thing) && result.error.contains("MiB"))
    }
}
