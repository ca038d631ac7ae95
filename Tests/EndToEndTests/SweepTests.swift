import Foundation
import Testing

@Suite("Sweeps and curves, as their user meets them")
struct SweepTests {
    private static let maze = ["train", "maze", "--steps", "20000", "--lanes", "64", "--quiet", "--no-evaluation"]

    private static func object(_ file: URL) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    @Test("the greedy policy on the way is the same in every layout and after a resume, and changes no bit of the run")
    func evaluateEvery() async throws {
        try await Program.withFolder { folder in
            let plain = try await Program.json(Array(Self.maze.dropLast(2)) + ["--no-evaluation", "--broker", "none"])
            var curves: [String] = []
            for (name, layout) in [
                ("serial", ["--broker", "none", "--checkpoint-every", "50"]),
                ("threads", ["--workers", "2", "--shards", "3"]),
            ] {
                let run = folder.appendingPathComponent(name)
                let more = ["--evaluate-every", "5000", "--output", run.path] + layout
                let result = try await Program.run(Self.maze + more + ["--json"])
                #expect(result.exitCode == 0 && result.error.isEmpty, "\(result.error)")
                #expect(result.output.contains(plain["tableDigest"] as? String ?? "?"))
                curves.append(try String(contentsOf: run.appendingPathComponent("evaluations.csv"), encoding: .utf8))
            }
            let rows = curves[0].split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            // Rounded up to whole steps of all lanes.
            #expect(rows.dropFirst().map { $0[0] } == ["5120", "10240", "15360", "20096"] && curves[0] == curves[1])
            let run = folder.appendingPathComponent("serial")
            let at = try await Program.json(["table", "at", run.path, "--step", "10240"])
            #expect(at["tableDigest"] as? String == String(rows[2].last ?? ""))

            // As if it had been killed behind its second point.
            let checkpoints = run.path + "/checkpoints"
            try FileManager.default.removeItem(atPath: checkpoints + "/finished")
            let last = try #require(try FileManager.default.contentsOfDirectory(atPath: checkpoints).sorted().last)
            try FileManager.default.removeItem(atPath: "\(checkpoints)/\(last)")
            let file = run.appendingPathComponent("evaluations.json")
            var course = try Self.object(file)
            course["points"] = try #require(course["points"] as? [Any]).prefix(2).map { $0 }
            try JSONSerialization.data(withJSONObject: course).write(to: file)
            let resumed = try await Program.run([
                "train", "--resume", run.path, "--broker", "none", "--quiet", "--no-evaluation",
            ])
            #expect(resumed.exitCode == 0 && resumed.error.isEmpty, "\(resumed.error)")
            #expect(try String(contentsOf: run.appendingPathComponent("evaluations.csv"), encoding: .utf8) == curves[0])
        }
    }

    @Test("what is finished is not written over unless that is said, and what is not ours stays")
    func replace() async throws {
        try await Program.withFolder { folder in
            let run = folder.appendingPathComponent("run").path
            let train = Self.maze + ["--broker", "none", "--output", run]
            #expect(try await Program.run(train).exitCode == 0)
            let evaluate = ["evaluate", "maze", "--policy", run, "--quiet", "--output", run]
            #expect(try await Program.run(evaluate).exitCode == 0)
            for name in ["notes.txt", "charts/mine.svg"] {
                try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(run)/\(name)"))
            }
            let digest = try await Program.run(["table", "digest", run]).output
            for (arguments, mention) in [(train + ["--seed", "2"], "finished run"), (evaluate, "holds an evaluation")] {
                let refused = try await Program.run(arguments)
                #expect(refused.exitCode == 64 && refused.errorLines.count == 1, "\(refused.error)")
                #expect(refused.error.contains(mention) && refused.error.contains("--replace"), "\(refused.error)")
            }
            #expect(try await Program.run(["table", "digest", run]).output == digest)
            #expect(try await Program.run(evaluate + ["--replace"]).exitCode == 0)
            #expect(try await Program.run(train + ["--seed", "2", "--replace"]).exitCode == 0)
            #expect(try await Program.run(["table", "digest", run]).output != digest)
            let left = try FileManager.default.contentsOfDirectory(atPath: run)
            #expect(left.contains("notes.txt") && !left.contains("evaluation.json") && !left.contains("report.html"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: run + "/charts") == ["mine.svg"])
        }
    }

    @Test("a sweep that is killed goes on where it was, and no process outlives it")
    func sweep() async throws {
        try await Program.withFolder { folder in
            let file = folder.appendingPathComponent("sweep.yaml")
            let text = """
                scenario: maze
                options: {steps: 20000, lanes: 64, evaluate-every: 10000}
                grid:
                  epsilon: [0.2, 0.9]
                  slip: [0, 0.2]
                seeds: 2
                """
            try Data(text.utf8).write(to: file)
            let output = folder.appendingPathComponent("sweep")
            let arguments = ["sweep", file.path, "--output", output.path, "--jobs", "2", "--quiet"]
            let killed = try Program.start(arguments)
            @Sendable func trained() -> [String] {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: output.path)) ?? []
                return names.filter { FileManager.default.fileExists(atPath: "\(output.path)/\($0)/sweep-run.json") }
            }
            try await Overdue.await("a run of the sweep that is trained", within: .seconds(300)) { !trained().isEmpty }
            kill(killed.process.processIdentifier, SIGKILL)
            _ = killed.wait()
            let before = try trained().map { name in
                (name, try Data(contentsOf: output.appendingPathComponent("\(name)/run.json")))
            }
            #expect(!before.isEmpty)
            let result = try await Program.run(arguments)
            #expect(result.exitCode == 0, "\(result.error)")
            for (name, record) in before {
                #expect(try Data(contentsOf: output.appendingPathComponent("\(name)/run.json")) == record, "\(name)")
            }
            #expect(trained().count == 8)
            let summary = try Self.object(output.appendingPathComponent("sweep.json"))
            #expect((summary["settings"] as? [Any])?.count == 4 && (summary["runs"] as? [Any])?.count == 8)
            #expect((summary["verdict"] as? String)?.hasPrefix("Best: ") == true)
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
            for name in ["sweep.csv", "summary.csv", "report.html", "charts/sweep-learning.csv"] {
                #expect(FileManager.default.fileExists(atPath: "\(output.path)/\(name)"), "\(name)")
            }
            // Other settings in the same folders are refused.
            try Data(text.replacing("20000", with: "30000").utf8).write(to: file)
            let other = try await Program.run(arguments)
            #expect(other.exitCode == 64 && other.error.contains("other settings"), "\(other.error)")
        }
    }

    @Test(
        "a sweep that makes no sense is refused before anything is run, with the line",
        arguments: [
            ("scenario: mazes", "did you mean maze"), ("scenario: maze\ngrid:\n  epsilom: [1]", "s.yaml:3: 'epsilom'"),
            ("scenario: maze\ngrid:\n  epsilon: [0.1, 7]", "s.yaml:3"), ("scenario: synthetic", "nothing to evaluate"),
            ("scenario: maze\noptions:\n  quite: true", "s.yaml:3"),
            ("scenario: maze\nevaluate:\n  seed: 3", "s.yaml:3"),
        ]
    )
    func refusals(_ text: String, _ mention: String) async throws {
        try await Program.withFolder { folder in
            let file = folder.appendingPathComponent("s.yaml")
            try Data(text.utf8).write(to: file)
            let output = folder.appendingPathComponent("out").path
            let result = try await Program.run(["sweep", file.path, "--output", output])
            #expect(result.exitCode == 78 && result.errorLines.count == 1, "\(result.error)")
            #expect(result.error.contains(mention), "\(result.error)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }
}
