internal import Foundation
internal import Provenance

/// Runs as MLflow's file store keeps them: an experiment for each scenario, a run for each folder.
///
/// Nothing is copied: a run's artifacts are its folder. The same run has the same number whenever it is exported, so that a later export
/// takes the place of an earlier one.
public struct MLflowStore: Sendable {
    private let runs: [ExportedRun]
    private let root: URL

    /// Takes the runs.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - root: The folder of the store.
    public init(_ runs: [ExportedRun], root: String) {
        self.runs = runs
        self.root = URL(fileURLWithPath: root)
    }

    /// The files of the store.
    public var files: [ExportedFile] {
        var scenarios: [String] = []
        for run in runs where !scenarios.contains(run.scenario) { scenarios.append(run.scenario) }
        return scenarios.map(experiment) + runs.flatMap(files)
    }

    /// An experiment's number: decimal digits, as MLflow gives them.
    private static func experimentNumber(_ scenario: String) -> String {
        let digits = ExportedRun.number(["experiment", scenario]).prefix(14)
        return String(UInt64(digits, radix: 16) ?? 0)
    }

    private func experiment(_ scenario: String) -> ExportedFile {
        let number = Self.experimentNumber(scenario)
        let begun = runs.filter { $0.scenario == scenario }.compactMap { Self.time($0).begun }.min() ?? 0
        return Self.yaml(
            "\(number)/meta.yaml",
            [
                ("artifact_location", quoted(root.appendingPathComponent(number).absoluteString)),
                ("creation_time", "\(begun)"),
                ("experiment_id", quoted(number)), ("last_update_time", "\(begun)"), ("lifecycle_stage", "active"),
                ("name", quoted("shardq " + scenario)),
            ]
        )
    }

    private func files(of run: ExportedRun) -> [ExportedFile] {
        let number = ExportedRun.number(
            [run.record.runIdentity, run.folder, run.record.sessions.first?.begun ?? ""]
        )
        let experiment = Self.experimentNumber(run.scenario)
        let place = "\(experiment)/\(number)"
        let (begun, ended) = Self.time(run)
        let meta = Self.yaml(
            "\(place)/meta.yaml",
            [
                ("artifact_uri", quoted(run.address)), ("end_time", ended.map { "\($0)" } ?? "null"),
                ("entry_point_name", quoted("")), ("experiment_id", quoted(experiment)), ("lifecycle_stage", "active"),
                ("run_id", quoted(number)), ("run_name", quoted(run.name)), ("run_uuid", quoted(number)),
                ("source_name", quoted("")), ("source_type", "4"), ("source_version", quoted("")),
                ("start_time", "\(begun ?? 0)"), ("status", "\(Self.status(run))"), ("tags", "[]"),
                ("user_id", quoted("")),
            ]
        )
        let parameters = run.settings.sorted { $0.key < $1.key }.map {
            ExportedFile(path: "\(place)/params/\(Self.key($0.key))", text: $0.value)
        }
        let tags = Self.tags(run).map { ExportedFile(path: "\(place)/tags/\($0.0)", text: $0.1) }
        // A run without this folder is none for MLflow.
        let note = ExportedFile(path: "\(place)/artifacts/where.txt", text: "The artifacts are in \(run.address)\n")
        return [meta, note] + parameters + tags
            + metrics(of: run, begun: begun ?? 0).map {
                ExportedFile(path: "\(place)/metrics/\(Self.key($0.0))", text: $0.1)
            }
    }

    /// Each with its lines: a time, a value, and the lane-steps; when a point was reached is not known, so that all have the beginning's time.
    private func metrics(of run: ExportedRun, begun: Int64) -> [(String, String)] {
        let curves = run.curves.filter { !$0.points.isEmpty }.map { curve in
            (curve.name, curve.points.map { "\(begun) \($0.value) \($0.steps)\n" }.joined())
        }
        let ends = run.record.sessions.compactMap(\.end)
        var figures = run.figures
        // Nor is one without any metric.
        figures["sessions"] = Double(run.record.sessions.count)
        if let end = ends.last(where: { $0.tableDigest != nil }) {
            figures["wall seconds"] = end.wallSeconds
            figures["steps"] = end.steps.map { Double($0) }
            figures["rollbacks"] = end.rollbacks.map { Double($0) }
        }
        let steps = ends.compactMap(\.steps).max() ?? 0
        return curves
            + figures.sorted { $0.key < $1.key }.filter { $0.value.isFinite }.map {
                ($0.key, "\(begun) \($0.value) \(steps)\n")
            }
    }

    private static func tags(_ run: ExportedRun) -> [(String, String)] {
        let last = run.record.sessions.last
        let tags: [(String, String?)] = [
            ("mlflow.runName", run.name), ("mlflow.source.name", "shardq"), ("mlflow.source.type", "LOCAL"),
            ("shardq.command", last.map { (["shardq"] + $0.command).joined(separator: " ") }),
            ("shardq.runIdentity", run.record.runIdentity), ("shardq.tableDigest", run.tableDigest),
            ("shardq.sessions", "\(run.record.sessions.count)"), ("shardq.version", last?.versions.shardq),
            ("shardq.swift", last?.versions.swift), ("shardq.broker", last?.versions.broker),
            ("shardq.simulator", run.record.sessions.compactMap(\.versions.simulator).last),
            ("shardq.host", last?.host.name),
        ]
        return tags.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func time(_ run: ExportedRun) -> (begun: Int64?, ended: Int64?) {
        let sessions = run.record.sessions
        let ended = run.isUnderWay ? nil : sessions.last?.end.flatMap { ExportedRun.milliseconds($0.ended) }
        return (sessions.first.flatMap { ExportedRun.milliseconds($0.begun) }, ended)
    }

    /// MLflow's numbers: 1 running, 3 finished, 4 failed, 5 killed.
    private static func status(_ run: ExportedRun) -> Int {
        switch run.record.sessions.last?.end?.outcome {
        case .complete?: 3
        case .failed?: 4
        case .interrupted?: 5
        case nil: run.isUnderWay ? 1 : 5
        }
    }

    /// A name as MLflow allows it: letters, figures, and a few signs.
    private static func key(_ name: String) -> String {
        let allowed = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-. ".contains($0)) ? $0 : "_" }
        return String(allowed.prefix(250))
    }

    private static func yaml(_ path: String, _ values: [(String, String)]) -> ExportedFile {
        ExportedFile(path: path, text: values.map { "\($0.0): \($0.1)\n" }.joined())
    }
}
