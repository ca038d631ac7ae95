/// Priorities by which places are drawn, as a tree of their sums.
///
/// A priority is an error in units of 2⁻²⁰, plus one, so that nothing is never drawn; its weight is its power in fixed point. Sums
/// of whole numbers are exact: what is drawn depends on the priorities and not on the order in which they came.
///
/// Source: Schaul et al. 2016, §3.3 and appendix B.2.1.
package struct PrioritySums: Sendable {
    /// What an error of 1 is.
    package static let one: UInt32 = 1 << 20

    /// By place.
    package private(set) var priorities: [UInt32] = []
    /// The largest that there ever was: what a new transition has.
    package private(set) var largest = Self.one + 1
    /// The root is 1, the children of n are 2n and 2n + 1, the leaves the weights of the places.
    private var sums: [UInt64]
    /// The least weight below each node; empty where nobody asks.
    private var least: [UInt64]
    private let leafCount: Int
    private let exponent: Double
    private let correction: Double

    /// Nothing has a priority yet.
    ///
    /// - Parameters:
    ///   - capacity: How many places there may be.
    ///   - exponent: 0 draws all alike, 1 in proportion to their errors.
    ///   - correction: The exponent of the weights for importance: 0 for none.
    package init(capacity: Int, exponent: Float, correction: Float) {
        leafCount = capacity.roundedUpToPowerOfTwo
        sums = Array(repeating: 0, count: 2 * leafCount)
        least = correction > 0 ? Array(repeating: .max, count: 2 * leafCount) : []
        self.exponent = Double(exponent)
        self.correction = Double(correction)
    }

    /// What an error is as a priority.
    package static func priority(of error: Float) -> UInt32 {
        let scaled = Double(error.magnitude) * Double(one)
        return scaled < Double(UInt32.max - 1) ? UInt32(scaled) + 1 : .max
    }

    /// Gives a place a priority; the place is one that has some, or the next.
    package mutating func set(_ place: Int, to priority: UInt32) {
        if place == priorities.count { priorities.append(priority) } else { priorities[place] = priority }
        largest = max(largest, priority)
        let weight = weight(of: priority)
        var node = leafCount + place
        sums[node] = weight
        if !least.isEmpty { least[node] = weight }
        while node > 1 {
            node /= 2
            sums[node] = sums[2 * node] + sums[2 * node + 1]
            if !least.isEmpty { least[node] = min(least[2 * node], least[2 * node + 1]) }
        }
    }

    /// The place that a random number falls on: each with a probability in proportion to its weight.
    package func place(_ random: UInt64) -> Int {
        var rest = random.multipliedFullWidth(by: sums[1]).high
        var node = 1
        while node < leafCount {
            node *= 2
            if rest >= sums[node] {
                rest -= sums[node]
                node += 1
            }
        }
        return node - leafCount
    }

    /// What an update of a place counts, so that those that are drawn more often count less: (N P)⁻ᵝ over the largest of all.
    package func share(of place: Int) -> Float {
        guard correction > 0 else { return 1 }
        let (lowest, own) = (least[1], sums[leafCount + place])
        guard lowest < own else { return 1 }
        return Float(exponential(correction * (naturalLogarithm(Double(lowest)) - naturalLogarithm(Double(own)))))
    }

    /// The probability that a place is drawn.
    package func probability(of place: Int) -> Double { Double(sums[leafCount + place]) / Double(sums[1]) }

    /// The power in units of 1/16, below 2³⁷: 2²⁴ of them are no more than a sum can be.
    private func weight(of priority: UInt32) -> UInt64 {
        if exponent == 1 { return UInt64(priority) << 4 }
        if exponent == 0 { return 1 << 4 }
        return UInt64(16 * exponential(exponent * naturalLogarithm(Double(priority))) + 0.5)
    }

    /// Writes all of it.
    func save(to writer: inout WordWriter) {
        writer.write(largest)
        writer.write(priorities)
    }

    /// Puts back what `save` wrote of so many places.
    ///
    /// - Throws: `WordReader.Failure` when they are others.
    mutating func restore(from reader: inout WordReader, count: Int) throws(WordReader.Failure) {
        let most = try reader.word()
        let saved = try reader.wordArray()
        guard saved.count == count, most > Self.one, saved.allSatisfy({ (1...most).contains($0) }) else {
            throw WordReader.Failure("the priorities are not those of \(count) transitions")
        }
        for (place, priority) in saved.enumerated() { set(place, to: priority) }
        largest = most
    }
}
