internal import Foundation
internal import TabularLearning

/// What `checkpoint.json` holds: the file that makes a folder a checkpoint.
struct CheckpointManifest: Codable, Hashable {
    static let fileName = "checkpoint.json"
    static let currentFormat = 4
    static let maximumByteCount = 1 << 20

    var format = Self.currentFormat
    var runIdentity: String
    var point: RunPoint
    var updates: UInt64
    var tableDigest: String
    var files: [FileRecord]

    private struct Version: Decodable {
        var format: Int
    }

    func encoded() throws(FileFailure) -> Data {
        SealedText.seal(try JSONText.encode(self, named: Self.fileName))
    }

    /// Reads a file; any byte that is not the one that was written is an error.
    init(_ data: Data, file: String) throws(FileFailure) {
        guard let text = SealedText.text(of: data) else {
            throw FileFailure(
                .damaged,
                "\(file) is damaged or cut short: it is not a manifest that has the SHA-256 it states; "
                    + "use another checkpoint"
            )
        }
        let format = try JSONText.decode(Version.self, from: text, file: file).format
        guard format == Self.currentFormat else {
            throw FileFailure(
                .foreign,
                "\(file) has format \(format), this release reads format \(Self.currentFormat): "
                    + "use the release that wrote it"
            )
        }
        self = try JSONText.decode(Self.self, from: text, file: file)
    }

    init<Description>(_ checkpoint: Checkpoint<Description>, digest: TableDigest, files: [FileRecord]) {
        runIdentity = checkpoint.runIdentity
        point = checkpoint.point
        updates = checkpoint.table.updateCount
        tableDigest = digest.description
        self.files = files
    }

    /// Checks that it belongs to this run and describes exactly the files that a checkpoint has.
    func check(_ file: String, names: [String], runIdentity expected: String?) throws(FileFailure) {
        if let expected, expected != runIdentity {
            throw FileFailure(
                .foreign,
                "\(file) belongs to the run \(runIdentity), not to \(expected): name the folder of that run, "
                    + "or train with the settings it was started with"
            )
        }
        guard [point.round, point.laneSteps, point.transitions, updates].allSatisfy({ $0 <= 1 << 62 }) else {
            throw FileFailure(.damaged, "\(file) has a count that no run can come to")
        }
        guard files.map(\.name).sorted() == names.sorted() else {
            throw FileFailure(
                .damaged,
                "\(file) names the files \(files.map(\.name)), a checkpoint has \(names.sorted())"
            )
        }
    }
}
