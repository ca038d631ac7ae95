internal import CommandBasics
internal import Foundation
internal import Logging
internal import PolicyServing
internal import Synchronization

/// Appends records to a file, each handed to the system at once, and begins another file when it grows too long.
///
/// The file that is full becomes FILE.1, the one that had this name FILE.2, and so on. A disk that takes no more ends no
/// decision: records are lost, counted, and told once.
final class FeedbackLog: Sendable {
    private struct Open {
        var file: FileHandle
        var byteCount: UInt64
        var isTold = false
    }

    private let path: String
    private let mostBytes: Int
    private let metrics: ServingMetrics
    private let logger: Logger
    private let open: Mutex<Open>

    /// The files that stay besides the one that is written.
    private static let kept = 10

    /// Goes on with a file, or begins it.
    ///
    /// - Throws: `CommandFailure` where it cannot be written.
    init(_ path: String, mostBytes: Int, _ metrics: ServingMetrics, _ logger: Logger) throws {
        (self.path, self.mostBytes, self.metrics, self.logger) = (path, mostBytes, metrics, logger)
        do {
            open = Mutex(try Self.open(path))
        } catch {
            throw CommandFailure(
                .inputOutput,
                "--feedback \(path) cannot be written: \((error as NSError).localizedDescription)"
            )
        }
    }

    private static func open(_ path: String) throws -> Open {
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        var end = try file.seekToEnd()
        if end > 0 {
            // A line that a crash has cut off is ended, so that the next one is whole.
            try file.seek(toOffset: end - 1)
            let last = try file.read(upToCount: 1)
            if last != Data("\n".utf8) {
                try file.write(contentsOf: Data("\n".utf8))
                end += 1
            }
        }
        return Open(file: file, byteCount: end)
    }

    /// Writes a record.
    func write(_ record: FeedbackRecord) {
        let line = Data(record.line)
        open.withLock { open in
            do {
                if open.byteCount > 0, open.byteCount + UInt64(line.count) > UInt64(mostBytes) { try rotate(&open) }
                try open.file.write(contentsOf: line)
                open.byteCount += UInt64(line.count)
                open.isTold = false
                metrics.recordFeedback(.written)
            } catch {
                metrics.recordFeedback(.lost)
                guard !open.isTold else { return }
                open.isTold = true
                logger.warning(
                    "feedback is lost",
                    metadata: ["file": "\(path)", "reason": "\((error as NSError).localizedDescription)"]
                )
            }
        }
    }

    private func rotate(_ open: inout Open) throws {
        let files = FileManager.default
        try? open.file.synchronize()
        try? files.removeItem(atPath: "\(path).\(Self.kept)")
        for number in (1..<Self.kept).reversed() where files.fileExists(atPath: "\(path).\(number)") {
            try files.moveItem(atPath: "\(path).\(number)", toPath: "\(path).\(number + 1)")
        }
        try files.moveItem(atPath: path, toPath: "\(path).1")
        let full = open.file
        open = try Self.open(path)
        try? full.close()
    }

    /// Hands everything to the disk.
    func close() {
        open.withLock { open in
            try? open.file.synchronize()
            try? open.file.close()
        }
    }
}
