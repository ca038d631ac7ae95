internal import Checkpoints
internal import CommandBasics
package import Evaluation
package import Foundation
internal import InputFiles

/// How a policy was learned, as files beside it: `learning.csv` for people and programs, `learning.json` to be read again.
package struct LearningFiles {
    private let history: LearningHistory

    package init(_ history: LearningHistory) { self.history = history }

    /// Writes both files into a folder.
    package func write(to folder: URL) throws {
        let files = [
            ("learning.csv", history.table.commaSeparatedValues), ("learning.json", encodeJSON(history) + "\n"),
        ]
        for (name, text) in files {
            try AtomicFile.write(Data(text.utf8), to: folder.appendingPathComponent(name))
        }
    }

    /// Reads what `write` wrote; `nil` where there is nothing of the kind, as beside a checkpoint.
    package static func read(from folder: String) -> LearningHistory? {
        guard let data = try? InputFile.contents(of: folder + "/learning.json", limit: 16 << 20) else { return nil }
        return try? JSONDecoder().decode(LearningHistory.self, from: data)
    }
}

/// The learning curve as it appears in `train --json`.
package struct LearningResult: Encodable {
    struct Extremes: Encodable {
        var best: Double
        var lastTen: Double
        var worstOfLastTen: Double
    }

    /// What an interval is.
    package var interval: String
    /// The headings of the columns.
    package var columns: [String]
    /// A row per interval; `null` where there was nothing to average.
    package var rows: [[Double?]]
    /// Best and last ten intervals by name.
    var extremes: [String: Extremes]

    package init(_ history: LearningHistory) {
        interval = history.intervalWords
        columns = history.table.header
        rows = history.points.map { point in
            [
                Double(point.laneSteps), Double(point.transitions), point.meanReward, Double(point.episodes),
                point.meanReturn,
            ] + point.figures
        }
        extremes = Dictionary(
            history.extremes.map {
                ($0.name, Extremes(best: $0.best, lastTen: $0.lastTen, worstOfLastTen: $0.worstOfLastTen))
            },
            uniquingKeysWith: { $1 }
        )
    }
}
