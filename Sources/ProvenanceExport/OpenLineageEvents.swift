internal import Foundation
internal import Provenance

/// Runs as events of OpenLineage 2-0-2: for each process that worked on one its START, and how it ended.
///
/// The job is the run's settings: whatever process does it, the output has the same digest. A process that was killed has no end.
public struct OpenLineageEvents: Sendable {
    private let runs: [ExportedRun]

    /// Takes the runs.
    public init(_ runs: [ExportedRun]) { self.runs = runs }

    /// The events, an object a line, in the order of their runs and processes.
    public var text: String { runs.flatMap(events).map { $0.text + "\n" }.joined() }

    private func events(of run: ExportedRun) -> [JSONTree] {
        run.record.sessions.flatMap { session -> [JSONTree] in
            let start = Event(run: run, session: session, type: "START")
            guard let end = session.end else { return [start.tree(at: session.begun)] }
            let type =
                switch end.outcome {
                case .complete: "COMPLETE"
                case .interrupted: "ABORT"
                case .failed: "FAIL"
                }
            return [start.tree(at: session.begun), Event(run: run, session: session, type: type).tree(at: end.ended)]
        }
    }
}

/// An event of a process, in the words of the specification.
private struct Event {
    let run: ExportedRun
    let session: RunRecord.Session
    let type: String

    private static let specification = "https://openlineage.io/spec"

    private var producer: JSONTree { .text("urn:shardq:\(session.versions.shardq)") }

    func tree(at time: String) -> JSONTree {
        [
            "eventType": .text(type), "eventTime": .text(time), "producer": producer,
            "schemaURL": .text("\(Self.specification)/2-0-2/OpenLineage.json#/$defs/RunEvent"),
            "run": ["runId": .text(identifier), "facets": runFacets],
            "job": [
                "namespace": "shardq", "name": .text("\(run.scenario)/\(run.record.runIdentity)"),
                "facets": ["jobType": jobType],
            ],
            "inputs": .list(session.parent.map { [dataset($0.folder, $0.tableDigest)] } ?? []),
            // The digest is that of the table this process has left.
            "outputs": [dataset(run.folder, type == "START" ? nil : session.end?.tableDigest)],
        ]
    }

    /// 32 hexadecimal digits as a UUID of version 8, whose bits are the maker's affair.
    private var identifier: String {
        var digits = Array(
            ExportedRun.number(
                [run.record.runIdentity, session.begun, session.host.name, "\(session.host.process)"]
            )
        )
        (digits[12], digits[16]) = ("8", "8")
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private func facet(_ name: String, _ version: String, _ members: [String: JSONTree]) -> JSONTree {
        let schema = "\(Self.specification)/facets/\(version)/\(name).json#/$defs/\(name)"
        return .object(members.merging(["_producer": producer, "_schemaURL": .text(schema)]) { $1 })
    }

    private var jobType: JSONTree {
        facet(
            "JobTypeJobFacet",
            "2-0-4",
            ["processingType": "BATCH", "integration": "SHARDQ", "jobType": "TRAINING"]
        )
    }

    private var runFacets: JSONTree {
        var facets: [String: JSONTree] = [
            "processing_engine": facet(
                "ProcessingEngineRunFacet",
                "1-1-1",
                ["name": "ShardQ", "version": .text(session.versions.shardq)]
            ),
            "executionParameters": facet("ExecutionParametersRunFacet", "1-0-0", ["parameters": .list(parameters)]),
        ]
        if type == "FAIL", let reason = session.end?.reason {
            facets["errorMessage"] = facet(
                "ErrorMessageRunFacet",
                "1-0-1",
                ["message": .text(reason), "programmingLanguage": "Swift"]
            )
        }
        return .object(facets)
    }

    /// What was said on the command line and elsewhere, with where, and all that the result depends on.
    private var parameters: [JSONTree] {
        let command = (["shardq"] + session.command).joined(separator: " ")
        let given = session.settings.sorted { $0.key < $1.key }.map { setting -> JSONTree in
            [
                "key": .text(setting.key), "value": .text(setting.values.joined(separator: " ")),
                "description": .text("from \(setting.origin)"),
            ]
        }
        let result = run.settings.sorted { $0.key < $1.key }.map { name, value -> JSONTree in
            ["key": .text("result.\(name)"), "value": .text(value), "description": "the result depends on it"]
        }
        return [["key": "command", "value": .text(command)]] + given + result
    }

    private func dataset(_ folder: String, _ digest: String?) -> JSONTree {
        let version = digest.map { facet("DatasetVersionDatasetFacet", "1-0-1", ["datasetVersion": .text($0)]) }
        return [
            "namespace": "file", "name": .text(URL(fileURLWithPath: folder).standardizedFileURL.path),
            "facets": .object(version.map { ["version": $0] } ?? [:]),
        ]
    }
}

/// A value of JSON.
private indirect enum JSONTree: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    case text(String)
    case list([JSONTree])
    case object([String: JSONTree])

    init(stringLiteral value: String) { self = .text(value) }

    init(arrayLiteral elements: JSONTree...) { self = .list(elements) }

    init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    /// In one line, members by name.
    var text: String {
        switch self {
        case .text(let text): quoted(text)
        case .list(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\($0.value.text)" }.joined(separator: ",")
                + "}"
        }
    }
}
