/// The limit of a sequence of vectors that a linear map makes one from the other, foreseen from its first ones.
///
/// The limit is sought among the averages of the vectors, with weights that sum to 1, for the one that the map would change
/// least. As many slow parts of the sequence vanish as there are vectors, less two.
///
/// Source: Sidi, *Extrapolation vs. projection methods for linear systems of equations*, J. Comput. Appl. Math. 22, 1988.
package struct ReducedRankExtrapolation {
    /// At least three vectors of one length.
    private let vectors: [[Double]]

    package init(_ vectors: [[Double]]) {
        precondition(vectors.count >= 3)
        self.vectors = vectors
    }

    /// The foreseen limit.
    package var limit: [Double] {
        let changes = zip(vectors.dropFirst(), vectors).map(Self.subtract)
        let directions = zip(changes.dropFirst(), changes).map(Self.subtract)
        // Least squares of changes[0] + Σ weight · direction, by the modified Gram–Schmidt process.
        var result = vectors[0]
        var residual = changes[0]
        var basis: [(direction: [Double], step: [Double], square: Double)] = []
        for (direction, change) in zip(directions, changes) {
            // What is done to a direction is done to the step of the vectors that causes it.
            var (direction, step) = (direction, change)
            for known in basis {
                let share = Self.product(direction, known.direction) / known.square
                Self.add(-share, known.direction, to: &direction)
                Self.add(-share, known.step, to: &step)
            }
            let square = Self.product(direction, direction)
            guard square > 1e-24 * Self.product(changes[0], changes[0]) else { continue }
            let share = Self.product(residual, direction) / square
            Self.add(-share, direction, to: &residual)
            Self.add(-share, step, to: &result)
            basis.append((direction, step, square))
        }
        return result
    }

    private static func subtract(_ first: [Double], _ second: [Double]) -> [Double] {
        zip(first, second).map { $0 - $1 }
    }

    private static func product(_ first: [Double], _ second: [Double]) -> Double {
        zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static func add(_ factor: Double, _ vector: [Double], to sum: inout [Double]) {
        for index in sum.indices { sum[index] += factor * vector[index] }
    }
}
