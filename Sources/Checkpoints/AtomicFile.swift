public import Foundation

/// Files that are there as a whole or not at all, also after a power cut.
public enum AtomicFile {
    /// Replaces a file: written under a temporary name, flushed, renamed over the old one, and its folder flushed.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func write(_ data: Data, to url: URL) throws(FileFailure) {
        // Foundation's atomic writing is write, fsync and rename(2); only the folder is left to us. Its
        // `replaceItemAt` must not be used here: on Linux it renames the old file over the new one.
        try DiskFiles.naming("write \(url.path)") { try data.write(to: url, options: .atomic) }
        try DiskFiles().synchronize(folder: url.deletingLastPathComponent().path)
    }

    /// Reads a whole file.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func read(_ url: URL) throws(FileFailure) -> Data {
        try DiskFiles.naming("read \(url.path)") { try Data(contentsOf: url) }
    }

    /// Makes a folder with its parents, and flushes the folders that got a new entry.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func makeFolder(_ url: URL) throws(FileFailure) {
        var changed: [URL] = []
        var folder = url.standardizedFileURL
        while !FileManager.default.fileExists(atPath: folder.path), folder.pathComponents.count > 1 {
            folder.deleteLastPathComponent()
            changed.append(folder)
        }
        try DiskFiles().makeFolder(url.path)
        for folder in changed { try DiskFiles().synchronize(folder: folder.path) }
    }
}
