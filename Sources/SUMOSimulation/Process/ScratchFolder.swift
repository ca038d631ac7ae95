internal import Foundation
internal import Synchronization

/// A folder for the files of one SUMO; it goes when this value goes.
final class ScratchFolder: Sendable {
    let url: URL

    private static let counter = Atomic<Int>(0)

    init() throws(SUMOFailure) {
        let number = Self.counter.add(1, ordering: .relaxed).newValue
        let process = ProcessInfo.processInfo.processIdentifier
        url = FileManager.default.temporaryDirectory.appendingPathComponent("shardq-sumo-\(process)-\(number)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw SUMOFailure(.unavailable, "cannot make the folder \(url.path): \(error.localizedDescription)")
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func write(_ text: String, to name: String) throws(SUMOFailure) -> String {
        let file = url.appendingPathComponent(name)
        do {
            try Data(text.utf8).write(to: file)
        } catch {
            throw SUMOFailure(.unavailable, "cannot write \(file.path): \(error.localizedDescription)")
        }
        return file.path
    }

    func path(of name: String) -> String { url.appendingPathComponent(name).path }
}
