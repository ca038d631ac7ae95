/// Reads what `WordWriter` wrote; never traps, whatever the words are.
///
/// A count is checked against the words that are left before anything is allocated for it.
public struct WordReader: Sendable {
    /// Words that do not hold what was expected.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong, and where.
        public let description: String

        /// Creates a failure.
        public init(_ description: String) {
            self.description = description
        }
    }

    private let words: [UInt32]

    /// The index of the next word.
    public private(set) var position: Int

    /// Creates a reader at a position.
    public init(_ words: [UInt32], at position: Int = 0) {
        self.words = words
        self.position = position
    }

    /// The number of words that are left.
    public var remaining: Int { words.count - position }

    /// Reads one word.
    public mutating func word() throws(Failure) -> UInt32 {
        guard remaining >= 1 else { throw ended(needing: 1) }
        position += 1
        return words[position - 1]
    }

    /// Reads a 64-bit number.
    public mutating func long() throws(Failure) -> UInt64 {
        guard remaining >= 2 else { throw ended(needing: 2) }
        position += 2
        return UInt64(words[position - 2]) | UInt64(words[position - 1]) << 32
    }

    /// Reads an integer written as 64 bits.
    public mutating func integer() throws(Failure) -> Int {
        Int(Int64(bitPattern: try long()))
    }

    /// Reads a `Float`.
    public mutating func float() throws(Failure) -> Float {
        Float(bitPattern: try word())
    }

    /// Reads a `Double`.
    public mutating func double() throws(Failure) -> Double {
        Double(bitPattern: try long())
    }

    /// Reads a truth value; anything but 0 and 1 is a failure.
    public mutating func truth() throws(Failure) -> Bool {
        let value = try word()
        guard value <= 1 else { throw Failure("word \(position - 1) is \(value), not a truth value (0 or 1)") }
        return value == 1
    }

    /// Reads UTF-8 text.
    public mutating func text() throws(Failure) -> String {
        let byteCount = Int(try word())
        let wordCount = (byteCount + 3) / 4
        guard wordCount <= remaining else { throw ended(needing: wordCount) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        for index in 0..<byteCount {
            bytes.append(UInt8(truncatingIfNeeded: words[position + index / 4] >> (8 * (index % 4))))
        }
        position += wordCount
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("the text before word \(position) is not UTF-8")
        }
        return text
    }

    /// Reads words without a length.
    public mutating func words(_ count: Int) throws(Failure) -> ArraySlice<UInt32> {
        guard count >= 0, count <= remaining else { throw ended(needing: count) }
        position += count
        return words[(position - count)..<position]
    }

    /// Reads a count and that many words.
    public mutating func wordArray() throws(Failure) -> [UInt32] {
        let count = try count(wordsEach: 1)
        return Array(try words(count))
    }

    /// Reads a count and that many 64-bit numbers.
    public mutating func longArray() throws(Failure) -> [UInt64] {
        let count = try count(wordsEach: 2)
        var values: [UInt64] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try long()) }
        return values
    }

    /// Reads a count and that many integers.
    public mutating func integerArray() throws(Failure) -> [Int] {
        try longArray().map { Int(Int64(bitPattern: $0)) }
    }

    /// Reads a count and that many `Float`s.
    public mutating func floatArray() throws(Failure) -> [Float] {
        try wordArray().map { Float(bitPattern: $0) }
    }

    /// Reads a count and that many `Double`s.
    public mutating func doubleArray() throws(Failure) -> [Double] {
        try longArray().map { Double(bitPattern: $0) }
    }

    /// Reads a count and that many bytes.
    public mutating func byteArray() throws(Failure) -> [UInt8] {
        let values = try wordArray()
        guard values.allSatisfy({ $0 <= 255 }) else {
            throw Failure("the bytes before word \(position) hold a number above 255")
        }
        return values.map { UInt8($0) }
    }

    /// Checks that nothing is left.
    public func finish() throws(Failure) {
        guard remaining == 0 else { throw Failure("\(remaining) words too many, from word \(position) on") }
    }

    private mutating func count(wordsEach width: Int) throws(Failure) -> Int {
        let count = Int(try word())
        guard count * width <= remaining else { throw ended(needing: count * width) }
        return count
    }

    private func ended(needing needed: Int) -> Failure {
        Failure("\(needed) more words expected at word \(position), \(remaining) are left")
    }
}
