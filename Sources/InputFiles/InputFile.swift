internal import Dispatch
public import Foundation
internal import Synchronization

/// Why a file that a user named cannot be read, as the end of a sentence.
public struct InputFileFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// `there is no such file`.
    public let description: String
}

/// Files that a user names: they may be missing, endless, or pipes into which nobody writes.
public enum InputFile {
    /// How long to wait for what is not there yet.
    private static let patience = 5

    /// Reads a file as a whole.
    ///
    /// - Parameters:
    ///   - path: The file; a pipe (`<(…)`) too.
    ///   - limit: The most bytes that it may have.
    /// - Returns: Its bytes.
    /// - Throws: `InputFileFailure` also when nothing comes within five seconds.
    public static func contents(of path: String, limit: Int) throws(InputFileFailure) -> Data {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else { throw InputFileFailure(description: "there is no such file") }
        guard !files.fileExists(atPath: path + "/.") else { throw InputFileFailure(description: "it is a folder") }
        guard let outcome = patiently({ read(path, limit) }) else {
            throw InputFileFailure(
                description: "nothing has come from it for \(patience) s: it is a pipe into which nobody writes"
            )
        }
        return try outcome.get()
    }

    private static func read(_ path: String, _ limit: Int) -> Result<Data, InputFileFailure> {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            return .failure(InputFileFailure(description: "it cannot be read"))
        }
        defer { try? handle.close() }
        var data = Data()
        do {
            while data.count <= limit, let more = try handle.read(upToCount: limit + 1 - data.count), !more.isEmpty {
                data += more
            }
        } catch {
            return .failure(InputFileFailure(description: "it cannot be read"))
        }
        guard data.count <= limit else {
            let most = limit % (1 << 20) == 0 ? "\(limit >> 20) MiB" : "\(limit >> 10) KiB"
            return .failure(InputFileFailure(description: "it is larger than \(most)"))
        }
        return .success(data)
    }

    /// Opens a file that is one.
    ///
    /// - Returns: `nil` where it cannot be opened, or is a pipe into which nobody writes.
    public static func open(_ path: String) -> FileHandle? {
        patiently { FileHandle(forReadingAtPath: path) } ?? nil
    }

    /// Does what the system may let wait for ever; the thread that waits is left behind.
    private static func patiently<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value? {
        let shared = Shared<Value>()
        let isDone = DispatchSemaphore(value: 0)
        let thread = Thread {
            let value = work()
            shared.result.withLock { $0 = value }
            isDone.signal()
        }
        thread.start()
        guard isDone.wait(timeout: .now() + .seconds(patience)) == .success else { return nil }
        return shared.result.withLock { $0 }
    }

    /// Carries the result from one thread to the other.
    private final class Shared<Value: Sendable>: Sendable {
        let result = Mutex<Value?>(nil)
    }
}
