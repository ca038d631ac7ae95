/// Whole numbers in a tree of sums, so that one is found in proportion to its share: sums are exact in any order.
package struct PrioritySum: Sendable {
    /// A power of two.
    private let leafCount: Int
    /// The root is 1; the children of i are 2 i and 2 i + 1.
    private var sums: [UInt64]

    package init(capacity: Int) {
        var count = 1
        while count < capacity { count *= 2 }
        leafCount = count
        sums = Array(repeating: 0, count: 2 * count)
    }

    /// The sum of all.
    package var total: UInt64 { sums[1] }

    /// The number at a place.
    package subscript(index: Int) -> UInt64 { sums[leafCount + index] }

    /// Puts a number at a place.
    package mutating func set(_ index: Int, _ value: UInt64) {
        var node = leafCount + index
        sums[node] = value
        while node > 1 {
            node /= 2
            sums[node] = sums[2 * node] + sums[2 * node + 1]
        }
    }

    /// The place whose numbers, counted from the first place on, hold a mark.
    ///
    /// - Parameter mark: Below `total`.
    /// - Returns: A place whose number is not 0.
    package func place(of mark: UInt64) -> Int {
        var (node, rest) = (1, mark)
        while node < leafCount {
            node *= 2
            if rest >= sums[node] {
                rest -= sums[node]
                node += 1
            }
        }
        return node - leafCount
    }
}
