/// One sweep of value iteration after another over the states of the two-movement junction.
///
/// A state is the movement that is served, the slots since the last change (its age, up to a last one that stays), and
/// the two queues. In the ages below 2 nobody leaves; from age 4 on the signal may change.
struct JunctionSweep: Sendable {
    /// [2 × ages × 41 × 41] relative values: expected queued vehicles above the mean.
    private(set) var values: [Double]
    private var expected: [Double]
    private var changed: [Double]
    private var row: [Double]
    private let probabilities: [Double]
    private let ageCount: Int

    private static var levels: Int { TwoMovementJunction.levels }
    private static var pairs: Int { TwoMovementJunction.pairs }

    init(_ junction: TwoMovementJunction, ageCount: Int, values: [Double]?) {
        self.ageCount = ageCount
        probabilities = junction.arrivalProbabilities
        self.values = values ?? Array(repeating: 0, count: 2 * ageCount * Self.pairs)
        expected = Array(repeating: 0, count: 2 * ageCount * Self.pairs)
        changed = Array(repeating: 0, count: 2 * Self.pairs)
        row = Array(repeating: 0, count: Self.pairs)
    }

    /// Renews every value once: by the better action, or by a policy.
    ///
    /// - Returns: Limits of the mean number of queued vehicles.
    mutating func run(_ policy: JunctionPolicy?) -> (lower: Double, upper: Double) {
        for block in 0..<(2 * ageCount) where block % ageCount > 0 {
            Self.expect(values, block, probabilities, through: &row, into: &expected)
        }
        for phase in 0..<2 { Self.slot(phase, age: 0, ageCount, expected, into: &changed, at: phase) }
        let reference = values[0]
        var (lower, upper) = (Double.infinity, -Double.infinity)
        for phase in 0..<2 {
            for age in 0..<ageCount {
                Self.slot(phase, age: age, ageCount, expected, into: &row, at: 0)
                if age >= TwoMovementJunction.changeSlots {
                    let isOver = age >= TwoMovementJunction.lostSlots + TwoMovementJunction.maximumGreenSlots
                    Self.decide(phase, policy, mustChange: isOver, changed, &row)
                }
                let limits = Self.renew(&values, block: phase * ageCount + age, from: row, minus: reference)
                (lower, upper) = (min(lower, limits.lower), max(upper, limits.upper))
            }
        }
        return (lower + reference, upper + reference)
    }

    /// Leaps to where further sweeps of a policy would lead, as far as a few of them tell.
    mutating func extrapolate(_ policy: JunctionPolicy) {
        let snapshots = (0..<Self.snapshots).map { _ in
            for _ in 0..<Self.sweepsPerSnapshot { _ = run(policy) }
            // A constant added to all values changes nothing; without it the sweeps are a linear map.
            return values.map { $0 - values[0] }
        }
        values = ReducedRankExtrapolation(snapshots).limit
    }

    private static let (snapshots, sweepsPerSnapshot) = (8, 12)

    /// The decisions of the better action in the last age, by phase and queues.
    mutating func bestChanges() -> [Double] {
        var changes: [Double] = []
        for phase in 0..<2 {
            Self.slot(phase, age: ageCount - 1, ageCount, expected, into: &row, at: 0)
            for pair in 0..<Self.pairs { changes.append(changed[(1 - phase) * Self.pairs + pair] < row[pair] ? 1 : 0) }
        }
        return changes
    }

    /// Averages the values of a block over the arrivals of a slot.
    private static func expect(
        _ values: [Double],
        _ block: Int,
        _ probabilities: [Double],
        through row: inout [Double],
        into expected: inout [Double]
    ) {
        let start = block * pairs
        let values = values.span
        let probabilities = probabilities.span
        var row = row.mutableSpan
        var expected = expected.mutableSpan
        for first in 0..<levels {
            for second in 0..<levels {
                var sum = 0.0
                for count in 0..<probabilities.count {
                    sum += probabilities[count] * values[start + first * levels + min(levels - 1, second + count)]
                }
                row[first * levels + second] = sum
            }
        }
        for first in 0..<levels {
            for second in 0..<levels { expected[start + first * levels + second] = 0 }
            for count in 0..<probabilities.count {
                let source = min(levels - 1, first + count) * levels
                let probability = probabilities[count]
                for second in 0..<levels {
                    expected[start + first * levels + second] += probability * row[source + second]
                }
            }
        }
    }

    /// Writes what a slot costs and what follows, for all queues: one vehicle leaves in green.
    private static func slot(
        _ phase: Int,
        age: Int,
        _ ageCount: Int,
        _ expected: [Double],
        into result: inout [Double],
        at block: Int
    ) {
        let next = (phase * ageCount + min(age + 1, ageCount - 1)) * pairs
        let isGreen = age >= TwoMovementJunction.lostSlots
        let expected = expected.span
        var result = result.mutableSpan
        for first in 0..<levels {
            let left = isGreen && phase == 0 && first > 0 ? first - 1 : first
            for second in 0..<levels {
                let right = isGreen && phase == 1 && second > 0 ? second - 1 : second
                result[block * pairs + first * levels + second] =
                    Double(left + right) + expected[next + left * levels + right]
            }
        }
    }

    /// Replaces the value of keeping by that of the decision.
    private static func decide(
        _ phase: Int,
        _ policy: JunctionPolicy?,
        mustChange: Bool,
        _ changed: [Double],
        _ row: inout [Double]
    ) {
        let offset = (1 - phase) * pairs
        guard let policy else {
            for pair in 0..<pairs { row[pair] = min(row[pair], changed[offset + pair]) }
            return
        }
        for pair in 0..<pairs {
            var change = policy.changes[phase * pairs + pair]
            if policy.isGuarded {
                let others = phase == 0 ? pair % levels : pair / levels
                change = others == 0 ? 0 : mustChange ? 1 : change
            }
            row[pair] += change * (changed[offset + pair] - row[pair])
        }
    }

    private static func renew(
        _ values: inout [Double],
        block: Int,
        from row: [Double],
        minus reference: Double
    ) -> (lower: Double, upper: Double) {
        let start = block * pairs
        let row = row.span
        var values = values.mutableSpan
        var (lower, upper) = (Double.infinity, -Double.infinity)
        for pair in 0..<pairs {
            let value = row[pair] - reference
            let difference = value - values[start + pair]
            lower = min(lower, difference)
            upper = max(upper, difference)
            values[start + pair] = value
        }
        return (lower, upper)
    }
}
