/// A log as a part of a checkpoint.
extension TurnLog {
    /// The name of the part.
    public static let sectionName = "turns"

    /// What a checkpoint holds of it: cohorts, turns, and its bytes, four a word.
    public var words: [UInt32] {
        let bytes = encoded
        var words = [UInt32(cohortCount), UInt32(clamping: count), UInt32(clamping: bytes.count)]
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word: UInt32 = 0
            for offset in 0..<min(4, bytes.count - start) { word |= UInt32(bytes[start + offset]) << (8 * offset) }
            words.append(word)
        }
        return words
    }

    /// Reads what `words` were.
    ///
    /// - Returns: `nil` when they are not those of a log.
    public init?(words: [UInt32]) {
        guard words.count >= 3, UInt64(words.count - 3) == (UInt64(words[2]) + 3) / 4 else { return nil }
        let byteCount = Int(words[2])
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: words[3 + $0 / 4] >> UInt32(8 * ($0 % 4))) }
        self.init(bytes, cohortCount: Int(clamping: words[0]), count: UInt64(words[1]))
        guard self.words == words else { return nil }
    }
}
