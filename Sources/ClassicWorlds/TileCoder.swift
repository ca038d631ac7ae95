internal import TabularLearning

/// Real numbers as a state of overlapping grids: each number's range is cut into tiles, and each tile into as many parts as there are
/// grids.
///
/// A state is the mixed-radix number of the parts, the first number counting most; what lies beyond a range is in its first or last part.
public struct TileCoder: Sendable, Hashable, Codable {
    /// The grids.
    public var tilings: Int
    /// The tiles that a number's range has in each grid.
    public var tiles: [Int]
    /// The bounds of each number.
    public var ranges: [ClosedRange<Double>]

    /// Creates a coder.
    ///
    /// - Parameters:
    ///   - tilings: The grids, 1 to 256.
    ///   - tiles: The tiles of each number, 1 to 1000.
    ///   - ranges: The bounds of each number.
    public init(tilings: Int, tiles: [Int], ranges: [ClosedRange<Double>]) {
        (self.tilings, self.tiles, self.ranges) = (tilings, tiles, ranges)
    }

    /// How many tiles a number may have in a grid.
    public static let tileLimits = 1...1000

    /// The parts of each number.
    public var levelCounts: [Int] { tiles.map { $0 * tilings } }

    /// Looks for what is wrong with it.
    ///
    /// - Parameter count: How many numbers there are to be.
    /// - Returns: A sentence; `nil` where nothing is wrong.
    public func finding(for count: Int) -> String? {
        guard tiles.count == count, ranges.count == count else {
            return "tiles of \(tiles.count) numbers and ranges of \(ranges.count), there are \(count)"
        }
        guard TileCoding.limits.contains(tilings) else {
            return "\(tilings) tilings: there are \(TileCoding.limits.lowerBound) to \(TileCoding.limits.upperBound)"
        }
        guard tiles.allSatisfy(Self.tileLimits.contains) else {
            return "tiles \(tiles) are not each \(Self.tileLimits.lowerBound) to \(Self.tileLimits.upperBound)"
        }
        for range in ranges {
            let width = range.upperBound - range.lowerBound
            guard width.isFinite, width > 0, (1 / width).isFinite else {
                return "there is no width from \(range.lowerBound) to \(range.upperBound)"
            }
        }
        return nil
    }

    /// The state of some numbers.
    @inlinable
    public func state(of numbers: SIMD4<Double>) -> UInt64 {
        var state: UInt64 = 0
        for index in tiles.indices {
            state = state * UInt64(tiles[index] * tilings) + UInt64(part(of: numbers[index], at: index))
        }
        return state
    }

    /// The part of each number.
    ///
    /// - Parameter numbers: As many as there are ranges.
    /// - Returns: As many parts, each from 0 on below its level count.
    public func parts(of numbers: [Double]) -> [Int] { numbers.indices.map { part(of: numbers[$0], at: $0) } }

    /// In which part of its range a number is.
    @inlinable
    @inline(__always)
    func part(of number: Double, at index: Int) -> Int {
        let (range, count) = (ranges[index], tiles[index] * tilings)
        let place = (number - range.lowerBound) / (range.upperBound - range.lowerBound) * Double(count)
        // Whatever is no number is below.
        return place >= Double(count) ? count - 1 : place > 0 ? Int(place) : 0
    }
}
