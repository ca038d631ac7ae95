internal import Foundation
internal import Testing

/// What `--resume` takes up and what it refuses.
@Suite("Going on from a checkpoint", .serialized)
struct ResumeTests {
    private static let runs = [
        ["maze", "--steps", "40000", "--lanes", "16", "--checkpoint-every", "250"],
        ["maze", "--steps", "20000", "--lanes", "16", "--checkpoint-every", "150", "--replay", "dyna-q-plus:3"],
        ["traffic", "--steps", "128000", "--lanes", "64", "--cohorts", "2", "--checkpoint-every", "200"],
        ["routing", "--steps", "36000", "--lanes", "36", "--load", "2", "--checkpoint-every", "250"],
    ]

    private static func train(_ arguments: [String]) async throws -> [String: Any] {
        try await Program.json(["train"] + arguments + ["--no-evaluation"])
    }

    @Test("from every checkpoint 1, 2 or 4 workers or 2 threads end in the uninterrupted digest", arguments: runs)
    func everyCheckpoint(_ run: [String]) async throws {
        try await Program.withFolder { folder in
            let whole = folder.appendingPathComponent("whole").path
            let options = ["--broker", "memory", "--keep-checkpoints", "1000", "--output", whole]
            let reference = try #require(try await Self.train(run + options)["tableDigest"] as? String)
            let rounds = try Self.checkpoints(of: whole)
            #expect(rounds.count >= 3, "\(rounds)")
            for (index, round) in rounds.enumerated() {
                let layouts = [1, 2, 4].map { ["memory", "--workers", "\($0)"] } + [["none", "--threads", "2"]]
                // The first by all of them, each other by the next of them.
                let chosen = index == 0 ? layouts : [layouts[index % layouts.count]]
                for (number, layout) in chosen.enumerated() {
                    let part = folder.appendingPathComponent("part-\(index)-\(number)").path
                    try FileManager.default.copyItem(atPath: whole, toPath: part)
                    for later in rounds[(index + 1)...] + ["finished"] {
                        try FileManager.default.removeItem(atPath: "\(part)/checkpoints/\(later)")
                    }
                    let resumed = try await Self.train(["--resume", part, "--broker"] + layout)
                    #expect(resumed["tableDigest"] as? String == reference, "\(round), \(layout)")
                }
            }
        }
    }

    @Test("a run without messages takes its checkpoints at the same rounds", arguments: runs)
    func sameRounds(_ run: [String]) async throws {
        try await Program.withFolder { folder in
            var names: [[String]] = []
            for layout in [["memory"], ["none", "--threads", "2"]] {
                let output = folder.appendingPathComponent(layout[0]).path
                _ = try await Self.train(
                    run + ["--keep-checkpoints", "1000", "--output", output, "--broker"] + layout
                )
                names.append(try Self.checkpoints(of: output))
            }
            // With messages a run that has come to its end does not wait for one that falls due there.
            #expect(names[1].starts(with: names[0]) && names[1].count <= names[0].count + 1, "\(names)")
            #expect(names[0].count >= 3)
        }
    }

    /// The names of a run's checkpoints, the oldest first.
    private static func checkpoints(of run: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints").filter { $0 != "finished" }.sorted()
    }

    /// A folder with a run that was not finished.
    private static func withUnfinishedRun(_ body: (String) async throws -> Void) async throws {
        try await Program.withFolder { folder in
            _ = try await train(runs[0] + ["--broker", "none", "--output", folder.path])
            try FileManager.default.removeItem(atPath: folder.path + "/checkpoints/finished")
            try await body(folder.path)
        }
    }

    @Test(
        "options that shape the result are refused in one line",
        arguments: [["--steps", "5"], ["--seed", "2"], ["--lanes", "32"], ["--slip", "0.2"], ["maze"], ["traffic"]]
    )
    func foreignOptions(_ options: [String]) async throws {
        try await Self.withUnfinishedRun { folder in
            let result = try await Program.run(["train", "--resume", folder] + options)
            #expect(result.exitCode == 64)
            #expect(result.errorLines.count == 1 && result.output.isEmpty, "\(result.error)")
            #expect(result.error.contains(options[0].hasPrefix("-") ? options[0] : "scenario"), "\(result.error)")
        }
    }

    @Test("a new run in the folder of an unfinished one is refused in one line, and nothing is lost")
    func unfinishedRun() async throws {
        try await Self.withUnfinishedRun { folder in
            let before = try Self.checkpoints(of: folder)
            let result = try await Program.run(["train"] + Self.runs[0] + ["--output", folder])
            #expect(result.exitCode == 64)
            #expect(result.errorLines.count == 1 && result.error.contains("--resume"), "\(result.error)")
            #expect(try Self.checkpoints(of: folder) == before)
        }
    }

    @Test("a folder without a checkpoint cannot be resumed, and says so in one line")
    func nothingToResume() async throws {
        try await Program.withFolder { folder in
            let result = try await Program.run(["train", "--resume", folder.path])
            #expect(result.exitCode == 65)
            #expect(result.errorLines.count == 1 && result.error.contains(folder.path), "\(result.error)")
        }
    }

    private static func resumeOrStart(_ folder: String, _ more: [String] = []) -> [String] {
        runs[0] + more + ["--broker", "memory", "--resume-or-start", "--output", folder]
    }

    @Test("one command begins a run, goes on with it after a loss, and when it is complete ends in the same digest")
    func resumeOrStart() async throws {
        let serial = try await Self.train(Self.runs[0].dropLast(2) + ["--broker", "none"])
        let reference = try #require(serial["tableDigest"] as? String)
        try await Program.withFolder { folder in
            let begun = try await Self.train(Self.resumeOrStart(folder.path))
            #expect(begun["tableDigest"] as? String == reference)

            // Nobody's but the test's.
            let trace = folder.path + "/checkpoints/trace"
            _ = FileManager.default.createFile(atPath: trace, contents: nil)
            for isComplete in [true, false] {
                if !isComplete { try FileManager.default.removeItem(atPath: folder.path + "/checkpoints/finished") }
                let resumed = try await Self.train(Self.resumeOrStart(folder.path))
                #expect(resumed["tableDigest"] as? String == reference, "complete: \(isComplete)")
                #expect(FileManager.default.fileExists(atPath: trace), "complete: \(isComplete)")
            }

            // Another run takes the place of one that is complete, and what is not ours stays.
            let other = try await Self.train(Self.resumeOrStart(folder.path, ["--seed", "2"]))
            #expect(other["tableDigest"] as? String != reference)
            #expect(FileManager.default.fileExists(atPath: trace))
        }
    }

    @Test("one command for begin and resume refuses another run's checkpoints and damaged ones, and nothing is lost")
    func resumeOrStartRefusals() async throws {
        try await Self.withUnfinishedRun { folder in
            let before = try Self.checkpoints(of: folder)
            let other = try await Program.run(["train"] + Self.resumeOrStart(folder, ["--seed", "2"]))
            #expect(other.exitCode == 64)
            #expect(other.errorLines.count == 1 && other.error.contains("another run"), "\(other.error)")
            for name in before {
                try Data("no array".utf8).write(to: URL(fileURLWithPath: "\(folder)/checkpoints/\(name)/state.bin"))
            }
            let damaged = try await Program.run(["train"] + Self.resumeOrStart(folder))
            #expect(damaged.exitCode == 65)
            #expect(damaged.errorLines.count == 1 && damaged.error.contains("no whole checkpoint"), "\(damaged.error)")
            #expect(try Self.checkpoints(of: folder) == before)
        }
    }

    @Test(
        "one command for begin and resume needs the run's options and its folder",
        arguments: [["maze", "--resume-or-start"], ["--resume", "runs/x", "--resume-or-start"]]
    )
    func resumeOrStartUsage(_ options: [String]) async throws {
        let result = try await Program.run(["train"] + options)
        #expect(result.exitCode == 64)
        #expect(result.error.contains("--resume-or-start"), "\(result.error)")
    }

    @Test("a full disk costs a checkpoint and not the run, which says so", .timeLimit(.minutes(5)))
    func fullDisk() async throws {
        try await LongEnough.run(steps: 1_600_000) { steps, folder in
            let maze = ["maze", "--steps", "\(steps)", "--lanes", "16", "--no-evaluation", "--quiet", "--json"]
            let reference = try await Program.run(["train"] + maze + ["--broker", "none"])
            // A small file system that only this process sees, gone with it; its user needs no rights outside.
            let script = #"mount -t tmpfs -o size=4m none "$1" && shift && exec "$@""#
            let options = ["--broker", "memory", "--checkpoint-every", "0.2s", "--verbose", "--output", folder.path]
            let train = Node(
                try Program.start(
                    ["--map-root-user", "--mount", "sh", "-c", script, "sh", folder.path, Program.url.path, "train"]
                        + maze + options,
                    program: URL(fileURLWithPath: "/usr/bin/unshare")
                )
            )
            defer { train.end() }
            try await train.underWay(after: "checkpoint written")
            let inside = "/proc/\(train.identifier)/root\(folder.path)"
            Self.fill(inside + "/filler")
            try await train.underWay(after: "the earlier ones stay valid")
            let copy = NSTemporaryDirectory() + "shardq-test-\(UUID())"
            defer { try? FileManager.default.removeItem(atPath: copy) }
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: inside + "/checkpoints", toPath: copy + "/checkpoints")
            try FileManager.default.removeItem(atPath: inside + "/filler")

            let result = try await train.wait()
            let digest = try Self.digest(reference)
            #expect(try Self.digest(result) == digest)
            let resumed = try await Self.train(["--resume", copy])
            #expect(resumed["tableDigest"] as? String == digest, "from the checkpoint that was there before")
        }
    }

    private static func digest(_ result: Program.Result) throws -> String {
        try #require(result.exitCode == 0, "\(result.error)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return try #require(object?["tableDigest"] as? String)
    }

    /// Takes all the space that a file system has left.
    private static func fill(_ path: String) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        for size in [1 << 16, 1 << 10, 1] {
            while (try? file.write(contentsOf: Data(count: size))) != nil {}
        }
    }
}
