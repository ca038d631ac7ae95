internal import Crypto
public import TabularLearning

/// The SHA-256 of a table's canonical dump: what two runs that learned the same have in common.
///
/// The dump has, for each state in order and each action in order, the value as a little-endian IEEE 754 single and the
/// visit count as a little-endian 32-bit number.
public struct TableDigest: Sendable, Hashable, CustomStringConvertible {
    /// 64 hexadecimal digits in lower case.
    public let description: String

    /// Takes a digest that was written down.
    ///
    /// - Parameter text: 64 hexadecimal digits in lower case.
    public init?(_ text: String) {
        guard text.utf8.count == 64, text.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else { return nil }
        description = text
    }

    /// Computes the digest of a whole table, one row per state.
    public init(of table: ActionValueTable) {
        var hash = SHA256()
        let cells = table.cells
        for start in stride(from: 0, to: cells.count, by: 4096) {
            hash.update(data: LittleEndian.bytes(of: cells[start..<min(start + 4096, cells.count)]))
        }
        description = hexadecimal(hash.finalize())
    }
}

/// Writes bytes as hexadecimal digits in lower case.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}

/// Numbers as the bytes that files and digests hold.
enum LittleEndian {
    static func bytes(of cells: ArraySlice<ActionValueTable.Cell>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(cells.count * 8)
        for cell in cells {
            append(cell.value.bitPattern, to: &bytes)
            append(cell.visitCount, to: &bytes)
        }
        return bytes
    }

    static func append(_ word: UInt32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: word))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word >> 16))
        bytes.append(UInt8(truncatingIfNeeded: word >> 24))
    }

    static func word(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt32 {
        let start = bytes.startIndex + 4 * index
        return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
            | UInt32(bytes[start + 3]) << 24
    }
}
