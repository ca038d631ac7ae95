internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import ProvenanceExport
internal import RunPages

/// Forms in which other programs' registries read runs.
enum RunExportFormat: String, CaseIterable, ExpressibleByArgument {
    case mlflow
    case openlineage
}

/// Runs, written down for other programs.
struct RunExports {
    private let runs: [ExportedRun]

    /// Takes runs that have a record.
    ///
    /// - Throws: `CommandFailure` where there is one without: who began it, nobody knows.
    init(_ snapshots: [RunSnapshot]) throws {
        runs = try snapshots.map { snapshot in
            guard let record = snapshot.record else {
                let reason = snapshot.faults.first { $0.contains("run.json") } ?? "there is no run.json in it"
                throw CommandFailure(.badInput, "\(snapshot.folder) cannot be exported: \(reason)")
            }
            return ExportedRun(
                name: snapshot.name,
                folder: URL(fileURLWithPath: snapshot.folder).standardizedFileURL.path,
                record: record,
                settings: snapshot.settings.values,
                tableDigest: snapshot.tableDigest,
                isUnderWay: snapshot.state.isUnderWay,
                curves: snapshot.learning.map(Self.curves) ?? [],
                figures: Self.figures(of: snapshot.outcome)
            )
        }
    }

    /// Writes them.
    ///
    /// - Parameters:
    ///   - format: The form.
    ///   - output: Of MLflow the folder of the store, of OpenLineage a file; `nil` for standard output, where the form allows that.
    /// - Throws: `CommandFailure` without an output that is needed, `FileFailure` when it cannot be written to.
    func write(_ format: RunExportFormat, to output: String?) throws {
        switch format {
        case .openlineage:
            let text = OpenLineageEvents(runs).text
            guard let output else { return try Console.result(String(text.dropLast())) }
            try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: output))
        case .mlflow:
            guard let output else {
                throw CommandFailure(
                    .usage,
                    "--export mlflow writes a store of many files: name its folder with --output"
                )
            }
            let root = URL(fileURLWithPath: output)
            for file in MLflowStore(runs, root: root.standardizedFileURL.path).files {
                let place = root.appendingPathComponent(file.path)
                try AtomicFile.makeFolder(place.deletingLastPathComponent())
                try AtomicFile.write(Data(file.text.utf8), to: place)
            }
        }
    }

    private static func curves(_ history: LearningHistory) -> [ExportedRun.Curve] {
        func curve(_ name: String, _ value: (LearningHistory.Point) -> Double?) -> ExportedRun.Curve {
            let points = history.points.compactMap { point in
                value(point).map { ExportedRun.Curve.Point(steps: point.laneSteps, value: $0) }
            }
            return ExportedRun.Curve(name: name, points: points)
        }
        return [curve("mean reward") { $0.meanReward }, curve("mean return") { $0.meanReturn }]
            + history.figures.enumerated().map { index, figure in
                curve(figure.name) { $0.figures.indices.contains(index) ? $0.figures[index] : nil }
            }
    }

    /// The subject's figures, under the name that `--fail-unless` has for them.
    private static func figures(of outcome: RunOutcome?) -> [String: Double] {
        guard let outcome, let subject = outcome.subject, let metrics = outcome.controllers[subject] else { return [:] }
        return Dictionary(metrics.map { ("evaluation.\($0.key)", $0.value.mean) }, uniquingKeysWith: { $1 })
    }
}
