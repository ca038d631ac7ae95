internal import TabularLearning

/// Which shard the levels of a factor go to: states that share a level stay together.
public struct Affinity: Sendable, Hashable {
    /// By what states are kept together.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// By what can be learned apart: intersections, destinations.
        case scenario
        /// By router, each for itself.
        case router
        /// By router, neighbours on the same shard: a cut of the network that little crosses.
        case cut
    }

    /// The factor's number.
    public let factor: Int
    /// The shard of each level.
    public let shards: [Int]

    /// Creates an assignment.
    ///
    /// - Parameters:
    ///   - factor: The factor's number.
    ///   - shards: The shard of each level.
    public init(factor: Int, shards: [Int]) {
        self.factor = factor
        self.shards = shards
    }

    /// Spreads levels so that every shard has about the same work.
    ///
    /// The heaviest level first, each to the shard with the least work so far, the lowest number among equals.
    ///
    /// Source of the bound (at most 4/3 of the best): Graham, *Bounds on Multiprocessing Timing Anomalies*, SIAM Journal on
    /// Applied Mathematics 17(2), 1969.
    ///
    /// - Parameters:
    ///   - factor: The factor's number.
    ///   - weights: The work of each level, at least 0.
    ///   - shardCount: At least 1.
    public init(factor: Int, balancing weights: [Double], over shardCount: Int) {
        var shards = Array(repeating: 0, count: weights.count)
        var work = Array(repeating: (weight: 0.0, levels: 0), count: shardCount)
        for level in weights.indices.sorted(by: { (weights[$1], $0) < (weights[$0], $1) }) {
            // The number of levels decides where weights do not, so that no shard stays empty without need.
            let shard = work.indices.min { work[$0] < work[$1] } ?? 0
            shards[level] = shard
            work[shard].weight += weights[level]
            work[shard].levels += 1
        }
        self.init(factor: factor, shards: shards)
    }
}

extension Scenario {
    /// Levels of the scenario's own factor to shards in turn; `nil` for other kinds.
    public func affinity(_ kind: Affinity.Kind, shardCount: Int) -> Affinity? {
        guard kind == .scenario, let factor = affinityFactor else { return nil }
        return Affinity(factor: factor, shards: (0..<space.factors[factor].levelCount).map { $0 % shardCount })
    }
}
