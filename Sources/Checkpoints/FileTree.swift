public import Foundation

/// The file operations that a checkpoint takes, few enough to be simulated with all that a crash can do to them.
///
/// Nothing is promised to survive a crash but what was flushed: a file's content by `write`, a folder's entries (what
/// was made, renamed or removed in it) by `synchronize(folder:)`.
public protocol FileTree: Sendable {
    /// Lists a folder.
    ///
    /// - Returns: The names in it, sorted; none when there is no such folder.
    /// - Throws: `FileFailure` with code `inaccessible`.
    func names(in folder: String) throws(FileFailure) -> [String]

    /// Returns a file's size in bytes.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    func byteCount(of file: String) throws(FileFailure) -> Int

    /// Reads a file from its start to its end.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - body: Called with each block; every block but the last has 256 KiB.
    /// - Throws: `FileFailure` with code `inaccessible`, and what `body` throws.
    func read(_ file: String, _ body: (Data) throws(FileFailure) -> Void) throws(FileFailure)

    /// Makes a folder with its parents; one that is there is left as it is.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    func makeFolder(_ folder: String) throws(FileFailure)

    /// Writes a file and flushes its content to the disk.
    ///
    /// - Parameters:
    ///   - file: The file; what it held is lost.
    ///   - next: Replaces the block by the next one, or by an empty one at the end.
    /// - Throws: `FileFailure` with code `inaccessible`; part of the file may then be there.
    func write(_ file: String, _ next: (inout Data) -> Void) throws(FileFailure)

    /// Flushes a folder's entries to the disk.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    func synchronize(folder: String) throws(FileFailure)

    /// Gives a file or folder another name in the same folder.
    ///
    /// - Parameters:
    ///   - path: What is there.
    ///   - newPath: Where nothing is.
    /// - Throws: `FileFailure` with code `inaccessible`.
    func rename(_ path: String, to newPath: String) throws(FileFailure)

    /// Removes a file, or a folder with all that is in it; does nothing when there is none.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`; part of a folder may then be gone.
    func remove(_ path: String) throws(FileFailure)
}

extension FileTree {
    /// Reads a small file as a whole.
    func contents(of file: String, limit: Int) throws(FileFailure) -> Data {
        let byteCount = try byteCount(of: file)
        guard byteCount <= limit else {
            throw FileFailure(.damaged, "\(file) has \(byteCount) bytes; such a file has at most \(limit)")
        }
        var contents = Data()
        try read(file) { (block) throws(FileFailure) in
            guard contents.count + block.count <= limit else {
                throw FileFailure(.damaged, "\(file) grew while it was read; at most \(limit) bytes were expected")
            }
            contents.append(block)
        }
        return contents
    }

    /// Writes a small file and tells what it wrote.
    func write(_ contents: Data, to folder: String, named name: String) throws(FileFailure) -> FileRecord {
        var rest = contents
        try write(folder + "/" + name) { block in
            block = rest
            rest = Data()
        }
        return FileRecord(name: name, contents: contents)
    }
}
