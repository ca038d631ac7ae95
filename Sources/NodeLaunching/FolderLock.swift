package import CommandBasics
internal import Foundation
internal import Glibc

/// A folder that this process alone trains into, until it ends, however it ends.
package struct FolderLock: Sendable {
    /// Holds the lock; the system lets go of it with the process.
    private let handle: FileHandle

    /// Takes a folder, which is made where there is none.
    ///
    /// - Throws: `CommandFailure` when another process has it, or it cannot be used.
    package init(_ folder: String) throws(CommandFailure) {
        let files = FileManager.default
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder))
        } catch {
            throw CommandFailure(
                .inputOutput,
                "cannot use the folder \(folder): \((error as NSError).localizedDescription)"
            )
        }
        // Neither workers nor a broker that this process starts are to keep it.
        _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
        let number = (try? files.attributesOfItem(atPath: folder))?[.systemFileNumber] as? UInt64
        let owner = number.flatMap(Self.owner).map { "process \($0)" } ?? "another process"
        throw CommandFailure(
            .unavailable,
            "\(folder) is in use: \(owner) trains into it; wait for its end, or name another folder"
        )
    }

    /// Who has the lock of a file, as the system's own list says.
    private static func owner(ofFile number: UInt64) -> Int32? {
        let list = FileManager.default.contents(atPath: "/proc/locks").map { String(decoding: $0, as: UTF8.self) } ?? ""
        for line in list.split(separator: "\n") {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:131073 0 EOF
            let words = line.split(separator: " ")
            guard words.count >= 6, words[1] == "FLOCK", words[5].hasSuffix(":\(number)") else { continue }
            return Int32(words[4])
        }
        return nil
    }
}
