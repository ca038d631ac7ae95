internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import NeuralRuns
internal import Provenance
internal import Reports

/// A folder that results go to, and what an earlier command has left in it.
///
/// Nothing of it is written over unless that was asked for, and only what this program has written is ever removed.
package struct ResultFolder {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// What a run leaves beside its checkpoints.
    private static let runFiles = [
        "policy.json", "action-values.npy", "visit-counts.npy", "learning.csv", "learning.json", "progress.json",
        CourseFiles.tableName, CourseFiles.name,
    ]
    /// What a run of a network leaves beside its arrays, that by which the folder is known as a network's last.
    private static let networkFiles = [
        "network.onnx", "curve.csv", NetworkDescription.fileName, NetworkCheckpoint.fileName,
    ]
    /// What an evaluation leaves beside its charts.
    private static let evaluationFiles = [
        "report.html", "evaluation.md", "evaluation.tex", "evaluation.csv", "evaluation.json",
    ]

    private func holds(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    /// Refuses to train into a folder that has a finished run or an evaluation.
    ///
    /// - Throws: `CommandFailure` that says what can be done.
    package func checkFreeForRun() throws {
        try checkFreeOfNetwork()
        let record = try? RunRecord.read(from: path)
        let end = record?.sessions.last?.end
        if holds("policy.json") || end?.outcome == .complete {
            let what = [
                end?.steps.map { "\($0) steps" }, end?.tableDigest.map { "table digest \($0.prefix(12))…" },
            ]
            .compactMap(\.self).joined(separator: ", ")
            throw CommandFailure(
                .usage,
                "\(path) holds a \(end?.outcome == .interrupted ? "run that was ended early" : "finished run")"
                    + (what.isEmpty ? "" : " (\(what))")
                    + ": --replace trains anew in its place, another --output keeps both"
            )
        }
        try checkFreeForEvaluation()
    }

    /// Refuses to train into a folder that has a run of a network, complete or not.
    ///
    /// - Throws: `CommandFailure` that says what can be done.
    package func checkFreeOfNetwork() throws {
        guard holdsNetwork else { return }
        let goesOn = NetworkCheckpoint.exists(in: path) ? "--resume \(path) goes on with it, " : ""
        throw CommandFailure(
            .usage,
            "\(path) holds a run of a network: \(goesOn)--replace trains anew in its place, another --output keeps both"
        )
    }

    private var holdsNetwork: Bool { NetworkFolder.exists(at: path) || NetworkCheckpoint.exists(in: path) }

    /// Refuses to evaluate into a folder that has an evaluation.
    ///
    /// - Throws: `CommandFailure` that says what can be done.
    func checkFreeForEvaluation() throws {
        guard let name = Self.evaluationFiles.first(where: holds) else { return }
        throw CommandFailure(
            .usage,
            "\(path) holds an evaluation (\(name)): --replace writes the new one in its place, another --output keeps both"
        )
    }

    /// Removes what a run and its evaluation have left, but for checkpoints.
    package func removeRun() throws {
        try remove(Self.runFiles)
        if holdsNetwork { try removeNetwork() }
        try removeEvaluation()
    }

    /// Removes a network; what others have put beside its arrays stays.
    private func removeNetwork() throws {
        let weights = "\(path)/\(NetworkFolder.weightsName)"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: weights)) ?? []
        let arrays = names.filter { $0.hasPrefix("layer-") && $0.hasSuffix(".npy") }
        try remove(arrays.map { "\(NetworkFolder.weightsName)/\($0)" })
        if arrays.count == names.count { try remove([NetworkFolder.weightsName]) }
        try remove(Self.networkFiles)
    }

    /// Removes what an evaluation has left.
    func removeEvaluation() throws {
        try remove(Self.evaluationFiles + charts)
    }

    /// The files of charts: those beside the data of one.
    private var charts: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/charts")) ?? []
        return names.filter { $0.hasSuffix(".json") }.flatMap { name -> [String] in
            let file = URL(fileURLWithPath: "\(path)/charts/\(name)")
            guard let data = try? Data(contentsOf: file), (try? JSONDecoder().decode(Chart.self, from: data)) != nil
            else {
                return []
            }
            let stem = "charts/" + name.dropLast(".json".count)
            return ["svg", "png", "pdf", "csv", "json"].map { "\(stem).\($0)" }
        }
    }

    private func remove(_ names: [String]) throws {
        for name in names where holds(name) { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }
}
