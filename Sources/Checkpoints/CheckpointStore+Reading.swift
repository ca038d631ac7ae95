internal import Foundation
internal import TabularLearning

extension CheckpointStore {
    /// What a search for the newest checkpoint found.
    public struct Search: Sendable {
        /// The newest checkpoint that is whole; `nil` when there is none.
        public let checkpoint: Checkpoint<Description>?
        /// What was found newer than it and is damaged or cannot be read, the newest first.
        public let skipped: [FileFailure]
    }

    /// The rounds that have a checkpoint, in ascending order; whether it is whole shows when it is read.
    ///
    /// - Throws: `FileFailure` with code `inaccessible` when the folder cannot be read.
    public var rounds: [UInt64] {
        get throws(FileFailure) {
            var rounds: [UInt64] = []
            for entry in try entries().reversed() where rounds.last != entry.round { rounds.append(entry.round) }
            return rounds
        }
    }

    /// Finds the newest checkpoint that is whole.
    ///
    /// - Parameter runIdentity: The run that it must belong to; `nil` for any.
    /// - Returns: The checkpoint, if there is one, and what was passed over.
    /// - Throws: `FileFailure`: `inaccessible` when the folder cannot be read, `foreign` when the newest whole one is of
    ///   another run or in another format, `tooLarge` when there is no memory for it, which no older one would make good.
    public func newest(of runIdentity: String? = nil) throws(FileFailure) -> Search {
        var skipped: [FileFailure] = []
        for entry in try entries() {
            do {
                return Search(checkpoint: try read(entry, of: runIdentity), skipped: skipped)
            } catch  where error.code != .foreign && error.code != .tooLarge {
                skipped.append(error)
            }
        }
        return Search(checkpoint: nil, skipped: skipped)
    }

    /// Reads the checkpoint of a round, and checks every byte of it, and its ledger.
    ///
    /// - Parameters:
    ///   - round: One of `rounds`.
    ///   - runIdentity: The run that it must belong to; `nil` for any.
    /// - Returns: The checkpoint.
    /// - Throws: `FileFailure`: `inaccessible`, `damaged`, or `foreign` when it is of another run or in another format.
    public func read(round: UInt64, of runIdentity: String? = nil) throws(FileFailure) -> Checkpoint<Description> {
        let candidates = try entries().filter { $0.round == round }
        guard let first = candidates.first else {
            throw FileFailure(
                .inaccessible,
                "\(folder) has no checkpoint of round \(round); it has those of the rounds \(try rounds)"
            )
        }
        do {
            return try read(first, of: runIdentity)
        } catch {
            guard candidates.count > 1, let other = try? read(candidates[1], of: runIdentity) else { throw error }
            return other
        }
    }

    private func read(_ entry: Entry, of runIdentity: String?) throws(FileFailure) -> Checkpoint<Description> {
        let folder = path(entry.currentName)
        let file = folder + "/" + CheckpointManifest.fileName
        let data = try files.contents(of: file, limit: CheckpointManifest.maximumByteCount)
        let manifest = try CheckpointManifest(data, file: file)
        try manifest.check(file, names: Self.partNames, runIdentity: runIdentity)
        guard manifest.point.round == entry.round else {
            throw FileFailure(.damaged, "\(file) is of round \(manifest.point.round): its folder was renamed")
        }
        let policy = try PolicyFolder<Description>(readingFrom: folder, files: files, records: manifest.files)
        guard policy.digest.description == manifest.tableDigest,
            let stateRecord = manifest.files.first(where: { $0.name == StateFile.name })
        else {
            throw FileFailure(
                .damaged,
                "\(folder): the table's digest is \(policy.digest), its manifest says \(manifest.tableDigest)"
            )
        }
        var table = policy.table
        table.updateCount = manifest.updates
        let checkpoint = Checkpoint(
            runIdentity: manifest.runIdentity,
            description: policy.description,
            point: manifest.point,
            table: table,
            sections: try StateFile.read(from: folder, files: files, record: stateRecord)
        )
        try checkpoint.checkLedger(file)
        return checkpoint
    }

    private static var partNames: [String] {
        [PolicyFiles.manifest, PolicyFiles.values, PolicyFiles.visits, StateFile.name]
    }
}
