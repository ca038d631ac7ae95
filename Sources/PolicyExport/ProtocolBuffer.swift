/// A message of Protocol Buffers that grows field by field.
struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Appends a whole number.
    mutating func add(_ field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    /// Appends text.
    mutating func add(_ field: UInt64, _ text: String) { add(field, Array(text.utf8)) }

    /// Appends a message.
    mutating func add(_ field: UInt64, _ message: ProtocolBuffer) { add(field, message.bytes) }

    /// Appends a message that is made here.
    mutating func add(_ field: UInt64, _ make: (inout ProtocolBuffer) -> Void) {
        var message = ProtocolBuffer()
        make(&message)
        add(field, message)
    }

    /// Appends 32-bit words, little-endian.
    mutating func add(_ field: UInt64, words: [UInt32]) {
        varint(field << 3 | 2)
        varint(UInt64(words.count) * 4)
        bytes.reserveCapacity(bytes.count + words.count * 4)
        for word in words {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift))) }
        }
    }

    private mutating func add(_ field: UInt64, _ content: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }
}
