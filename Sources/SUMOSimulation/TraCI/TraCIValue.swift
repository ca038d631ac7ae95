/// A typed value of TraCI, SUMO's control protocol.
///
/// Only the types that signals, lanes and detectors need.
package indirect enum TraCIValue: Sendable, Hashable {
    /// 0x07: one byte without sign.
    case unsignedByte(UInt8)
    /// 0x08: one byte with sign.
    case byte(Int8)
    /// 0x09: four bytes, big-endian.
    case integer(Int32)
    /// 0x0B: eight bytes, big-endian.
    case double(Double)
    /// 0x0C: a count of bytes and UTF-8.
    case string(String)
    /// 0x0E: a count and so many strings.
    case stringList([String])
    /// 0x0F: a count and so many typed values.
    case compound([TraCIValue])
    /// 0x10: a count and so many doubles.
    case doubleList([Double])

    /// The byte that names the type.
    var tag: UInt8 {
        switch self {
        case .unsignedByte: 0x07
        case .byte: 0x08
        case .integer: 0x09
        case .double: 0x0B
        case .string: 0x0C
        case .stringList: 0x0E
        case .compound: 0x0F
        case .doubleList: 0x10
        }
    }

    /// The number, if it is an integer.
    package var integer: Int? { if case .integer(let value) = self { Int(value) } else { nil } }

    /// The number, if it is a double.
    package var double: Double? { if case .double(let value) = self { value } else { nil } }

    /// The text, if it is a string.
    package var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The texts, if it is a list of strings.
    package var stringList: [String]? { if case .stringList(let value) = self { value } else { nil } }

    /// The parts, if it is a compound.
    package var compound: [TraCIValue]? { if case .compound(let value) = self { value } else { nil } }
}
