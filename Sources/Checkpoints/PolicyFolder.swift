public import Foundation
public import TabularLearning

/// A finished table on disk: what `train` leaves and `evaluate` and `table` read.
///
/// `policy.json` says what the table is; `action-values.npy` and `visit-counts.npy` hold it, [states × actions], of a rule with
/// several planes [states × planes · actions], for any program that reads numpy's format.
public struct PolicyFolder<Description: Codable & Sendable>: Sendable {
    /// What the table was learned on, in the form the scenario's owner gave it.
    public let description: Description
    /// The table, one row per state.
    public let table: ActionValueTable
    /// The table's digest.
    public let digest: TableDigest
    /// The names of its states and actions, for whoever reads the folder without the scenario.
    private let space: StateNames?
    /// What `policy.json` said the digest was, of a folder that was read; of another one the digest.
    public let statedDigest: String

    /// Collects a finished table and its description.
    ///
    /// - Parameters:
    ///   - description: What the table was learned on.
    ///   - table: One row per state.
    ///   - space: Names the states and actions; of as many as the table has.
    public init(description: Description, table: ActionValueTable, space: StateSpace? = nil) {
        self.description = description
        self.table = table
        self.space = space.map(StateNames.init)
        let digest = TableDigest(of: table)
        (self.digest, statedDigest) = (digest, digest.description)
    }

    private init(description: Description, table: ActionValueTable, statedDigest: String) {
        self.description = description
        self.table = table
        space = nil
        self.statedDigest = statedDigest
        digest = TableDigest(of: table)
    }

    /// Writes the folder; an older `policy.json` goes first, the new one comes last: a folder with one is complete.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public func write(to folder: URL) throws(FileFailure) {
        try AtomicFile.makeFolder(folder)
        try DiskFiles().remove(folder.appendingPathComponent(PolicyFiles.manifest).path)
        try DiskFiles().synchronize(folder: folder.path)
        try writeArrays(to: folder)
        try AtomicFile.write(try manifest(), to: folder.appendingPathComponent(PolicyFiles.manifest))
    }

    /// Writes only the two arrays.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public func writeArrays(to folder: URL) throws(FileFailure) {
        try AtomicFile.makeFolder(folder)
        _ = try writeArrays(to: folder.path, files: DiskFiles())
        try DiskFiles().synchronize(folder: folder.path)
    }

    /// Writes all three files into a folder that nobody reads yet.
    func write(to folder: String, files: any FileTree) throws(FileFailure) -> [FileRecord] {
        try writeArrays(to: folder, files: files)
            + [try files.write(try manifest(), to: folder, named: PolicyFiles.manifest)]
    }

    private func writeArrays(to folder: String, files: any FileTree) throws(FileFailure) -> [FileRecord] {
        let (rows, columns) = (table.rowCount, table.width)
        let values = NumpyArray(element: .float, rowCount: rows, columnCount: columns)
        let visits = NumpyArray(element: .unsigned, rowCount: rows, columnCount: columns)
        return [
            try files.write(values.header, table.cells, to: folder, named: PolicyFiles.values) { $0.value.bitPattern },
            try files.write(visits.header, table.cells, to: folder, named: PolicyFiles.visits) { $0.visitCount },
        ]
    }

    private func manifest() throws(FileFailure) -> Data {
        let manifest = PolicyManifest(
            stateCount: table.rowCount,
            actionCount: table.actionCount,
            planes: table.planeCount == 1 ? nil : table.planeCount,
            tableDigest: digest.description,
            space: space,
            policy: description
        )
        return try JSONText.encode(manifest, named: PolicyFiles.manifest)
    }

    /// Reads a folder and checks its digest.
    ///
    /// - Throws: `FileFailure` when the folder is not there, or is not what `write` left.
    public init(readingFrom folder: URL) throws(FileFailure) {
        try self.init(readingUncheckedFrom: folder)
        try checkDigest(folder.path)
    }

    /// Reads a folder whatever its table's digest is, for whoever compares the table with another one.
    ///
    /// - Throws: `FileFailure` when the folder is not there, or holds no table.
    public init(readingUncheckedFrom folder: URL) throws(FileFailure) {
        let manifest = folder.appendingPathComponent(PolicyFiles.manifest).path
        guard FileManager.default.fileExists(atPath: manifest) else {
            throw FileFailure(
                .inaccessible,
                "\(folder.path) is no policy folder: it has no readable \(PolicyFiles.manifest) "
                    + "(train with --output to make one)"
            )
        }
        try self.init(readingUncheckedFrom: folder.path, files: DiskFiles(), records: [])
    }

    /// Reads a folder, and checks its digest and those of its files that have a record.
    init(readingFrom folder: String, files: any FileTree, records: [FileRecord]) throws(FileFailure) {
        try self.init(readingUncheckedFrom: folder, files: files, records: records)
        try checkDigest(folder)
    }

    private init(
        readingUncheckedFrom folder: String,
        files: any FileTree,
        records: [FileRecord]
    ) throws(FileFailure) {
        let file = folder + "/" + PolicyFiles.manifest
        let data = try files.contents(of: file, limit: JSONText.maximumByteCount)
        try records.first { $0.name == PolicyFiles.manifest }?.check(data, from: file)
        let manifest = try JSONText.decode(PolicyManifest<Description>.self, from: data, file: file)
        try manifest.check(file)
        let cells = try PolicyFiles.cells(
            in: folder,
            files: files,
            records: records,
            rows: manifest.stateCount,
            columns: manifest.actionCount * (manifest.planes ?? 1)
        )
        var table = ActionValueTable(
            rowCount: manifest.stateCount,
            actionCount: manifest.actionCount,
            planeCount: manifest.planes ?? 1,
            initialValue: 0
        )
        table.replaceCells(from: 0, with: cells)
        self.init(description: manifest.policy, table: table, statedDigest: manifest.tableDigest)
    }

    private func checkDigest(_ folder: String) throws(FileFailure) {
        guard digest.description == statedDigest else {
            throw FileFailure(
                .damaged,
                "\(folder): the table's digest is \(digest), \(PolicyFiles.manifest) says \(statedDigest)"
            )
        }
    }
}

/// What `policy.json` holds.
struct PolicyManifest<Description: Codable & Sendable>: Codable {
    var format = 1
    var stateCount: Int
    var actionCount: Int
    /// The values of each state and action, where they are several.
    var planes: Int?
    var tableDigest: String
    /// Written for others; this program has the names from the scenario.
    var space: StateNames?
    var policy: Description

    /// Checks that it describes a table that this release can hold, before anything is allocated for one.
    func check(_ file: String) throws(FileFailure) {
        guard format == 1, stateCount >= 1, (1...64).contains(actionCount),
            planes.map((2...ActionValueTable.mostPlanes).contains) ?? true,
            UInt64(stateCount) <= ActionValueTable.maximumCellCount / UInt64(actionCount * (planes ?? 1))
        else {
            throw FileFailure(
                .damaged,
                "\(file) describes format \(format) with \(stateCount) states and \(actionCount) actions, "
                    + "which this release does not read"
            )
        }
    }
}

/// The names of a table's states and actions as `policy.json` has them: states are mixed-radix numbers of their factors, the most
/// significant first.
struct StateNames: Codable, Sendable {
    /// One component of a state; its values have names, or are numbers from 0.
    struct Factor: Codable {
        var name: String
        var count: Int
        var levels: [String]?
    }

    var factors: [Factor]
    var actions: [String]

    init(_ space: StateSpace) {
        factors = space.factors.map {
            Factor(name: $0.name, count: $0.levelCount, levels: $0.levels.isEmpty ? nil : $0.levels)
        }
        actions = space.actions
    }
}
