/// A fixed plan of the two-movement junction, solved exactly: the movements do not depend on each other.
public struct JunctionFixedPlan: Sendable, Hashable {
    /// Slots of green of each movement.
    public let greenSlots: Int
    /// Mean delay in seconds per vehicle, within 10⁻⁹.
    public let delay: Double

    /// Solves a plan.
    ///
    /// - Parameters:
    ///   - greenSlots: Slots of green of each movement, at least the minimum green.
    ///   - junction: The junction.
    public init(greenSlots: Int, _ junction: TwoMovementJunction) {
        self.greenSlots = greenSlots
        let cycle = 2 * (greenSlots + TwoMovementJunction.lostSlots)
        let probabilities = junction.arrivalProbabilities
        var distribution = Array(repeating: 0.0, count: TwoMovementJunction.levels)
        distribution[0] = 1
        var (before, queued) = (-1.0, 0.0)
        // From cycle to cycle the distribution settles; a loaded queue takes some thousand cycles.
        for _ in 0..<100_000 where (queued - before).magnitude > 1e-10 {
            before = queued
            queued = 0
            for slot in 0..<cycle {
                if slot < greenSlots { Self.depart(&distribution) }
                for (count, probability) in distribution.enumerated() { queued += Double(count) * probability }
                Self.arrive(&distribution, probabilities)
            }
            queued /= Double(cycle)
        }
        delay = junction.delay(meanQueued: 2 * queued)
    }

    /// Finds the plan of least delay with equal greens of up to 200 s.
    public static func best(for junction: TwoMovementJunction) -> JunctionFixedPlan {
        var best = JunctionFixedPlan(greenSlots: TwoMovementJunction.minimumGreenSlots, junction)
        for greenSlots in (TwoMovementJunction.minimumGreenSlots + 1)...100 {
            let plan = JunctionFixedPlan(greenSlots: greenSlots, junction)
            if plan.delay < best.delay { best = plan }
        }
        return best
    }

    private static func depart(_ distribution: inout [Double]) {
        distribution[0] += distribution[1]
        for count in 1..<TwoMovementJunction.capacity { distribution[count] = distribution[count + 1] }
        distribution[TwoMovementJunction.capacity] = 0
    }

    private static func arrive(_ distribution: inout [Double], _ probabilities: [Double]) {
        let capacity = TwoMovementJunction.capacity
        var next = Array(repeating: 0.0, count: capacity + 1)
        for count in 0...capacity {
            for (arrivals, probability) in probabilities.enumerated() {
                next[min(capacity, count + arrivals)] += distribution[count] * probability
            }
        }
        distribution = next
    }
}
