internal import Foundation
internal import ProcessLimits
internal import TabularLearning

/// The files of a policy folder.
enum PolicyFiles {
    static let manifest = "policy.json"
    static let values = "action-values.npy"
    static let visits = "visit-counts.npy"

    /// Reads both arrays into cells, row-major; allocates nothing before a file of the right size was found.
    static func cells(
        in folder: String,
        files: any FileTree,
        records: [FileRecord],
        rows: Int,
        columns: Int
    ) throws(FileFailure) -> [ActionValueTable.Cell] {
        let values = ArrayFile(
            path: folder + "/" + Self.values,
            form: NumpyArray(element: .float, rowCount: rows, columnCount: columns),
            record: records.first { $0.name == Self.values }
        )
        let visits = ArrayFile(
            path: folder + "/" + Self.visits,
            form: NumpyArray(element: .unsigned, rowCount: rows, columnCount: columns),
            record: records.first { $0.name == Self.visits }
        )
        var cells: [ActionValueTable.Cell] = []
        try values.read(files, into: &cells) { $0.value = Float(bitPattern: $1) }
        try visits.read(files, into: &cells) { $0.visitCount = $1 }
        if let stray = cells.firstIndex(where: { !$0.value.isFinite }) {
            throw FileFailure(
                .damaged,
                "\(values.path): the value of state \(stray / columns), action \(stray % columns) is "
                    + "\(cells[stray].value), which no learning ends in: use another policy or checkpoint"
            )
        }
        return cells
    }

    /// One array and where it is.
    private struct ArrayFile {
        let path: String
        let form: NumpyArray
        let record: FileRecord?

        @inline(__always)
        func read(
            _ files: any FileTree,
            into cells: inout [ActionValueTable.Cell],
            _ set: (inout ActionValueTable.Cell, UInt32) -> Void
        ) throws(FileFailure) {
            let byteCount = try files.byteCount(of: path)
            let cellCount = form.rowCount * form.columnCount
            var position: Int?
            try files.read(path, expecting: record) { (block) throws(FileFailure) in
                var start = 0
                if position == nil {
                    start = try self.start(in: block, ofFileWith: byteCount)
                    if cells.isEmpty { cells = try room(for: cellCount) }
                }
                let first = position ?? 0
                let count = (block.count - start) / 4
                guard first + count <= cellCount else { throw changed }
                Self.store(block.span.extracting(start...), into: &cells, from: first, set)
                position = first + count
            }
            guard position == cellCount else { throw position == nil ? empty : changed }
        }

        /// Cells for the array and, as whoever reads it makes a table of them, for a copy.
        private func room(for cellCount: Int) throws(FileFailure) -> [ActionValueTable.Cell] {
            let byteCount = UInt64(2 * cellCount * MemoryLayout<ActionValueTable.Cell>.size)
            do throws(BeyondLimit) {
                try MemoryBudget.own.check(byteCount, for: "to read the table of \(path)", "use a larger machine")
            } catch {
                throw FileFailure(.tooLarge, error.description)
            }
            return Array(repeating: .init(value: 0, visitCount: 0), count: cellCount)
        }

        private func start(in block: Data, ofFileWith byteCount: Int) throws(FileFailure) -> Int {
            do {
                return try form.start(in: block, ofFileWith: byteCount)
            } catch {
                throw FileFailure(error.code, "\(path): \(error)")
            }
        }

        private var empty: FileFailure { FileFailure(.damaged, "\(path): not a numpy file, it is empty") }

        private var changed: FileFailure { FileFailure(.damaged, "\(path) was changed while it was read") }

        @inline(__always)
        private static func store(
            _ bytes: Span<UInt8>,
            into cells: inout [ActionValueTable.Cell],
            from first: Int,
            _ set: (inout ActionValueTable.Cell, UInt32) -> Void
        ) {
            var cells = cells.mutableSpan
            LittleEndian.forEachWord(in: bytes) { index, word in set(&cells[first &+ index], word) }
        }
    }
}
