internal import Foundation
internal import Hashing

/// Numbers as the bytes that files and digests hold, a block at a time.
///
/// Blocks are `Data`, whose bytes can be stored to a word at a time without unsafe code.
enum LittleEndian {
    /// The size of a full block: it stays in a core's cache while it is encoded, hashed and written.
    static let blockByteCount = 1 << 18

    /// Replaces a block by the words of these elements.
    @inline(__always)
    static func store<Element, Word: FixedWidthInteger & BitwiseCopyable>(
        _ elements: Span<Element>,
        into block: inout Data,
        _ word: (Element) -> Word
    ) {
        let width = MemoryLayout<Word>.size
        if block.count != elements.count &* width { block = Data(count: elements.count &* width) }
        var bytes = block.mutableBytes
        for index in 0..<elements.count {
            bytes.storeBytes(of: word(elements[index]).littleEndian, toByteOffset: index &* width, as: Word.self)
        }
    }

    /// Calls `body` with each whole 32-bit word, in order.
    @inline(__always)
    static func forEachWord(in bytes: Span<UInt8>, _ body: (_ index: Int, _ word: UInt32) -> Void) {
        for index in 0..<(bytes.count / 4) {
            let start = index &* 4
            let low = UInt32(bytes[start]) | UInt32(bytes[start &+ 1]) << 8
            let high = UInt32(bytes[start &+ 2]) | UInt32(bytes[start &+ 3]) << 8
            body(index, low | high << 16)
        }
    }
}

/// What a manifest says of a file beside it.
struct FileRecord: Codable, Hashable {
    let name: String
    let byteCount: Int
    /// 64 hexadecimal digits in lower case.
    let sha256: String
}

extension FileRecord {
    init(name: String, contents: Data) {
        self.init(name: name, byteCount: contents.count, sha256: SealedText.digest(of: contents))
    }

    /// Checks a file that was read as a whole.
    func check(_ contents: Data, from file: String) throws(FileFailure) {
        try check(byteCount: contents.count, from: file)
        try check(SealedText.digest(of: contents), from: file)
    }

    func check(byteCount found: Int, from file: String) throws(FileFailure) {
        guard found == byteCount else {
            throw FileFailure(
                .damaged,
                "\(file) has \(found) bytes, its manifest says \(byteCount): use another checkpoint"
            )
        }
    }

    func check(_ digest: String, from file: String) throws(FileFailure) {
        guard digest == sha256 else {
            throw FileFailure(
                .damaged,
                "\(file) is damaged: its SHA-256 is \(digest), its manifest says \(sha256): use another checkpoint"
            )
        }
    }
}

extension FileTree {
    /// Writes a header and then one word for each element, hashing on the way.
    @inline(__always)
    func write<Element: BitwiseCopyable>(
        _ header: Data,
        _ elements: [Element],
        to folder: String,
        named name: String,
        _ word: (Element) -> UInt32
    ) throws(FileFailure) -> FileRecord {
        var hash = SHA256()
        var position = 0
        var byteCount = 0
        try write(folder + "/" + name) { block in
            if byteCount == 0 && !header.isEmpty {
                block = header
            } else {
                let end = min(position + LittleEndian.blockByteCount / 4, elements.count)
                LittleEndian.store(elements.span.extracting(position..<end), into: &block, word)
                position = end
            }
            hash.update(block)
            byteCount += block.count
        }
        return FileRecord(name: name, byteCount: byteCount, sha256: hexadecimal(hash.finalize()))
    }

    /// Reads a file block by block and checks it against its record, if there is one.
    ///
    /// The record's size is checked before `body` is called; its hash only afterwards.
    func read(
        _ file: String,
        expecting record: FileRecord?,
        _ body: (Data) throws(FileFailure) -> Void
    ) throws(FileFailure) {
        guard let record else { return try read(file, body) }
        try record.check(byteCount: try byteCount(of: file), from: file)
        var hash = SHA256()
        try read(file) { (block) throws(FileFailure) in
            hash.update(block)
            try body(block)
        }
        try record.check(hexadecimal(hash.finalize()), from: file)
    }
}
