import Foundation
import Provenance
import RunPages
import Testing

@Suite("A run's folder, looked at")
struct RunFolderTests {
    private static let here = "here"

    private func observer(isAlive: Bool, after seconds: Double = 0) -> RunFolder.Observer {
        RunFolder.Observer(now: Date(timeIntervalSinceNow: seconds), host: Self.here) { _ in isAlive }
    }

    private func record(host: String = here, end: RunRecord.End? = nil) -> RunRecord {
        var machine = RunRecord.Host.current
        machine.name = host
        var session = RunRecord.Session(
            command: ["train", "x"],
            settings: [],
            versions: .init(shardq: "0", swift: "6", messageProtocol: 1, simulator: nil),
            layout: .init(broker: "none", threads: 1),
            host: machine,
            begun: "2026-01-01T00:00:00Z"
        )
        session.end = end
        var record = RunRecord(runIdentity: "r")
        record.sessions = [session]
        return record
    }

    private func progress(_ phase: RunProgress.Phase, begun: String = "2026-01-01T00:00:00Z") -> RunProgress {
        var progress = RunProgress(
            runIdentity: "r",
            begun: begun,
            phase: phase,
            settings: ["seed": "7", "steps": "1000"],
            stepsPlanned: 1000
        )
        progress.workers = .init(present: ["0"], wanted: 3)
        (progress.steps, progress.elapsedSeconds, progress.stepsPerSecond) = (400, 2, 200)
        return progress
    }

    private func write(_ text: Data, _ name: String, _ folder: RunFolder) throws {
        try text.write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
    }

    @Test("an empty one has no run yet, and one with runs in it stands for them")
    func empty() throws {
        try withFolder { folder in
            #expect(folder.read().state == .empty && folder.runs.isEmpty)
            for name in ["b", "a"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder.path)/\(name)",
                    withIntermediateDirectories: true
                )
                try record().write(to: "\(folder.path)/\(name)")
            }
            try FileManager.default.createDirectory(atPath: "\(folder.path)/c", withIntermediateDirectories: true)
            #expect(folder.runs.map(\.path) == ["\(folder.path)/a", "\(folder.path)/b"])
        }
    }

    @Test(
        "a run that has not ended does what its process last said, for as long as the process is there",
        arguments: [
            (.waiting, .waiting, "Waiting for workers: 1 of 3 have joined."), (.training, .training, "Training."),
            (.evaluating, .evaluating, "Trained; the table is compared with baselines."),
        ] as [(RunProgress.Phase, RunSnapshot.State, String)]
    )
    func underWay(_ phase: RunProgress.Phase, _ state: RunSnapshot.State, _ words: String) throws {
        try withFolder { folder in
            try record().write(to: folder.path)
            try write(progress(phase).json, RunProgress.fileName, folder)
            let run = folder.read(by: observer(isAlive: true, after: 1000))
            #expect(run.state == state && run.words == words && run.faults.isEmpty)
            #expect(run.settings.values["seed"] == "7" && run.tableDigest == nil)
            let gone = folder.read(by: observer(isAlive: false))
            #expect(gone.state == .killed && gone.words.contains("begin it anew"))
        }
    }

    @Test("of a process elsewhere only its silence tells that it may be gone")
    func elsewhere() throws {
        try withFolder { folder in
            try record(host: "there").write(to: folder.path)
            try write(progress(.training).json, RunProgress.fileName, folder)
            #expect(folder.read(by: observer(isAlive: false)).state == .training)
            let silent = folder.read(by: observer(isAlive: false, after: 100))
            #expect(silent.state == .silent && silent.words.hasPrefix("Nothing has been heard from there"))
        }
    }

    @Test("a run that has left a checkpoint says how it goes on", arguments: [true, false])
    func wayOn(hasEnded: Bool) throws {
        try withFolder { folder in
            let end = RunRecord.End(.interrupted, ended: "2026-01-01T00:01:00Z")
            try record(end: hasEnded ? end : nil).write(to: folder.path)
            let checkpoint = "\(folder.path)/checkpoints/round-000000000012"
            try FileManager.default.createDirectory(atPath: checkpoint, withIntermediateDirectories: true)
            #expect(folder.policySource == nil)
            try write(Data("{}".utf8), "checkpoints/round-000000000012/policy.json", folder)
            let run = folder.read(by: observer(isAlive: false))
            #expect(run.state == (hasEnded ? .interrupted : .killed))
            #expect(run.words.hasSuffix("Go on with: shardq train --resume \(folder.path)"))
            #expect(folder.policySource == "/checkpoints/round-000000000012")
            try write(Data("{}".utf8), "policy.json", folder)
            #expect(folder.policySource == "/checkpoints/round-000000000012")
            try write(Data(), "checkpoints/finished", folder)
            #expect(folder.policySource == "")
        }
    }

    @Test("what an earlier process or another run has said of itself is not how far this one is")
    func stale() throws {
        try withFolder { folder in
            try record().write(to: folder.path)
            try write(progress(.training, begun: "2025-01-01T00:00:00Z").json, RunProgress.fileName, folder)
            let run = folder.read(by: observer(isAlive: true))
            #expect(run.progress == nil && run.state == .waiting && run.words == "Beginning.")
        }
    }

    @Test(
        "a file that is damaged is left out and named",
        arguments: ["progress.json", "learning.json", "policy.json", "run.json", "evaluations.json"]
    )
    func damaged(_ name: String) throws {
        try withFolder { folder in
            try record(end: name == "learning.json" ? .init(.complete, ended: "x") : nil).write(to: folder.path)
            try write(Data(#"{"format":1,"#.utf8), name, folder)
            let run = folder.read(by: observer(isAlive: true))
            #expect(run.faults.count == 1 && run.faults.first?.contains(name) == true, "\(run.faults)")
        }
    }

    @Test("progress is read as it was written, and of another form not at all")
    func progressFile() throws {
        var progress = progress(.evaluating)
        progress.stepsPerSecond = .infinity
        progress.ledger = .init(issued: 5, applied: 4, lost: 1, duplicated: 0)
        for number in 0..<300 { progress.note(.init(seconds: 1, kind: .joined, words: "\(number)")) }
        #expect(progress.events.count == 200 && progress.events.last?.words == "299")
        #expect(RunProgress(json: progress.json) == progress)
        var other = progress
        other.format = 2
        #expect(RunProgress(json: other.json) == nil)
    }

    @Test("settings are told flat, with what an enumeration carries under its name")
    func settings() {
        let json = #"""
            {"seed": 3, "steps": 5, "plannedSteps": 9, "lanes": 4,
             "parameters": {"discount": 0.95, "stepSize": {"constant": {"_0": 0.1}}, "ties": "lowest"},
             "scenario": {"name": "x", "settings": {"slip": 0.5, "bins": [1, 2], "deep": {"on": true, "none": {}}}}}
            """#
        #expect(
            RunSettings(describing: Data(json.utf8)).values == [
                "seed": "3", "steps": "9", "lanes": "4", "discount": "0.95", "stepSize.constant": "0.1",
                "ties": "lowest",
                "scenario": "x", "slip": "0.5", "bins": "[1, 2]", "deep.on": "true", "deep.none": "{}",
            ]
        )
        #expect(RunSettings(describing: Data("[]".utf8)).values.isEmpty)
    }

    @Test("long values that begin alike are still told apart")
    func longValues() {
        func value(_ text: String) -> String? {
            RunSettings(describing: Data(#"{"layout": "\#(text)"}"#.utf8)).values["layout"]
        }
        let long = String(repeating: "#", count: 300)
        #expect(value(long + "a") != value(long + "b"))
        #expect((value(long)?.count ?? 0) < 70)
    }

    @Test("runs are compared by the settings that differ and by what came out")
    func comparison() throws {
        try withFolder { folder in
            try withFolder { other in
                for (folder, seed, mean) in [(folder, 1, 2.0), (other, 2, 3.0)] {
                    try record(end: .init(.complete, ended: "x")).write(to: folder.path)
                    let policy = #"{"tableDigest": "abcdefabcdefabc", "policy": {"seed": \#(seed), "lanes": 4}}"#
                    try write(Data(policy.utf8), "policy.json", folder)
                    // A single seed has no interval.
                    let interval = #""lower": \#(mean - 1), "upper": \#(mean + 1), "values": [1, 3]"#
                    let values = seed == 1 ? interval : #""values": [3]"#
                    let outcome = #"""
                        {"title": "t\#(seed)", "differences": [], "warnings": [], "controllers": {"learned": {"delay":
                         {"unit": "s", "mean": \#(mean), \#(values)}}}}
                        """#
                    try write(Data(outcome.utf8), "evaluation.json", folder)
                }
                let comparison = RunComparison([folder.read(), other.read()])
                #expect(comparison.settings.map(\.name) == ["seed"] && comparison.settings[0].values == ["1", "2"])
                let delay = try #require(comparison.results.first { $0.name == "delay [s]" })
                #expect(delay.values == ["2.00 ± 1.00", "3.00"])
                #expect(comparison.warning?.contains("t1; t2") == true)
            }
        }
    }
}
