public import Foundation
internal import Synchronization
internal import TabularLearning

/// Files in memory that fail, fill up and lose what was not flushed, the same way for the same seed.
///
/// Each making, writing of a block, flushing, renaming and removing is one operation, so that a test can cut the power
/// at every one of them.
public final class SimulatedFiles: FileTree {
    private struct State: Sendable {
        var disk = SimulatedDisk()
        var capacity = Int.max
        var operationCount = 0
        /// The operation at which the machine stops; it happens by half.
        var end = Int.max
    }

    private let state = Mutex(State())

    /// Creates a disk without files.
    ///
    /// - Parameter folder: A folder that is there from the start, with its parents; empty for none.
    public init(with folder: String = "") {
        state.withLock { state in
            var parent = 0
            for part in SimulatedDisk.parts(of: folder) {
                let node = state.disk.add(.folder([:]), named: String(part), to: parent)
                state.disk.flush(parent)
                parent = node
            }
        }
    }

    /// The most bytes that the files may have together; what is there already stays.
    public var capacity: Int {
        get { state.withLock { $0.capacity } }
        set { state.withLock { $0.capacity = newValue } }
    }

    /// The size of all files together, in bytes.
    public var usedByteCount: Int { state.withLock { $0.disk.usedByteCount } }

    /// The number of operations that were tried.
    public var operationCount: Int { state.withLock { $0.operationCount } }

    /// Stops the machine after this many more operations: the next one happens by half, and all fail until it restarts.
    public func stop(after operations: Int) {
        state.withLock { $0.end = $0.operationCount + operations }
    }

    /// Starts the machine again after the process was killed: what it wrote is all there, flushed or not.
    public func restartAfterKill() {
        state.withLock { $0.end = .max }
    }

    /// Starts the machine again after the power was cut: what was not flushed may be there, in part, or not.
    ///
    /// - Parameter seed: Says what is left.
    public func restartAfterPowerCut(seed: UInt64) {
        state.withLock { state in
            var generator = SplitMix64(state: seed)
            state.disk.loseUnflushed(&generator)
            state.end = .max
        }
    }

    /// Changes a file behind everybody's back, also on the disk.
    ///
    /// - Returns: Whether there is such a file.
    @discardableResult
    public func damage(_ file: String, _ change: (inout [UInt8]) -> Void) -> Bool {
        state.withLock { state in
            guard let node = state.disk.find(file), var bytes = state.disk.bytes(of: node) else { return false }
            change(&bytes)
            state.disk.replace(node, with: bytes, flushed: true)
            return true
        }
    }

    /// Lists a folder; none when it is not there.
    public func names(in folder: String) throws(FileFailure) -> [String] {
        try access("read the folder \(folder)") { (state) throws(FileFailure) in
            guard let node = state.disk.find(folder) else { return [] }
            guard let entries = state.disk.entries(of: node) else { throw Self.failure("it is not a folder") }
            return entries.keys.sorted()
        }
    }

    /// Returns a file's size in bytes.
    public func byteCount(of file: String) throws(FileFailure) -> Int {
        try bytes(of: file).count
    }

    /// Reads a file in blocks of 256 KiB.
    public func read(_ file: String, _ body: (Data) throws(FileFailure) -> Void) throws(FileFailure) {
        let bytes = try bytes(of: file)
        for start in stride(from: 0, to: bytes.count, by: LittleEndian.blockByteCount) {
            try body(Data(bytes[start..<min(start + LittleEndian.blockByteCount, bytes.count)]))
        }
    }

    private func bytes(of file: String) throws(FileFailure) -> [UInt8] {
        try access("read \(file)") { (state) throws(FileFailure) in
            guard let node = state.disk.find(file), let bytes = state.disk.bytes(of: node) else {
                throw Self.failure("there is no such file")
            }
            return bytes
        }
    }

    /// Makes a folder with its parents.
    public func makeFolder(_ folder: String) throws(FileFailure) {
        var path = ""
        for part in SimulatedDisk.parts(of: folder) {
            let (parent, name) = (path, String(part))
            path += "/" + name
            try access("make the folder \(folder)") { (state) throws(FileFailure) in
                guard state.disk.find(path) == nil else { return }
                let parentNode = try Self.folder(parent, in: state)
                guard Self.begin(&state) else { return }
                _ = state.disk.add(.folder([:]), named: name, to: parentNode)
            }
        }
    }

    /// Writes a file block by block and flushes it.
    public func write(_ file: String, _ next: (inout Data) -> Void) throws(FileFailure) {
        let action = "write \(file)"
        let node = try access(action) { (state) throws(FileFailure) in try Self.emptyFile(file, in: &state) }
        var block = Data()
        next(&block)
        while !block.isEmpty {
            try access(action) { (state) throws(FileFailure) in
                let isWhole = Self.begin(&state)
                let free = max(0, state.capacity - state.disk.usedByteCount)
                state.disk.append(block.prefix(min(isWhole ? block.count : block.count / 2, free)), to: node)
                if free < block.count { throw Self.failure("no space left on the device") }
            }
            next(&block)
        }
        try access(action) { (state) throws(FileFailure) in if Self.begin(&state) { state.disk.flush(node) } }
    }

    /// Flushes a folder's entries.
    public func synchronize(folder: String) throws(FileFailure) {
        try access("flush the folder \(folder)") { (state) throws(FileFailure) in
            let node = try Self.folder(folder, in: state)
            if Self.begin(&state) { state.disk.flush(node) }
        }
    }

    /// Gives a file or folder another name in the same folder.
    public func rename(_ path: String, to newPath: String) throws(FileFailure) {
        let (old, new) = (SimulatedDisk.split(path), SimulatedDisk.split(newPath))
        try access("rename \(path) to \(newPath)") { (state) throws(FileFailure) in
            guard old.parent == new.parent, let folder = state.disk.find(old.parent), let node = state.disk.find(path)
            else {
                throw Self.failure("there is no such file in the same folder")
            }
            guard state.disk.find(newPath) == nil else { throw Self.failure("the new name is taken") }
            if Self.begin(&state) { state.disk.change(folder, .rename(old.name, new.name, node: node)) }
        }
    }

    /// Removes a file or a folder with all that is in it.
    public func remove(_ path: String) throws(FileFailure) {
        let children = try access("remove \(path)") { (state) throws(FileFailure) in
            state.disk.find(path).map { state.disk.entries(of: $0).map { $0.keys.sorted() } ?? [] }
        }
        guard let children else { return }
        for child in children { try remove(path + "/" + child) }
        let (parent, name) = SimulatedDisk.split(path)
        try access("remove \(path)") { (state) throws(FileFailure) in
            guard let folder = state.disk.find(parent), Self.begin(&state) else { return }
            state.disk.change(folder, .remove(name))
        }
    }

    /// Does something with the disk, unless the machine stands still before it or comes to do so in it.
    private func access<Result: Sendable>(
        _ action: String,
        _ body: (inout State) throws(FileFailure) -> Result
    ) throws(FileFailure) -> Result {
        do {
            return try state.withLock { (state) throws(FileFailure) in
                if state.operationCount > state.end { throw Self.failure("the machine has stopped") }
                let result = try body(&state)
                if state.operationCount > state.end { throw Self.failure("the machine has stopped") }
                return result
            }
        } catch {
            throw FileFailure(.inaccessible, "cannot \(action): \(error)")
        }
    }

    /// Counts an operation.
    ///
    /// - Returns: Whether it happens as a whole.
    private static func begin(_ state: inout State) -> Bool {
        state.operationCount += 1
        return state.operationCount <= state.end
    }

    private static func folder(_ path: String, in state: State) throws(FileFailure) -> Int {
        guard let node = state.disk.find(path), state.disk.entries(of: node) != nil else {
            throw failure("there is no such folder")
        }
        return node
    }

    private static func emptyFile(_ file: String, in state: inout State) throws(FileFailure) -> Int {
        let (parent, name) = SimulatedDisk.split(file)
        guard let folder = state.disk.find(parent), state.disk.entries(of: folder) != nil else {
            throw failure("there is no such folder")
        }
        let isWhole = begin(&state)
        guard let node = state.disk.find(file) else {
            return isWhole ? state.disk.add(.file([]), named: name, to: folder) : 0
        }
        guard state.disk.bytes(of: node) != nil else { throw failure("it is a folder") }
        if isWhole { state.disk.replace(node, with: [], flushed: false) }
        return node
    }

    private static func failure(_ reason: String) -> FileFailure { FileFailure(.inaccessible, reason) }
}
