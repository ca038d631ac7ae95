/// The numbers of a layer for some samples: [rows × columns], as vectors and as single numbers.
///
/// Kernels read the one form and the other: what is multiplied as a vector, and what multiplies one.
struct Activations: Sendable {
    private(set) var rowCount = 0
    let columnCount: Int
    /// Vectors of a row.
    let vectorCount: Int
    var vectors: [Vector] = []
    var scalars: [Float] = []

    init(columnCount: Int) {
        self.columnCount = columnCount
        vectorCount = (columnCount + 15) / 16
    }

    /// Numbers of a row, with what fills up its last vector.
    var width: Int { vectorCount * 16 }

    /// Makes room; what was there stays where the count is the same.
    mutating func resize(rows: Int) {
        guard rows != rowCount else { return }
        rowCount = rows
        vectors = Array(repeating: .zero, count: rows * vectorCount)
        scalars = Array(repeating: 0, count: rows * width)
    }

    /// Takes numbers, row by row.
    ///
    /// - Parameter numbers: [rows × `columnCount`].
    mutating func take(_ numbers: [Float]) {
        resize(rows: numbers.count / columnCount)
        for row in 0..<rowCount {
            for column in 0..<columnCount { scalars[row * width + column] = numbers[row * columnCount + column] }
        }
        pack()
    }

    /// Makes the vectors of the numbers.
    mutating func pack() {
        for index in vectors.indices {
            var vector = Vector()
            for lane in 0..<16 { vector[lane] = scalars[index &* 16 &+ lane] }
            vectors[index] = vector
        }
    }

    func value(_ row: Int, _ column: Int) -> Float { scalars[row * width + column] }
}
