/// Bytes in words, four to a word, the first lowest; what is behind the last is 0.
enum PackedBytes {
    /// Appends bytes.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - words: What they are appended to.
    ///   - byte: The byte of each index below `count`.
    @inline(__always)
    static func append(_ count: Int, to words: inout [UInt32], _ byte: (Int) -> UInt8) {
        let start = words.count
        words.append(contentsOf: repeatElement(0, count: (count + 3) / 4))
        var words = words.mutableSpan
        let whole = count / 4
        for index in 0..<whole {
            let first = 4 &* index
            let low = UInt32(byte(first)) | UInt32(byte(first &+ 1)) &<< 8
            words[start &+ index] = low | UInt32(byte(first &+ 2)) &<< 16 | UInt32(byte(first &+ 3)) &<< 24
        }
        for index in 4 * whole..<count { words[start + whole] |= UInt32(byte(index)) << UInt32(8 * (index % 4)) }
    }

    /// The first bytes of some words.
    static func bytes(_ count: Int, in words: Span<UInt32>) -> [UInt8] {
        var bytes = Array(repeating: UInt8(0), count: count)
        var span = bytes.mutableSpan
        let whole = count / 4
        for index in 0..<whole {
            let (first, word) = (4 &* index, words[index])
            span[first] = UInt8(truncatingIfNeeded: word)
            span[first &+ 1] = UInt8(truncatingIfNeeded: word &>> 8)
            span[first &+ 2] = UInt8(truncatingIfNeeded: word &>> 16)
            span[first &+ 3] = UInt8(truncatingIfNeeded: word &>> 24)
        }
        for index in 4 * whole..<count {
            span[index] = UInt8(truncatingIfNeeded: words[whole] >> UInt32(8 * (index % 4)))
        }
        return bytes
    }
}
