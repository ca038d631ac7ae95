/// Writes values as a sequence of 32-bit words: the form of message bodies and of saved state.
///
/// Words rather than bytes, so that arrays of `Float` and `UInt32` pass without unsafe code; whoever moves words to a
/// socket or a file writes each one little-endian.
public struct WordWriter: Sendable {
    /// What has been written.
    public private(set) var words: [UInt32]

    /// Creates a writer.
    ///
    /// - Parameter words: What is already there; its memory is reused.
    public init(_ words: [UInt32] = []) {
        self.words = words
    }

    /// Appends one word.
    public mutating func write(_ value: UInt32) {
        words.append(value)
    }

    /// Appends a 64-bit number, its low word first.
    public mutating func write(_ value: UInt64) {
        words.append(UInt32(truncatingIfNeeded: value))
        words.append(UInt32(truncatingIfNeeded: value >> 32))
    }

    /// Appends an integer as 64 bits.
    public mutating func write(_ value: Int) {
        write(UInt64(bitPattern: Int64(value)))
    }

    /// Appends the IEEE 754 bits of a `Float`.
    public mutating func write(_ value: Float) {
        words.append(value.bitPattern)
    }

    /// Appends the IEEE 754 bits of a `Double`.
    public mutating func write(_ value: Double) {
        write(value.bitPattern)
    }

    /// Appends a truth value as 0 or 1.
    public mutating func write(_ value: Bool) {
        words.append(value ? 1 : 0)
    }

    /// Appends UTF-8 text: its length in bytes, then four bytes a word, padded with zeros.
    public mutating func write(_ text: String) {
        let bytes = Array(text.utf8)
        words.append(UInt32(bytes.count))
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var word: UInt32 = 0
            for offset in 0..<min(4, bytes.count - start) { word |= UInt32(bytes[start + offset]) << (8 * offset) }
            words.append(word)
        }
    }

    /// Appends words as they are, without a length.
    public mutating func append(_ values: some Collection<UInt32>) {
        words.append(contentsOf: values)
    }

    /// Appends a count and that many words.
    public mutating func write(_ values: [UInt32]) {
        words.append(UInt32(values.count))
        words.append(contentsOf: values)
    }

    /// Appends a count and that many 64-bit numbers.
    public mutating func write(_ values: [UInt64]) {
        words.append(UInt32(values.count))
        for value in values { write(value) }
    }

    /// Appends a count and that many integers.
    public mutating func write(_ values: [Int]) {
        words.append(UInt32(values.count))
        for value in values { write(value) }
    }

    /// Appends a count and that many `Float`s.
    public mutating func write(_ values: [Float]) {
        words.append(UInt32(values.count))
        for value in values { words.append(value.bitPattern) }
    }

    /// Appends a count and that many `Double`s.
    public mutating func write(_ values: [Double]) {
        words.append(UInt32(values.count))
        for value in values { write(value) }
    }

    /// Appends a count and that many bytes, one a word.
    public mutating func write(_ values: [UInt8]) {
        words.append(UInt32(values.count))
        for value in values { words.append(UInt32(value)) }
    }
}
