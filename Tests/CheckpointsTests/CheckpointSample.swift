import Checkpoints
import Foundation
import TabularLearning

/// Small checkpoints, and ways to look at them and to spoil them.
enum CheckpointSample {
    struct Note: Codable, Sendable, Equatable {
        var text = "a maze"
    }

    typealias Store = CheckpointStore<Note>

    static let folder = "/run/checkpoints"
    static let partNames = ["action-values.npy", "policy.json", "state.bin", "visit-counts.npy"]

    /// The checkpoint of a round: one update a round, so the ledger balances.
    static func checkpoint(round: UInt64, epoch: UInt32 = 1, run: String = "run-a") -> Checkpoint<Note> {
        var table = ActionValueTable(rowCount: 3, actionCount: 2, initialValue: 0.5)
        for update in 0..<round {
            table.update(
                row: Int(update % 3),
                action: Int(update % 2),
                toward: Float(update),
                stepSize: .constant(0.25)
            )
        }
        return Checkpoint(
            runIdentity: run,
            description: Note(),
            point: RunPoint(epoch: epoch, round: round, laneSteps: 16 * round, transitions: round),
            table: table,
            sections: sections(["one": [UInt32(truncatingIfNeeded: round), .max], "other": []])
        )
    }

    static func sections(_ parts: [String: [UInt32]]) -> SavedSections {
        var sections = SavedSections()
        for (name, words) in parts.sorted(by: { $0.key < $1.key }) { sections.add(name, words) }
        return sections
    }

    static func isSame(_ one: Checkpoint<Note>?, _ other: Checkpoint<Note>) -> Bool {
        guard let one else { return false }
        return one.runIdentity == other.runIdentity && one.description == other.description
            && one.point == other.point && one.table.cells == other.table.cells && one.sections == other.sections
    }

    static func name(of round: UInt64) -> String {
        let digits = String(round)
        return folder + "/round-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// A disk that holds the checkpoint of one round.
    static func files(round: UInt64) throws -> SimulatedFiles {
        let files = SimulatedFiles(with: "/run")
        try Store(folder: folder, files: files).write(checkpoint(round: round))
        return files
    }

    static func contents(of file: String, _ files: SimulatedFiles) -> Data {
        var contents = Data()
        files.damage(file) { contents = Data($0) }
        return contents
    }

    /// Rewrites the manifest of a round as someone who knows how to seal it.
    static func forge(_ files: SimulatedFiles, round: UInt64, _ change: (String) -> String) {
        files.damage(name(of: round) + "/checkpoint.json") { bytes in
            guard let text = SealedText.text(of: Data(bytes)) else { return }
            bytes = Array(SealedText.seal(Data(change(String(decoding: text, as: UTF8.self)).utf8)))
        }
    }

    /// Replaces a part of a checkpoint, and its size and hash in the manifest.
    static func forge(_ files: SimulatedFiles, round: UInt64, part: String, _ contents: Data) {
        let file = name(of: round) + "/" + part
        let old = Self.contents(of: file, files)
        files.damage(file) { $0 = Array(contents) }
        forge(files, round: round) { text in
            text.replacingOccurrences(of: SealedText.digest(of: old), with: SealedText.digest(of: contents))
                .replacingOccurrences(
                    of: "\"byteCount\" : \(old.count),\n      \"name\" : \"\(part)\"",
                    with: "\"byteCount\" : \(contents.count),\n      \"name\" : \"\(part)\""
                )
        }
    }
}
