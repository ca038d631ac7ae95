internal import Foundation
internal import Hashing
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
        var block = Data()
        let cells = table.cells
        let step = LittleEndian.blockByteCount / 8
        for start in stride(from: 0, to: cells.count, by: step) {
            let range = start..<min(start + step, cells.count)
            LittleEndian.store(cells.span.extracting(range), into: &block) { cell in
                UInt64(cell.value.bitPattern) | UInt64(cell.visitCount) << 32
            }
            hash.update(block)
        }
        description = hexadecimal(hash.finalize())
    }
}

/// Writes bytes as hexadecimal digits in lower case.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
}
