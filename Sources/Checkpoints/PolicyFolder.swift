public import Foundation
public import TabularLearning

/// A finished table on disk: what `train` leaves and `evaluate` and `table` read.
///
/// `policy.json` says what the table is; `action-values.npy` and `visit-counts.npy` hold it, [states × actions], for
/// any program that reads numpy's format.
public struct PolicyFolder<Description: Codable & Sendable>: Sendable {
    /// What the table was learned on, in the form the scenario's owner gave it.
    public let description: Description
    /// The table, one row per state.
    public let table: ActionValueTable
    /// The table's digest.
    public let digest: TableDigest

    /// Collects a finished table and its description.
    public init(description: Description, table: ActionValueTable) {
        self.description = description
        self.table = table
        digest = TableDigest(of: table)
    }

    private struct Manifest: Codable {
        var format = 1
        var stateCount: Int
        var actionCount: Int
        var tableDigest: String
        var policy: Description
    }

    private static var manifestName: String { "policy.json" }
    private static var valuesName: String { "action-values.npy" }
    private static var visitsName: String { "visit-counts.npy" }

    /// Writes the folder; an older `policy.json` goes first, the new one comes last: a folder with one is complete.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public func write(to folder: URL) throws(FileFailure) {
        try? FileManager.default.removeItem(at: folder.appendingPathComponent(Self.manifestName))
        try writeArrays(to: folder)
        let manifest = Manifest(
            stateCount: table.rowCount,
            actionCount: table.actionCount,
            tableDigest: digest.description,
            policy: description
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(manifest) else {
            throw FileFailure(.inaccessible, "cannot write \(folder.path): its description has no JSON form")
        }
        try AtomicFile.write(json, to: folder.appendingPathComponent(Self.manifestName))
    }

    /// Writes only the two arrays.
    ///
    /// - Throws: `FileFailure` with code `inaccessible`.
    public func writeArrays(to folder: URL) throws(FileFailure) {
        try AtomicFile.makeFolder(folder)
        try AtomicFile.write(array(.float) { $0.value.bitPattern }, to: folder.appendingPathComponent(Self.valuesName))
        try AtomicFile.write(array(.unsigned) { $0.visitCount }, to: folder.appendingPathComponent(Self.visitsName))
    }

    private func array(_ element: NumpyArray.Element, _ bits: (ActionValueTable.Cell) -> UInt32) -> Data {
        NumpyArray(
            element: element,
            rowCount: table.rowCount,
            columnCount: table.actionCount,
            words: table.cells.map(bits)
        ).encoded()
    }

    /// Reads a folder and checks its digest.
    ///
    /// - Throws: `FileFailure` when the folder is not there, or is not what `write` left.
    public init(readingFrom folder: URL) throws(FileFailure) {
        let manifestFile = folder.appendingPathComponent(Self.manifestName)
        guard FileManager.default.fileExists(atPath: manifestFile.path) else {
            throw FileFailure(
                .inaccessible,
                "\(folder.path) is no policy folder: it has no readable \(Self.manifestName) "
                    + "(train with --output to make one)"
            )
        }
        let data = try AtomicFile.read(manifestFile)
        let manifest: Manifest
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: data)
        } catch {
            throw FileFailure(.damaged, "\(manifestFile.path) is not the description of a policy: \(error)")
        }
        let (rows, columns) = (manifest.stateCount, manifest.actionCount)
        guard manifest.format == 1, rows >= 1, (1...64).contains(columns),
            UInt64(rows) <= ActionValueTable.maximumCellCount / UInt64(columns)
        else {
            throw FileFailure(
                .damaged,
                "\(manifestFile.path) describes format \(manifest.format) with \(rows) states and \(columns) actions, "
                    + "which this release does not read"
            )
        }
        let values = try Self.load(folder, Self.valuesName, .float, rows, columns)
        let visits = try Self.load(folder, Self.visitsName, .unsigned, rows, columns)
        var table = ActionValueTable(rowCount: rows, actionCount: columns, initialValue: 0)
        table.replaceCells(
            from: 0,
            with: zip(values, visits).map { .init(value: Float(bitPattern: $0), visitCount: $1) }
        )
        self.init(description: manifest.policy, table: table)
        guard digest.description == manifest.tableDigest else {
            throw FileFailure(
                .damaged,
                "\(folder.path): the table's digest is \(digest), \(Self.manifestName) says \(manifest.tableDigest)"
            )
        }
    }

    private static func load(
        _ folder: URL,
        _ name: String,
        _ element: NumpyArray.Element,
        _ rows: Int,
        _ columns: Int
    ) throws(FileFailure) -> [UInt32] {
        let file = folder.appendingPathComponent(name)
        let data = try AtomicFile.read(file)
        do {
            return try NumpyArray(data, element: element, rowCount: rows, columnCount: columns).words
        } catch {
            throw FileFailure(.damaged, "\(file.path): \(error)")
        }
    }
}
