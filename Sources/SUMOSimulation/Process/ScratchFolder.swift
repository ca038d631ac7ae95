internal import ChildProcesses
internal import Foundation

/// A folder for the files of one SUMO; it goes when this value goes.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws(SUMOFailure) {
        do throws(ChildProcessFailure) {
            url = try Guardian.shared().newFolder("sumo")
        } catch {
            throw SUMOFailure(.unavailable, error.description)
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
