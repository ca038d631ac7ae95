/// Reads the parts of an answer of SUMO; whatever the bytes are, the worst is an error.
package struct TraCIReader {
    /// What makes bytes unreadable.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong; of a refusal, SUMO's own words.
        package let description: String
        /// Whether the bytes are fine and say that SUMO will not do what it was asked for.
        package let isRefusal: Bool
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// Compounds within compounds deeper than this are refused.
    private static let maximumDepth = 8

    /// Begins at the first byte.
    package init(_ bytes: [UInt8]) {
        self.init(bytes, 0..<bytes.count)
    }

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// Whether everything has been read.
    package var isAtEnd: Bool { position == end }

    private var rest: Int { end - position }

    /// The length that a message announces in its first four bytes, itself included; `nil` before they are there.
    package static func messageLength(_ bytes: [UInt8]) throws(Failure) -> Int? {
        guard bytes.count >= 4 else { return nil }
        var reader = TraCIReader(bytes)
        let length = Int(try reader.integer())
        guard (4...(1 << 28)).contains(length) else { throw Failure("a message of \(length) bytes") }
        return length
    }

    package mutating func byte() throws(Failure) -> UInt8 {
        guard rest >= 1 else { throw Failure("the answer ends early") }
        position += 1
        return bytes[position - 1]
    }

    package mutating func integer() throws(Failure) -> Int32 {
        Int32(bitPattern: UInt32(truncatingIfNeeded: try big(4)))
    }

    package mutating func double() throws(Failure) -> Double { Double(bitPattern: try big(8)) }

    package mutating func string() throws(Failure) -> String {
        let range = try stringRange()
        return String(decoding: bytes[range], as: UTF8.self)
    }

    /// Reads past a string and says whether it is the expected one.
    package mutating func skipString(expecting text: [UInt8]) throws(Failure) -> Bool {
        let range = try stringRange()
        return range.count == text.count && bytes[range].elementsEqual(text)
    }

    private mutating func stringRange() throws(Failure) -> Range<Int> {
        let count = try self.count(ofAtLeast: 1)
        defer { position += count }
        return position..<(position + count)
    }

    /// Reads a count of things that take at least so many bytes each.
    private mutating func count(ofAtLeast size: Int) throws(Failure) -> Int {
        let count = Int(try integer())
        guard count >= 0, count <= rest / size else { throw Failure("a count of \(count) before \(rest) bytes") }
        return count
    }

    /// Reads a value with the byte that names its type.
    package mutating func value() throws(Failure) -> TraCIValue { try value(depth: 0) }

    private mutating func value(depth: Int) throws(Failure) -> TraCIValue {
        let tag = try byte()
        switch tag {
        case 0x07: return .unsignedByte(try byte())
        case 0x08: return .byte(Int8(bitPattern: try byte()))
        case 0x09: return .integer(try integer())
        case 0x0B: return .double(try double())
        case 0x0C: return .string(try string())
        case 0x0E:
            var values: [String] = []
            for _ in 0..<(try count(ofAtLeast: 4)) { values.append(try string()) }
            return .stringList(values)
        case 0x0F:
            guard depth < Self.maximumDepth else { throw Failure("compounds nested too deeply") }
            var values: [TraCIValue] = []
            for _ in 0..<(try count(ofAtLeast: 2)) { values.append(try value(depth: depth + 1)) }
            return .compound(values)
        case 0x10:
            var values: [Double] = []
            for _ in 0..<(try count(ofAtLeast: 8)) { values.append(try double()) }
            return .doubleList(values)
        default: throw Failure("a value of the unknown type \(tag)")
        }
    }

    /// Reads the head of a command or answer and returns its id and a reader of its body.
    package mutating func command() throws(Failure) -> (identifier: UInt8, body: TraCIReader) {
        let start = position
        var length = Int(try byte())
        if length == 0 { length = Int(try integer()) }
        guard length > position - start, length <= end - start else {
            throw Failure("a command of \(length) bytes where \(end - start) are left")
        }
        let last = start + length
        let identifier = try byte()
        let body = TraCIReader(bytes, position..<last)
        position = last
        return (identifier, body)
    }

    private mutating func big(_ count: Int) throws(Failure) -> UInt64 {
        guard rest >= count else { throw Failure("the answer ends early") }
        var value: UInt64 = 0
        for index in position..<(position + count) { value = value << 8 | UInt64(bytes[index]) }
        position += count
        return value
    }
}

extension TraCIReader.Failure {
    init(_ description: String) {
        self.description = description
        isRefusal = false
    }

    init(refusal words: String) {
        description = words.isEmpty ? "without a reason" : words
        isRefusal = true
    }
}
