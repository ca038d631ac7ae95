internal import Checkpoints
internal import CommandBasics
package import Evaluation
internal import Foundation
internal import InputFiles

/// What the greedy policy was worth while a run went on, as files of its folder.
package enum CourseFiles {
    /// Files of a run's folder.
    package static let (tableName, name) = ("evaluations.csv", "evaluations.json")

    /// Reads what a folder has; `nil` where there is nothing of the kind.
    package static func read(from folder: String) -> GreedyCourse? {
        guard let data = try? InputFile.contents(of: "\(folder)/\(name)", limit: 64 << 20) else { return nil }
        guard let course = try? JSONDecoder.ofResults.decode(GreedyCourse.self, from: data), course.every > 0,
            course.points.allSatisfy({ !$0.values.isEmpty })
        else { return nil }
        return course
    }

    /// Writes the files of a curve.
    package static func write(_ course: GreedyCourse, to folder: String) throws {
        for (name, text) in [
            (tableName, course.table.commaSeparatedValues), (name, encodeJSON(course) + "\n"),
        ] {
            try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: folder).appendingPathComponent(name))
        }
    }
}
