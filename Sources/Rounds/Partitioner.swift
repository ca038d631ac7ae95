public import TabularLearning

/// How states are spread over shards.
public enum PartitionRule: String, Sendable, Hashable, CaseIterable {
    /// Consecutive states stay together, in blocks of ⌈states / shards⌉; the last shards may have fewer, or none.
    case range
    /// Neighbouring states go to different shards: shard = state mod shards.
    case modulo
    /// A fixed permutation of the states, then modulo.
    case hash
    /// States that share a level of the scenario's affinity factor stay together: an intersection, a destination.
    case scenario
    /// By router, each for itself.
    case router
    /// By router, neighbours together: a cut of the network that little crosses.
    case cut
}

/// Why a table cannot be spread as it was asked for.
public struct PartitionFailure: Error, Sendable, CustomStringConvertible {
    /// One sentence: what is wrong and what to do.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Maps each state to the one shard that owns it and to its row there; rows are dense.
public struct Partitioner: Sendable {
    /// Where a state's row is: the shard in the high 32 bits, the row in the low.
    public typealias Place = UInt64

    /// The number of shards.
    public let shardCount: Int

    /// The number of rows of each shard.
    public let rowCounts: [Int]

    private let stateCount: UInt64
    private let shards: InvariantDivision
    private let scheme: Scheme

    private enum Scheme: Sendable {
        case range(InvariantDivision)
        case modulo
        case permuted(multiplier: UInt64, offset: UInt64)
        case grouped(Grouping)
    }

    /// Groups of states, each with a shard and a rank among its shard's groups.
    private struct Grouping: Sendable {
        let stride: InvariantDivision
        let levels: InvariantDivision
        let shards: [UInt64]
        let ranks: [UInt64]
        var size: UInt64 = 0
    }

    /// Spreads the states of a space.
    ///
    /// - Parameters:
    ///   - rule: How.
    ///   - space: The states.
    ///   - affinityFactor: The factor that `scenario`, `router` and `cut` keep together.
    ///   - assignment: The shard of each of its levels; in turn unless told otherwise.
    ///   - shardCount: At least 1.
    ///   - planeCount: The values of each state and action.
    /// - Throws: `PartitionFailure` when the rule cannot fill that many shards.
    public init(
        rule: PartitionRule,
        space: StateSpace,
        affinityFactor: Int?,
        assignment: [Int]? = nil,
        shardCount: Int,
        planeCount: Int = 1
    ) throws(PartitionFailure) {
        guard shardCount >= 1 else {
            throw PartitionFailure("\(shardCount) shards: a table needs at least one")
        }
        guard UInt64(shardCount) <= space.stateCount else {
            throw PartitionFailure(
                "\(shardCount) shards for \(space.stateCount) states: use at most \(space.stateCount)"
            )
        }
        self.shardCount = shardCount
        stateCount = space.stateCount
        let shards = UInt64(shardCount)
        self.shards = InvariantDivision(shards)
        let scheme: Scheme
        switch rule {
        case .range:
            let size = (stateCount + shards - 1) / shards
            scheme = .range(InvariantDivision(size))
            let count = stateCount
            rowCounts = (0..<shards).map { Int(min(size, count - min(count, $0 * size))) }
        case .modulo:
            scheme = .modulo
            rowCounts = Self.moduloCounts(stateCount, shards)
        case .hash:
            scheme = .permuted(multiplier: Self.multiplier(coprimeTo: space.stateCount), offset: stateCount / 3)
            rowCounts = Self.moduloCounts(stateCount, shards)
        case .scenario, .router, .cut:
            let grouping = try Self.group(space, by: affinityFactor, assignment, into: shardCount)
            scheme = .grouped(grouping)
            rowCounts = (0..<shards).map { shard in
                grouping.shards.count { $0 == shard } * Int(grouping.size)
            }
        }
        // The order of a single shard's rows is nobody's concern, so they are the states.
        self.scheme = shardCount == 1 ? .range(InvariantDivision(stateCount)) : scheme
        let width = UInt64(space.actionCount * planeCount)
        if let most = rowCounts.max(), UInt64(most) * width > ActionValueTable.maximumCellCount {
            throw PartitionFailure(
                "a shard would have \(most) rows of \(width) cells, more than 2^32 cells: "
                    + "use more than \(shardCount) shards"
            )
        }
    }

    /// Finds the places of many states, and how many each shard has of them.
    ///
    /// The counts are nearly free here: the processor is busy with the multiplications.
    ///
    /// - Parameters:
    ///   - states: [n] states, each below the space's state count.
    ///   - places: Made to hold n places.
    ///   - counts: Made to hold the number of states of each shard.
    public func locate(_ states: [UInt64], into places: inout [Place], counting counts: inout [Int]) {
        places.resize(to: states.count, filling: 0)
        counts.removeAll(keepingCapacity: true)
        counts.resize(to: shardCount, filling: 0)
        let states = states.span
        var places = places.mutableSpan
        var counts = counts.mutableSpan
        switch scheme {
        case .range(let size):
            for i in 0..<states.count {
                let (shard, row) = size.quotientAndRemainder(of: states[i])
                Self.note(shard, row, at: i, &places, &counts)
            }
        case .modulo:
            for i in 0..<states.count {
                let (row, shard) = shards.quotientAndRemainder(of: states[i])
                Self.note(shard, row, at: i, &places, &counts)
            }
        case .permuted(let multiplier, let offset):
            for i in 0..<states.count {
                let product = states[i].multipliedFullWidth(by: multiplier)
                let permuted = stateCount.dividingFullWidth(product).remainder &+ offset
                let state = permuted >= stateCount ? permuted - stateCount : permuted
                let (row, shard) = shards.quotientAndRemainder(of: state)
                Self.note(shard, row, at: i, &places, &counts)
            }
        case .grouped(let grouping):
            for i in 0..<states.count {
                let (shard, row) = Self.look(up: states[i], in: grouping)
                Self.note(shard, row, at: i, &places, &counts)
            }
        }
    }

    @inline(__always)
    private static func note(
        _ shard: UInt64,
        _ row: UInt64,
        at i: Int,
        _ places: inout MutableSpan<Place>,
        _ counts: inout MutableSpan<Int>
    ) {
        places[i] = shard << 32 | row
        counts[Int(truncatingIfNeeded: shard)] &+= 1
    }

    private static func look(up state: UInt64, in grouping: Grouping) -> (shard: UInt64, row: UInt64) {
        let (above, below) = grouping.stride.quotientAndRemainder(of: state)
        let (block, level) = grouping.levels.quotientAndRemainder(of: above)
        let row = grouping.ranks[Int(level)] * grouping.size + block * grouping.stride.divisor + below
        return (grouping.shards[Int(level)], row)
    }

    private static func moduloCounts(_ stateCount: UInt64, _ shards: UInt64) -> [Int] {
        (0..<shards).map { Int((stateCount - $0 + shards - 1) / shards) }
    }

    /// Finds the number nearest above the golden section of `count` that shares no divisor with it.
    private static func multiplier(coprimeTo count: UInt64) -> UInt64 {
        var candidate = count.multipliedFullWidth(by: SplitMix64.increment).high | 1
        while greatestCommonDivisor(candidate, count) != 1 { candidate += 1 }
        return candidate % max(count, 1)
    }

    private static func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }

    private static func group(
        _ space: StateSpace,
        by factor: Int?,
        _ assignment: [Int]?,
        into shardCount: Int
    ) throws(PartitionFailure) -> Grouping {
        guard let factor else {
            throw PartitionFailure(
                "this scenario has no partition of its own: use range, modulo or hash"
            )
        }
        let levels = space.factors[factor].levelCount
        guard shardCount <= levels else {
            throw PartitionFailure(
                "\(shardCount) shards by \(space.factors[factor].name), of which there are \(levels): "
                    + "use at most \(levels), or another --partition"
            )
        }
        let assignment = assignment ?? (0..<levels).map { $0 % shardCount }
        precondition(
            assignment.count == levels && assignment.allSatisfy((0..<shardCount).contains),
            "every level has a shard"
        )
        var counts = Array(repeating: UInt64(0), count: shardCount)
        let ranks = assignment.map { shard in
            counts[shard] += 1
            return counts[shard] - 1
        }
        var grouping = Grouping(
            stride: InvariantDivision(space.stride(ofFactor: factor)),
            levels: InvariantDivision(UInt64(levels)),
            shards: assignment.map { UInt64($0) },
            ranks: ranks
        )
        grouping.size = space.stateCount / UInt64(levels)
        return grouping
    }
}
