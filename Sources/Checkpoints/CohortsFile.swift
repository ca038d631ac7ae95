internal import Foundation
internal import TabularLearning

/// What the cohorts saved of themselves, in one file: the number of cohorts, then for each the number of its words and
/// the words, all little-endian and of 32 bits.
enum CohortsFile {
    static let name = "cohorts.bin"

    static func write(_ cohorts: [[UInt32]], to folder: String, files: any FileTree) throws(FileFailure) -> FileRecord {
        var words = [UInt32(cohorts.count)]
        words.reserveCapacity(cohorts.reduce(1) { $0 + 1 + $1.count })
        for cohort in cohorts {
            words.append(UInt32(cohort.count))
            words += cohort
        }
        return try files.write(Data(), words, to: folder, named: name) { $0 }
    }

    static func read(from folder: String, files: any FileTree, record: FileRecord) throws(FileFailure) -> [[UInt32]] {
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
            return try cohorts(in: words)
        } catch {
            throw FileFailure(.damaged, "\(file) does not hold the cohorts' state: \(error)")
        }
    }

    private static func cohorts(in words: [UInt32]) throws(WordReader.Failure) -> [[UInt32]] {
        var reader = WordReader(words)
        var cohorts: [[UInt32]] = []
        for _ in 0..<(try reader.word()) { cohorts.append(try reader.wordArray()) }
        try reader.finish()
        return cohorts
    }
}
