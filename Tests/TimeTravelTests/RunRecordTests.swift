import Checkpoints
import Foundation
import Provenance
import Testing

@Suite("The record of a run")
struct RunRecordTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path)
    }

    private static var record: RunRecord {
        var session = RunRecord.Session(
            command: ["train", "maze"],
            settings: [.init(key: "steps", values: ["10"], origin: "--steps")],
            versions: .init(shardq: "1", swift: RunRecord.Versions.compiler, messageProtocol: 3, simulator: nil),
            layout: .init(broker: "none", threads: 2),
            host: .current,
            begun: RunRecord.now
        )
        session.parent = .init(folder: "runs/one", round: 3, steps: 6, tableDigest: "00")
        session.end = .init(.failed, ended: RunRecord.now, reason: "no space")
        var record = RunRecord(runIdentity: "0123456789abcdef")
        record.sessions = [session]
        return record
    }

    @Test("is read as it was written, and absent where there is none")
    func roundTrip() throws {
        try Self.withFolder { folder in
            #expect(try RunRecord.read(from: folder) == nil)
            try Self.record.write(to: folder)
            #expect(try RunRecord.read(from: folder) == Self.record(like: folder))
            let host = try #require(try RunRecord.read(from: folder)?.sessions.first?.host)
            #expect(!host.name.isEmpty && !host.kernel.isEmpty && host.processors >= 1)
        }
    }

    /// The same record, with the moments that were written.
    private static func record(like folder: String) throws -> RunRecord? {
        var record = record
        let read = try RunRecord.read(from: folder)
        record.sessions[0].begun = read?.sessions[0].begun ?? ""
        record.sessions[0].end?.ended = read?.sessions[0].end?.ended ?? ""
        return record
    }

    @Test("of another format, or cut short, is refused with its name", arguments: ["{\"format\":2}", "{", "", "[1]"])
    func damaged(_ text: String) throws {
        try Self.withFolder { folder in
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/run.json"))
            let error = #expect(throws: FileFailure.self) { try RunRecord.read(from: folder) }
            #expect(error?.description.contains("run.json") == true)
        }
    }
}
