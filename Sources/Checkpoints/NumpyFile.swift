public import Foundation

/// Two-dimensional arrays of 32-bit numbers as whole files of numpy's `.npy` format.
public enum NumpyFile {
    /// Writes an array.
    ///
    /// - Parameters:
    ///   - values: [rows × columns], row-major.
    ///   - rowCount: The rows.
    ///   - columnCount: The columns.
    /// - Returns: The file.
    public static func data(_ values: [Float], rowCount: Int, columnCount: Int) -> Data {
        precondition(values.count == rowCount * columnCount, "as many numbers as rows and columns say")
        var block = Data()
        LittleEndian.store(values.span, into: &block) { $0.bitPattern }
        return NumpyArray(element: .float, rowCount: rowCount, columnCount: columnCount).header + block
    }

    /// Reads an array of a shape that is known.
    ///
    /// - Parameters:
    ///   - data: The file.
    ///   - rowCount: The rows.
    ///   - columnCount: The columns.
    /// - Returns: [rows × columns], row-major.
    /// - Throws: `FileFailure` with code `damaged` when the file does not hold exactly this.
    public static func values(in data: Data, rowCount: Int, columnCount: Int) throws(FileFailure) -> [Float] {
        let array = NumpyArray(element: .float, rowCount: rowCount, columnCount: columnCount)
        let start = try array.start(in: data, ofFileWith: data.count)
        var values: [Float] = []
        values.reserveCapacity(rowCount * columnCount)
        LittleEndian.forEachWord(in: Data(data.dropFirst(start)).span) { values.append(Float(bitPattern: $1)) }
        return values
    }
}
