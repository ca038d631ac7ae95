import Foundation
import Provenance
import ProvenanceExport
import Testing

@Suite("Runs for registries of others")
struct ExportTests {
    private static func run(_ outcome: RunRecord.End.Outcome?, reason: String? = nil) -> ExportedRun {
        var session = RunRecord.Session(
            command: ["train", "maze", "--steps", "10"],
            settings: [.init(key: "steps", values: ["10"], origin: "--steps")],
            versions: .init(shardq: "0.1.0", swift: "6.3", messageProtocol: 3, simulator: nil),
            layout: .init(broker: "none", threads: 1),
            host: .current,
            begun: "2026-01-02T03:04:05Z"
        )
        session.host.process = 7
        session.parent = .init(folder: "/runs/before", round: 3, steps: 6, tableDigest: "aa")
        if let outcome {
            var end = RunRecord.End(outcome, ended: "2026-01-02T03:04:07Z", reason: reason)
            (end.steps, end.tableDigest, end.wallSeconds) = (10, "bb", 1.5)
            session.end = end
        }
        var record = RunRecord(runIdentity: "0123456789abcdef")
        record.sessions = [session]
        return ExportedRun(
            name: "one: \"first\"",
            folder: "/runs/one",
            record: record,
            settings: ["scenario": "maze", "stepSize.constant": "0.1", "odd/../key": "1"],
            tableDigest: "bb",
            isUnderWay: outcome == nil,
            curves: [.init(name: "mean reward", points: [.init(steps: 5, value: -1.5), .init(steps: 10, value: 2)])],
            figures: ["evaluation.steps": 12.5, "evaluation.odd": .infinity]
        )
    }

    private static func events(_ run: ExportedRun) throws -> [[String: Any]] {
        try OpenLineageEvents([run]).text.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test(
        "are a START and an end for each process",
        arguments: [(RunRecord.End.Outcome.complete, "COMPLETE"), (.interrupted, "ABORT"), (.failed, "FAIL")]
    )
    func events(_ outcome: RunRecord.End.Outcome, _ type: String) throws {
        let events = try Self.events(Self.run(outcome, reason: "no \"space\"\n"))
        #expect(events.map { $0["eventType"] as? String } == ["START", type])
        #expect(events.map { $0["eventTime"] as? String } == ["2026-01-02T03:04:05Z", "2026-01-02T03:04:07Z"])
        let runs = events.compactMap { $0["run"] as? [String: Any] }
        let identifiers = runs.compactMap { $0["runId"] as? String }
        #expect(identifiers.count == 2 && Set(identifiers).count == 1 && UUID(uuidString: identifiers[0]) != nil)
        let outputs = events.compactMap { ($0["outputs"] as? [[String: Any]])?.first }
        #expect(outputs.allSatisfy { $0["name"] as? String == "/runs/one" })
        let versions = outputs.map { ($0["facets"] as? [String: [String: String]])?["version"]?["datasetVersion"] }
        #expect(versions == [nil, "bb"])
        let message = ((runs[1]["facets"] as? [String: Any])?["errorMessage"] as? [String: String])?["message"]
        #expect(message == (outcome == .failed ? "no \"space\"\n" : nil))
    }

    @Test("have a START and nothing more while they go on, and the same number whenever they are written")
    func underWay() throws {
        let events = try Self.events(Self.run(nil))
        #expect(events.map { $0["eventType"] as? String } == ["START"])
        let again = try Self.events(Self.run(.complete))
        #expect(
            (events[0]["run"] as? [String: Any])?["runId"] as? String
                == (again[0]["run"] as? [String: Any])?["runId"] as? String
        )
    }

    @Test("are a store whose files stay in its folder, and hold the curve by steps")
    func store() throws {
        let files = MLflowStore([Self.run(.complete)], root: "/store").files
        #expect(Set(files.map(\.path)).count == files.count)
        #expect(files.allSatisfy { !$0.path.contains("..") || !$0.path.contains("/../") })
        func text(_ end: String) -> String? { files.first { $0.path.hasSuffix(end) }?.text }
        #expect(text("metrics/mean reward") == "1767323045000 -1.5 5\n1767323045000 2.0 10\n")
        #expect(text("metrics/evaluation.steps") == "1767323045000 12.5 10\n")
        #expect(text("metrics/evaluation.odd") == nil)
        #expect(text("metrics/steps") == "1767323045000 10.0 10\n")
        #expect(text("params/stepSize.constant") == "0.1" && text("params/odd_.._key") == "1")
        #expect(text("tags/shardq.tableDigest") == "bb")
        let meta = try #require(files.first { $0.text.contains("run_id") })
        #expect(meta.text.contains("status: 3\n") && meta.text.contains("run_name: \"one: \\\"first\\\"\"\n"))
        #expect(
            meta.text.contains("end_time: 1767323047000\n") && meta.text.contains("artifact_uri: \"file:///runs/one")
        )
        #expect(files.first?.text.contains("artifact_location: \"file:///store/") == true)
    }
}
