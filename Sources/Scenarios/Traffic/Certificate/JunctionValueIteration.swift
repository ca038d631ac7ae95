/// The exact solution of the two-movement junction: the least mean delay, and that of any stationary policy.
///
/// Relative value iteration on the mean number of queued vehicles. Each sweep bounds the answer from both sides (the
/// least and the greatest difference between two sweeps); it ends when the bounds are close. A policy that may stay long
/// where it hardly ever comes closes them slowly; there the slow parts of the error are extrapolated away now and then,
/// which costs nothing in rigour, since the bounds hold for values of any origin.
///
/// Source: Puterman, *Markov Decision Processes*, 1994, §8.5; the bounds: Odoni, *Operations Research* 17, 1969.
public struct JunctionValueIteration: Sendable {
    /// An answer with its proven limits.
    public struct Delay: Sendable, Hashable {
        /// Seconds per vehicle.
        public let mean: Double
        /// The true value is at most this far from `mean`.
        public let error: Double
    }

    /// The junction.
    public let junction: TwoMovementJunction
    /// The least mean delay of all policies.
    public let optimum: Delay
    /// A policy that has it.
    public let policy: JunctionPolicy

    /// [2 × 5 × 41 × 41] relative values of the best policy.
    private let values: [Double]

    /// The relative width of the bounds at which the sweeps end, for the optimum and for a policy.
    private static let tolerance = (optimum: 1e-6, policy: 1e-4)

    /// Sweeps between two extrapolations, and how many such rounds there are at most; what has not closed by then has a jam
    /// that the policy hardly ever leaves, and is reported with the limits' middle, which no free junction has.
    private static let (sweepsPerRound, roundLimit) = (200, 60)

    /// Solves a junction.
    public init(_ junction: TwoMovementJunction) {
        self.junction = junction
        let ages = TwoMovementJunction.changeSlots + 1
        var sweep = JunctionSweep(junction, ageCount: ages, values: nil)
        optimum = Self.solve(&sweep, nil, tolerance: Self.tolerance.optimum, junction)
        values = sweep.values
        policy = JunctionPolicy(changes: sweep.bestChanges())
    }

    /// Computes the mean delay of a policy.
    public func delay(of policy: JunctionPolicy) -> Delay {
        let free = TwoMovementJunction.changeSlots
        let longest = TwoMovementJunction.lostSlots + TwoMovementJunction.maximumGreenSlots
        let ages = policy.isGuarded ? longest + 1 : free + 1
        // The best policy's values are a good guess: sweeps begin near the answer.
        let pairs = TwoMovementJunction.pairs
        let start = (0..<2).flatMap { phase in
            (0..<ages).flatMap { age in
                let index = (phase * (free + 1) + min(age, free)) * pairs
                return values[index..<(index + pairs)]
            }
        }
        var sweep = JunctionSweep(junction, ageCount: ages, values: start)
        return Self.solve(&sweep, policy, tolerance: Self.tolerance.policy, junction)
    }

    private static func solve(
        _ sweep: inout JunctionSweep,
        _ policy: JunctionPolicy?,
        tolerance: Double,
        _ junction: TwoMovementJunction
    ) -> Delay {
        var bounds = sweep.run(policy)
        for _ in 0..<Self.roundLimit where bounds.upper - bounds.lower > tolerance * bounds.upper {
            for _ in 0..<Self.sweepsPerRound where bounds.upper - bounds.lower > tolerance * bounds.upper {
                bounds = sweep.run(policy)
            }
            if let policy, bounds.upper - bounds.lower > tolerance * bounds.upper { sweep.extrapolate(policy) }
        }
        let (lower, upper) = (junction.delay(meanQueued: bounds.lower), junction.delay(meanQueued: bounds.upper))
        return Delay(mean: (lower + upper) / 2, error: (upper - lower) / 2)
    }
}
