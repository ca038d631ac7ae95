internal import Foundation
internal import TabularLearning

/// The checkpoints of one run: a folder for each, of which there is all or nothing.
///
/// A checkpoint is written under a temporary name, every file of it flushed, its manifest last; then it gets its name
/// and the folder above is flushed. Only when that is done are older ones removed. It is a policy folder too.
public struct CheckpointStore<Description: Codable & Sendable>: Sendable {
    /// The folder that holds the checkpoints.
    public let folder: String
    /// The number of checkpoints to keep, at least 1.
    public let keptCount: Int

    let files: any FileTree
    private let writesManifestFirst: Bool

    /// Names the folder; nothing is made before the first checkpoint is written.
    ///
    /// - Parameters:
    ///   - folder: The folder that holds the checkpoints, without a slash at its end.
    ///   - files: Where the folder is.
    ///   - keptCount: The number of checkpoints to keep, at least 1.
    public init(folder: String, files: any FileTree = DiskFiles(), keptCount: Int = 2) {
        self.init(folder: folder, files: files, keptCount: keptCount, writesManifestFirst: false)
    }

    /// Plants a bug for tests that must find it: the manifest is there, and all other checkpoints are gone, before the
    /// files that it names are.
    package init(folder: String, files: any FileTree, keptCount: Int, writesManifestFirst: Bool) {
        precondition(keptCount >= 1, "at least one checkpoint is kept")
        self.folder = folder
        self.files = files
        self.keptCount = keptCount
        self.writesManifestFirst = writesManifestFirst
    }

    /// What a checkpoint became.
    public struct Written: Sendable {
        /// Its folder.
        public let folder: String
        /// The size of its files together.
        public let byteCount: Int
        /// The digest of its table.
        public let digest: TableDigest
        /// Why other checkpoints could not be removed: they only take space, and the next write tries again.
        public let leftovers: [FileFailure]
    }

    /// Writes a checkpoint and removes what it makes superfluous.
    ///
    /// That is: checkpoints beyond the newest `keptCount`, and those of later rounds, which a run that has returned to
    /// an earlier one has left behind. When writing fails the earlier checkpoints are as they were.
    ///
    /// - Throws: `FileFailure`: `damaged` when the ledger does not balance, `inaccessible` when a file cannot be written.
    @discardableResult
    public func write(_ checkpoint: Checkpoint<Description>) throws(FileFailure) -> Written {
        let entry = Entry(round: checkpoint.point.round)
        try checkpoint.checkLedger("the checkpoint of round \(checkpoint.point.round)")
        do {
            return try write(checkpoint, as: entry)
        } catch {
            try? files.remove(path(entry.temporaryName))
            throw FileFailure(
                error.code,
                "round \(checkpoint.point.round) got no checkpoint: \(error) (earlier checkpoints are as they were)"
            )
        }
    }

    private func write(_ checkpoint: Checkpoint<Description>, as entry: Entry) throws(FileFailure) -> Written {
        try files.makeFolder(folder)
        try files.synchronize(folder: Self.parent(of: folder))
        for name in try files.names(in: folder) where Entry.isTemporary(name) { try files.remove(path(name)) }

        let temporary = path(entry.temporaryName)
        let policy = PolicyFolder(description: checkpoint.description, table: checkpoint.table)
        let parts = try writeParts(checkpoint, policy, to: temporary)
        let manifest = try CheckpointManifest(checkpoint, digest: policy.digest, files: parts).encoded()
        if writesManifestFirst {
            try files.makeFolder(path(entry.name))
            _ = try files.write(manifest, to: path(entry.name), named: CheckpointManifest.fileName)
            try files.synchronize(folder: folder)
            _ = removeOthers(than: entry, keeping: 1)
            _ = try writeParts(checkpoint, policy, to: path(entry.name))
        }
        let last = try files.write(manifest, to: temporary, named: CheckpointManifest.fileName)
        try files.synchronize(folder: temporary)
        try publish(entry)
        return Written(
            folder: path(entry.name),
            byteCount: (parts + [last]).reduce(0) { $0 + $1.byteCount },
            digest: policy.digest,
            leftovers: removeOthers(than: entry, keeping: keptCount)
        )
    }

    private func writeParts(
        _ checkpoint: Checkpoint<Description>,
        _ policy: PolicyFolder<Description>,
        to folder: String
    ) throws(FileFailure) -> [FileRecord] {
        try files.makeFolder(folder)
        return try policy.write(to: folder, files: files)
            + [try StateFile.write(checkpoint.sections, to: folder, files: files)]
    }

    /// Gives a finished checkpoint its name.
    ///
    /// A checkpoint of the same round steps aside under a name that readers know: at no moment is there none.
    private func publish(_ entry: Entry) throws(FileFailure) {
        if try files.names(in: folder).contains(entry.name) {
            try files.remove(path(entry.replacedName))
            try files.rename(path(entry.name), to: path(entry.replacedName))
        }
        try files.rename(path(entry.temporaryName), to: path(entry.name))
        try files.synchronize(folder: folder)
    }

    /// Removes all checkpoints, finished and begun, and nothing else.
    ///
    /// - Throws: `FileFailure` when one cannot be removed.
    public func removeAll() throws(FileFailure) {
        for entry in try entries() {
            try files.rename(path(entry.currentName), to: path(".\(entry.name).tmp"))
            try files.remove(path(".\(entry.name).tmp"))
        }
        for name in try files.names(in: folder) where Entry.isTemporary(name) { try files.remove(path(name)) }
    }

    /// Removes checkpoints of later rounds, replaced ones, and the oldest beyond a number.
    ///
    /// They lose their names first, so that nobody finds one half removed, also after a crash.
    private func removeOthers(than newest: Entry, keeping count: Int) -> [FileFailure] {
        do {
            let entries = try entries()
            let kept = entries.filter { !$0.isReplaced && $0.round <= newest.round }.prefix(count)
            let removed = entries.filter { !kept.contains($0) }.map(\.currentName)
            for name in removed { try files.rename(path(name), to: path(".\(name).tmp")) }
            if !removed.isEmpty { try files.synchronize(folder: folder) }
            for name in removed { try files.remove(path(".\(name).tmp")) }
            return []
        } catch {
            return [error]
        }
    }
}

extension CheckpointStore {
    /// A checkpoint's names in the folder.
    struct Entry: Hashable {
        let round: UInt64
        /// Whether it stepped aside for another of the same round.
        var isReplaced = false

        var name: String {
            let digits = String(round)
            return "round-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
        }

        var temporaryName: String { ".\(name).tmp" }
        var replacedName: String { ".\(name).old" }
        var currentName: String { isReplaced ? replacedName : name }

        init(round: UInt64) {
            self.round = round
        }

        /// Takes a name from the folder; `nil` when it is not a checkpoint's.
        init?(name: String) {
            guard let start = name.firstIndex(of: "-"),
                let round = UInt64(name[start...].dropFirst().prefix(while: \.isNumber))
            else { return nil }
            self.init(round: round)
            isReplaced = name == replacedName
            guard name == currentName else { return nil }
        }

        static func isTemporary(_ name: String) -> Bool {
            name.hasPrefix(".") && name.contains("round-") && name.hasSuffix(".tmp")
        }
    }

    /// What is in the folder, the newest first; of the same round the one that has replaced the other.
    func entries() throws(FileFailure) -> [Entry] {
        try files.names(in: folder).compactMap { Entry(name: $0) }
            .sorted { ($1.round, $0.isReplaced ? 1 : 0) < ($0.round, $1.isReplaced ? 1 : 0) }
    }

    func path(_ name: String) -> String { folder + "/" + name }

    private static func parent(of folder: String) -> String {
        let parent = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return parent.isEmpty ? (folder.hasPrefix("/") ? "/" : ".") : parent
    }
}
