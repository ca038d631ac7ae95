internal import Foundation
internal import TabularLearning

/// What a run saved of itself besides the table, in one file: named sections as words, little-endian and of 32 bits.
enum StateFile {
    static let name = "state.bin"

    static func write(_ sections: SavedSections, to folder: String, files: any FileTree) throws(FileFailure)
        -> FileRecord
    {
        try files.write(Data(), sections.words, to: folder, named: name) { $0 }
    }

    static func read(from folder: String, files: any FileTree, record: FileRecord) throws(FileFailure) -> SavedSections
    {
        let file = folder + "/" + name
        let byteCount = try files.byteCount(of: file)
        var words: [UInt32] = []
        try files.read(file, expecting: record) { (block) throws(FileFailure) in
            guard block.count % 4 == 0, 4 * words.count + block.count <= byteCount else {
                throw FileFailure(.damaged, "\(file) is cut short, or was changed while it was read")
            }
            words.reserveCapacity(byteCount / 4)
            LittleEndian.forEachWord(in: block.span) { words.append($1) }
        }
        do {
            return try SavedSections(words)
        } catch {
            throw FileFailure(.damaged, "\(file) does not hold a run's state: \(error)")
        }
    }
}
