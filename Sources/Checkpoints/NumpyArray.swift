internal import Foundation

/// A two-dimensional array of 32-bit numbers in numpy's `.npy` file format, version 1.0.
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
    /// [rowCount × columnCount] bit patterns, row-major.
    let words: [UInt32]

    /// The whole file.
    func encoded() -> Data {
        var header =
            "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(rowCount), \(columnCount)), }"
        header += String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        bytes.append(UInt8(header.utf8.count & 0xFF))
        bytes.append(UInt8(header.utf8.count >> 8))
        bytes += Array(header.utf8)
        bytes.reserveCapacity(bytes.count + 4 * words.count)
        for word in words { LittleEndian.append(word, to: &bytes) }
        return Data(bytes)
    }

    init(element: Element, rowCount: Int, columnCount: Int, words: [UInt32]) {
        self.element = element
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.words = words
    }

    /// Reads a file that must hold exactly this kind and shape.
    init(_ data: Data, element: Element, rowCount: Int, columnCount: Int) throws(FileFailure) {
        let bytes = Array(data)
        guard bytes.count >= 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw FileFailure(.damaged, "not a numpy file")
        }
        let headerEnd = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        guard bytes[6] == 1, headerEnd <= bytes.count else {
            throw FileFailure(.damaged, "not a numpy file of version 1")
        }
        let header = String(decoding: bytes[10..<headerEnd], as: UTF8.self)
        guard header.contains("'\(element.rawValue)'"), header.contains("'fortran_order': False"),
            header.contains("(\(rowCount), \(columnCount))")
        else {
            throw FileFailure(
                .damaged,
                "the array is not \(rowCount) × \(columnCount) of \(element.rawValue): \(header)"
            )
        }
        guard bytes.count - headerEnd == 4 * rowCount * columnCount else {
            throw FileFailure(
                .damaged,
                "\(bytes.count - headerEnd) bytes of data instead of \(4 * rowCount * columnCount): the file is cut short"
            )
        }
        let body = bytes[headerEnd...]
        self.init(
            element: element,
            rowCount: rowCount,
            columnCount: columnCount,
            words: (0..<(rowCount * columnCount)).map { LittleEndian.word(body, at: $0) }
        )
    }
}
