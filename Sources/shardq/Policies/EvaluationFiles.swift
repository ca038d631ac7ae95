internal import Checkpoints
internal import Evaluation
internal import Foundation

/// A comparison as files: the table for people, the figures of every seed for programs.
struct EvaluationFiles {
    private let comparison: Comparison

    init(_ comparison: Comparison) {
        self.comparison = comparison
    }

    /// Writes `evaluation.md`, `evaluation.csv` and `evaluation.json` into a folder.
    func write(to folder: URL) throws {
        try AtomicFile.makeFolder(folder)
        let files = [
            ("evaluation.md", "# \(comparison.title)\n\n" + comparison.table.markdown),
            ("evaluation.csv", comparison.seedTable.commaSeparatedValues),
            ("evaluation.json", encodeJSON(EvaluationResult(comparison)) + "\n"),
        ]
        for (name, text) in files {
            try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
    }
}
