public import Foundation

/// Files that are there as a whole or not at all.
public enum AtomicFile {
    /// Writes a file under a temporary name, flushes it to the disk, and gives it its name.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func write(_ data: Data, to url: URL) throws(FileFailure) {
        let files = FileManager.default
        let temporary = url.deletingLastPathComponent()
            .appendingPathComponent(".\(url.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier).tmp")
        do {
            try data.write(to: temporary)
            let handle = try FileHandle(forUpdating: temporary)
            try handle.synchronize()
            try handle.close()
            if files.fileExists(atPath: url.path) { try files.removeItem(at: url) }
            try files.moveItem(at: temporary, to: url)
        } catch {
            try? files.removeItem(at: temporary)
            throw FileFailure(.inaccessible, "cannot write \(url.path): \(reason(of: error))")
        }
    }

    /// Reads a whole file.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func read(_ url: URL) throws(FileFailure) -> Data {
        do {
            return try Data(contentsOf: url)
        } catch {
            throw FileFailure(.inaccessible, "cannot read \(url.path): \(reason(of: error))")
        }
    }

    /// Makes a folder with its parents.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public static func makeFolder(_ url: URL) throws(FileFailure) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileFailure(.inaccessible, "cannot make the folder \(url.path): \(reason(of: error))")
        }
    }

    private static func reason(of error: any Error) -> String {
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: return "there is no such file"
        case .fileReadNoPermission?, .fileWriteNoPermission?: return "permission denied"
        case .fileWriteOutOfSpace?: return "no space left on the device"
        default: return (error as NSError).localizedDescription
        }
    }
}
