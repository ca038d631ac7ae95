package import Foundation
internal import Glibc

/// Folders whose process has died and whose guardian with it, as when the power fails.
package enum AbandonedFolders {
    private static let lockName = "owner"
    /// A folder that is younger may not be locked yet.
    private static let leastAge: TimeInterval = 600

    /// Marks a folder as needed for as long as the file is open, which the kernel closes whatever happens.
    static func lock(_ folder: URL) -> FileHandle? {
        let file = folder.appendingPathComponent(lockName).path
        guard FileManager.default.createFile(atPath: file, contents: nil) else { return nil }
        guard let handle = FileHandle(forUpdatingAtPath: file) else { return nil }
        return flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 ? handle : nil
    }

    /// Removes this user's folders that nobody needs any more.
    ///
    /// - Parameters:
    ///   - place: Where to look.
    ///   - now: The time.
    package static func remove(from place: URL, now: Date = Date()) {
        let files = FileManager.default
        for name in (try? files.contentsOfDirectory(atPath: place.path)) ?? [] where name.hasPrefix(Guardian.prefix) {
            let folder = place.appendingPathComponent(name)
            guard let attributes = try? files.attributesOfItem(atPath: folder.path),
                attributes[.type] as? FileAttributeType == .typeDirectory,
                attributes[.ownerAccountID] as? UInt == UInt(getuid()),
                let modified = attributes[.modificationDate] as? Date, now.timeIntervalSince(modified) > leastAge,
                !isNeeded(folder)
            else { continue }
            try? files.removeItem(at: folder)
        }
    }

    private static func isNeeded(_ folder: URL) -> Bool {
        let file = folder.appendingPathComponent(lockName).path
        guard let handle = FileHandle(forUpdatingAtPath: file) else { return false }
        defer { try? handle.close() }
        return flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0
    }
}
