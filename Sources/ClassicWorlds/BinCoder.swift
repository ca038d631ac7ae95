/// Real numbers as one of finitely many states, by edges: level k lies from the k-th edge up to, without, the next one.
///
/// A state is the mixed-radix number of the levels, the first number counting most. What `EdgesCoder` of the Python package is.
public struct BinCoder: Sendable, Hashable, Codable {
    /// For each number the edges between its levels, ascending.
    public var edges: [[Double]]

    /// By given edges.
    public init(edges: [[Double]]) { self.edges = edges }

    /// As many equal bins between bounds; what lies beyond falls into the first or the last.
    ///
    /// - Parameters:
    ///   - ranges: The bounds of each number.
    ///   - counts: The bins of each number, at least 1.
    public init(_ ranges: [ClosedRange<Double>], counts: [Int]) {
        edges = zip(ranges, counts).map { range, count in
            (1..<max(2, count)).prefix(max(0, count - 1)).map { edge in
                range.lowerBound + (range.upperBound - range.lowerBound) * Double(edge) / Double(count)
            }
        }
    }

    /// The levels of each number.
    public var levelCounts: [Int] { edges.map { $0.count + 1 } }

    /// The most states that a table is made for.
    public static let mostStates = 1 << 24

    /// Looks for what is wrong with the edges.
    ///
    /// - Parameter count: How many numbers there are to be.
    /// - Returns: A sentence; `nil` where nothing is wrong.
    public func finding(for count: Int) -> String? {
        guard edges.count == count else { return "edges for \(edges.count) numbers, there are \(count)" }
        for row in edges where !row.allSatisfy(\.isFinite) || !zip(row, row.dropFirst()).allSatisfy({ $0 < $1 }) {
            return "edges \(row) are not finite and ascending"
        }
        var states = 1
        for levels in levelCounts {
            let (product, overflow) = states.multipliedReportingOverflow(by: levels)
            guard !overflow, product <= Self.mostStates else { return "bins make more than \(Self.mostStates) states" }
            states = product
        }
        return nil
    }

    /// The state of some numbers.
    @inlinable
    public func state(of numbers: SIMD4<Double>) -> UInt64 {
        var state: UInt64 = 0
        for index in edges.indices {
            let row = edges[index]
            var (low, high) = (0, row.count)
            while low < high {
                let middle = (low + high) / 2
                if row[middle] <= numbers[index] { low = middle + 1 } else { high = middle }
            }
            state = state * UInt64(row.count + 1) + UInt64(low)
        }
        return state
    }
}
