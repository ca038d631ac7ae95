public import Foundation

/// The files of this machine.
public struct DiskFiles: FileTree {
    /// Creates access to the files of this machine.
    public init() {}

    /// Lists a folder; none when it is not there.
    public func names(in folder: String) throws(FileFailure) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try Self.naming("read the folder \(folder)") {
            try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        }
    }

    /// Returns a file's size in bytes.
    public func byteCount(of file: String) throws(FileFailure) -> Int {
        try Self.naming("read \(file)") {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            guard attributes[.type] as? FileAttributeType == .typeRegular, let size = attributes[.size] as? NSNumber
            else {
                throw FileFailure(.inaccessible, "it is not a file")
            }
            return size.intValue
        }
    }

    /// Reads a file in blocks of 256 KiB.
    public func read(_ file: String, _ body: (Data) throws(FileFailure) -> Void) throws(FileFailure) {
        let handle = try Self.naming("read \(file)") { try FileHandle(forReadingFrom: URL(fileURLWithPath: file)) }
        defer { try? handle.close() }
        var isAtEnd = false
        while !isAtEnd {
            let block = try Self.naming("read \(file)") { try Self.block(from: handle) }
            isAtEnd = block.count < LittleEndian.blockByteCount
            if !block.isEmpty { try body(block) }
        }
    }

    /// A whole block, or what is left: one call may give less than it was asked for.
    private static func block(from handle: FileHandle) throws -> Data {
        var block = try handle.read(upToCount: LittleEndian.blockByteCount) ?? Data()
        while block.count < LittleEndian.blockByteCount,
            let more = try handle.read(upToCount: LittleEndian.blockByteCount - block.count), !more.isEmpty
        {
            block.append(more)
        }
        return block
    }

    /// Makes a folder with its parents.
    public func makeFolder(_ folder: String) throws(FileFailure) {
        try Self.naming("make the folder \(folder)") {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
    }

    /// Writes a file block by block and flushes it.
    public func write(_ file: String, _ next: (inout Data) -> Void) throws(FileFailure) {
        try Self.naming("write \(file)") {
            let url = URL(fileURLWithPath: file)
            try Data().write(to: url)
            let handle = try FileHandle(forWritingTo: url)
            defer { try? handle.close() }
            var block = Data()
            next(&block)
            while !block.isEmpty {
                try handle.write(contentsOf: block)
                next(&block)
            }
            try handle.synchronize()
        }
    }

    /// Flushes a folder's entries.
    public func synchronize(folder: String) throws(FileFailure) {
        try Self.naming("flush the folder \(folder)") {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder))
            defer { try? handle.close() }
            try handle.synchronize()
        }
    }

    /// Gives a file or folder another name in the same folder.
    public func rename(_ path: String, to newPath: String) throws(FileFailure) {
        try Self.naming("rename \(path) to \(newPath)") {
            try FileManager.default.moveItem(atPath: path, toPath: newPath)
        }
    }

    /// Removes a file or a folder with all that is in it.
    public func remove(_ path: String) throws(FileFailure) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try Self.naming("remove \(path)") { try FileManager.default.removeItem(atPath: path) }
    }

    /// Runs what Foundation does and says in one sentence what could not be done, and why.
    static func naming<Result>(_ action: String, _ body: () throws -> Result) throws(FileFailure) -> Result {
        do {
            return try body()
        } catch {
            throw FileFailure(.inaccessible, "cannot \(action): \(reason(of: error))")
        }
    }

    private static func reason(of error: any Error) -> String {
        if let failure = error as? FileFailure { return failure.description }
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: return "there is no such file"
        case .fileReadNoPermission?, .fileWriteNoPermission?: return "permission denied"
        case .fileWriteOutOfSpace?: return "no space left on the device"
        case .fileWriteFileExists?: return "there is a file of that name"
        default:
            // "The operation could not be completed. (NSCocoaErrorDomain error 256.)" tells nobody anything.
            let cause = (error as? CocoaError)?.underlying ?? error
            return (cause as NSError).localizedDescription.replacing("The operation could not be completed. ", with: "")
        }
    }
}
