internal import Foundation
internal import Testing

/// What a folder can be asked of the run that made it; `TimeTravelTests` have the bits.
@Suite("The past of a run", .timeLimit(.minutes(5)))
struct PastTests {
    private static func train(_ folder: URL, _ more: [String]) async throws -> [String: Any] {
        try await Program.json(["train", "maze", "--no-evaluation", "--output", folder.path] + more)
    }

    private static let short = [
        "--steps", "20000", "--lanes", "16", "--cohorts", "2", "--checkpoint-every", "150", "--keep-checkpoints", "3",
    ]

    private static func object(_ url: URL) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    }

    @Test("of a run over messages is confirmed, had again at a checkpoint's round, blamed and bisected")
    func questions() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run")
            let digest = try await Self.train(run, Self.short + ["--broker", "memory", "--workers", "3"])["tableDigest"]
            let verified = try await Program.json(["verify", run.path])
            #expect(verified["confirmed"] as? Bool == true && verified["tableDigest"] as? String == digest as? String)
            let rounds = try #require(verified["checkpoints"] as? [Int])
            #expect(rounds.count == 3)

            // The middle checkpoint from the one before, and from the beginning once that is gone.
            let name = "checkpoints/round-" + String(format: "%012d", rounds[1])
            let kept = try Self.object(run.appendingPathComponent(name + "/policy.json"))["tableDigest"] as? String
            let early = folder.appendingPathComponent("early").path
            for start in [rounds[0], 0] {
                for round in rounds.dropFirst(start == 0 ? 0 : 1) {
                    let gone = run.appendingPathComponent("checkpoints/round-" + String(format: "%012d", round))
                    try? FileManager.default.removeItem(at: gone)
                }
                let at = try await Program.json(["table", "at", run.path, "--round", "\(rounds[1])", "--output", early])
                #expect(at["tableDigest"] as? String == kept && at["startRound"] as? Int == start)
            }
            #expect(try await Program.run(["verify", early, "--quiet"]).exitCode == 0)

            let blame = try await Program.run(["table", "blame", run.path, "--state", "17", "--quiet"])
            #expect(blame.exitCode == 0 && blame.output.contains("make the bits in the folder"), "\(blame.error)")
            #expect(blame.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(blame.output)")
            let once = try await Program.json(["table", "bisect", run.path, "--until", "visits(17) >= 1"])
            #expect(once["holds"] as? Bool == true && once["beginnings"] as? Int == 1)
            let never = try await Program.run(["table", "bisect", run.path, "--until", "visits(17) > 1e9", "--quiet"])
            #expect(never.exitCode == 3 && never.output.contains("never"))
            let wrong = try await Program.run(["table", "bisect", run.path, "--until", "action(17) = up up"])
            #expect(wrong.exitCode == 64 && wrong.errorLines.count == 1, "\(wrong.error)")
        }
    }

    @Test("without something is the run without its updates, a policy is found to become good, and registries are told")
    func whatIf() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run")
            let digest = try await Self.train(run, Self.short + ["--broker", "none"])["tableDigest"] as? String
            let same = try await Program.json(["table", "what-if", run.path, "--without", "reward > 1e30"])
            #expect(same["omitted"] as? Int == 0 && same["tableDigest"] as? String == digest)
            #expect(same["otherDigest"] as? String == digest)
            let file = folder.appendingPathComponent("all.csv")
            let half = ["table", "what-if", run.path, "--without", "lanes 0-15", "--without", "steps 0-6400"]
            let other = try await Program.json(half + ["--output", file.path])
            let (omitted, left) = (try #require(other["omitted"] as? Int), try #require(other["updates"] as? Int))
            // Each lane-step of the maze is a transition: half of the lanes, and of the others a third of their steps.
            #expect(omitted + left == 20000 && omitted == 10000 + 3200 && other["otherDigest"] as? String != digest)
            let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").count - 1
            #expect(rows == other["changed"] as? Int && rows > 0)
            // Of a period alone, the run is begun at a checkpoint.
            let late = try await Program.json(["table", "what-if", run.path, "--without", "steps 19200-20000"])
            #expect(late["omitted"] as? Int == 800, "\(late)")
            let wrong = try await Program.run(["table", "what-if", run.path, "--without", "lane 32"])
            #expect(wrong.exitCode == 64 && wrong.error.contains("0 to 31"), "\(wrong.error)")

            let condition = "discounted-return(learned) < 100"
            let good = try await Program.json(["table", "bisect", run.path, "--until", condition, "--within", "3200"])
            #expect(good["holds"] as? Bool == true && good["since"] as? Int == 0, "\(good)")
            let never = try await Program.run(["table", "bisect", run.path, "--until", "100 < learned", "--quiet"])
            #expect(never.exitCode == 3 && never.output.contains("does not hold at the end"), "\(never.output)")
            let unknown = try await Program.run(["table", "bisect", run.path, "--until", "luck(learned) < 1"])
            #expect(unknown.exitCode == 64 && unknown.error.contains("luck"), "\(unknown.error)")

            let events = try await Program.run(["runs", run.path, "--export", "openlineage"])
            #expect(events.exitCode == 0 && events.output.contains(digest ?? "?"), "\(events.error)")
            let store = folder.appendingPathComponent("mlruns").path
            #expect(try await Program.run(["runs", run.path, "--export", "mlflow", "--output", store]).exitCode == 0)
            #expect(try await Program.run(["runs", run.path, "--export", "mlflow"]).exitCode == 64)

            // Nothing rests on a table that is not the run's.
            let values = run.appendingPathComponent("action-values.npy")
            var bytes = try Data(contentsOf: values)
            bytes[bytes.count - 3] ^= 1
            try bytes.write(to: values)
            for words in [["bisect", "--until", condition], ["what-if", "--without", "steps 19200-20000"]] {
                let refused = try await Program.run(["table", words[0], run.path] + words.dropFirst())
                #expect(refused.exitCode == 65 && refused.error.contains("see shardq verify"), "\(refused.error)")
            }
        }
    }

    @Test("at a step is the digest of a run that was ended there, where nothing depends on the length")
    func endedThere() async throws {
        try await Program.withFolder { folder in
            let (long, short) = (folder.appendingPathComponent("long"), folder.appendingPathComponent("short"))
            let constant = ["--epsilon", "0.2", "--step-size", "0.1", "--lanes", "16", "--broker", "none"]
            _ = try await Self.train(long, ["--steps", "20000"] + constant)
            let ended = try await Self.train(short, ["--steps", "8000"] + constant)
            let at = try await Program.json(["table", "at", long.path, "--step", "8000"])
            #expect(at["tableDigest"] as? String == ended["tableDigest"] as? String)
            let why = try await Program.run(["table", "diff", long.path, short.path, "--why", "--quiet"])
            #expect(why.exitCode == 1 && why.output.contains("plannedSteps"), "\(why.output)\(why.error)")
            #expect(why.output.contains("goes on"), "\(why.output)")
        }
    }

    @Test("a folder that was changed is not confirmed, and where is said")
    func changed() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run")
            _ = try await Self.train(run, Self.short + ["--broker", "none"])
            let files = try FileManager.default.contentsOfDirectory(atPath: run.path + "/checkpoints").sorted()
            let checkpoint = try #require(files.first { $0.hasPrefix("round-") })
            // One bit of the value of state 20, action 1; one byte of a checkpoint.
            let changes: [(file: String, offset: Int, words: String)] = [
                ("action-values.npy", 128 + 4 * (20 * 4 + 1), "state 20"),
                ("checkpoints/\(checkpoint)/state.bin", 40, "checkpoint of round"),
            ]
            for (name, offset, words) in changes {
                let file = run.appendingPathComponent(name)
                let sound = try Data(contentsOf: file)
                var bytes = sound
                bytes[offset] ^= 1
                try bytes.write(to: file)
                let result = try await Program.run(["verify", run.path, "--quiet"])
                #expect(result.exitCode == 1 && result.output.contains(words), "\(result.output)\(result.error)")
                try sound.write(to: file)
            }
            // Another seed in the settings: everything that is compared differs, from the first checkpoint on.
            let policy = run.appendingPathComponent("policy.json")
            let text = try String(contentsOf: policy, encoding: .utf8)
            try Data(text.replacing("\"seed\" : 1", with: "\"seed\" : 2").utf8).write(to: policy)
            let other = try await Program.run(["verify", run.path, "--quiet"])
            #expect(other.exitCode == 1 && other.output.contains("cells differ"), "\(other.output)\(other.error)")
            #expect(other.output.contains("run.json: it is about another run"), "\(other.output)")
        }
    }

    @Test("run.json has a session for each process, with origins and parents, and no credential")
    func record() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run")
            let secret = ["SHARDQ_BROKER": "amqp://somebody:hunter2@127.0.0.1:1", "SHARDQ_SEED": "7"]
            let options = ["train", "maze", "--no-evaluation", "--quiet", "--output", run.path, "--broker", "none"]
            let first = try await Program.run(options + Self.short, environment: secret)
            #expect(first.exitCode == 0, "\(first.error)")
            let again = try await Program.run(["train", "--resume", run.path, "--quiet", "--no-evaluation"])
            #expect(again.exitCode == 0, "\(again.error)")

            let file = run.appendingPathComponent("run.json")
            #expect(!(try String(contentsOf: file, encoding: .utf8)).contains("hunter2"))
            let sessions = try #require(try Self.object(file)["sessions"] as? [[String: Any]])
            #expect(sessions.count == 2)
            let settings = try #require(sessions[0]["settings"] as? [[String: Any]])
            let origins = settings.reduce(into: [String: String]()) {
                $0[$1["key"] as? String ?? ""] = $1["origin"] as? String
            }
            #expect(origins["seed"] == "SHARDQ_SEED" && origins["lanes"] == "--lanes" && origins["quiet"] == "--quiet")
            #expect(origins["durability"] == "default")
            #expect(sessions[0]["parent"] == nil)
            let parent = try #require(sessions[1]["parent"] as? [String: Any])
            #expect(parent["folder"] as? String == run.path && parent["round"] as? Int ?? 0 >= 450)
            let digest = try Self.object(run.appendingPathComponent("policy.json"))["tableDigest"] as? String
            for session in sessions {
                let end = try #require(session["end"] as? [String: Any])
                #expect(end["outcome"] as? String == "complete" && end["tableDigest"] as? String == digest)
            }
            #expect(try await Program.run(["verify", run.path, "--quiet"]).exitCode == 0)
        }
    }
}
