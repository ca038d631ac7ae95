internal import Foundation
internal import TabularLearning

/// The form of a two-dimensional array of 32-bit numbers in numpy's `.npy` file format, version 1.0.
///
/// Source: NEP 1, *A Simple File Format for NumPy Arrays*.
struct NumpyArray {
    /// What the 32 bits mean.
    enum Element: String {
        case float = "<f4"
        case unsigned = "<u4"
    }

    let element: Element
    let rowCount: Int
    let columnCount: Int

    /// What stands before the numbers, which follow row-major.
    var header: Data {
        var text =
            "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(rowCount), \(columnCount)), }"
        text += String(repeating: " ", count: 63 - (text.utf8.count + 10) % 64) + "\n"
        let length = UInt16(text.utf8.count)
        return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]) + Data(text.utf8)
    }

    /// Finds where the numbers start.
    ///
    /// - Parameters:
    ///   - block: The file's first block.
    ///   - byteCount: The size of the whole file.
    /// - Returns: The offset of the first number in the block.
    /// - Throws: `FileFailure` with code `damaged` when the file does not hold exactly this kind and shape.
    func start(in block: Data, ofFileWith byteCount: Int) throws(FileFailure) -> Int {
        let bytes = block.span
        guard bytes.count >= 10, block.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw FileFailure(.damaged, "not a numpy file")
        }
        let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        guard bytes[6] == 1, start <= bytes.count, start % 4 == 0 else {
            throw FileFailure(.damaged, "not a numpy file of version 1")
        }
        let header = String(decoding: block.prefix(start).dropFirst(10), as: UTF8.self)
        guard header.contains("'\(element.rawValue)'"), header.contains("'fortran_order': False"),
            header.contains("(\(rowCount), \(columnCount))")
        else {
            throw FileFailure(
                .damaged,
                "the array is not \(rowCount) × \(columnCount) of \(element.rawValue): \(header)"
            )
        }
        let needed = 4 * rowCount * columnCount
        guard byteCount - start == needed else {
            let side = byteCount - start < needed ? "cut short" : "too long"
            throw FileFailure(
                .damaged,
                "\(byteCount - start) bytes of data instead of \(needed): the file is \(side)"
            )
        }
        return start
    }
}
