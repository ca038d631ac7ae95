internal import TabularLearning

/// The smallest junction that has to be controlled: two movements that exclude each other, in slots of two seconds.
///
/// In a slot of green one vehicle leaves (1800 vehicles per hour), then vehicles arrive: Poisson, the same flow at both
/// movements. A change takes two slots in which nobody leaves, and green lasts two slots at least. A queue holds 40
/// vehicles; who finds it full stays away. With that few states the best policy can be computed.
public struct TwoMovementJunction: Sendable, Hashable {
    /// Seconds of a slot: the time one vehicle takes to leave.
    public static let slotSeconds = 2
    /// The most vehicles a queue holds.
    public static let capacity = 40
    /// Slots of a change in which nobody leaves: 4 s.
    public static let lostSlots = 2
    /// Slots of green before the signal may change: 4 s.
    public static let minimumGreenSlots = 2
    /// Slots of green after which a learned controller must change when others wait: 60 s.
    public static let maximumGreenSlots = 30

    /// The numbers of vehicles in one queue.
    static let levels = capacity + 1
    /// Queue pairs: the first movement's queue is the more significant.
    static let pairs = levels * levels
    /// Slots from a decision to change to the next decision.
    static let changeSlots = lostSlots + minimumGreenSlots

    /// The sum of the movements' flow ratios (flow / saturation flow), above 0 and below 1.
    public let flowRatio: Double

    /// Creates a junction.
    ///
    /// - Throws: `ScenarioError` when the flow ratio is not within 0.05...0.95.
    public init(flowRatio: Double) throws(ScenarioError) {
        guard (0.05...0.95).contains(flowRatio) else {
            throw ScenarioError("a flow ratio of \(flowRatio) is not within 0.05...0.95")
        }
        self.flowRatio = flowRatio
    }

    /// Vehicles that arrive at each movement in a slot, on average.
    public var arrivalRate: Double { flowRatio / 2 }

    /// P(n vehicles arrive at a movement in a slot) for n = 0, 1, …; what is beyond 10⁻¹⁴ counts for the last.
    var arrivalProbabilities: [Double] {
        var term = exponential(-arrivalRate)
        var probabilities: [Double] = []
        var rest = 1.0
        while rest > 1e-14 {
            probabilities.append(term)
            rest -= term
            term *= arrivalRate / Double(probabilities.count)
        }
        probabilities[probabilities.count - 1] += max(0, rest)
        return probabilities
    }

    /// Computes the mean delay from the vehicles that are queued after the departures of a slot.
    ///
    /// They wait for the whole slot; who arrives in it waits for half of it on average.
    ///
    /// - Parameter queued: Vehicles at both movements, averaged over slots.
    /// - Returns: Seconds per vehicle that arrives.
    func delay(meanQueued queued: Double) -> Double {
        Double(Self.slotSeconds) * (queued / (2 * arrivalRate) + 0.5)
    }

    /// Whether a mean delay means that on average more vehicles are queued than one queue has room for.
    public func isGridlock(delay: Double) -> Bool {
        delay * 2 * arrivalRate > Double(Self.slotSeconds * Self.capacity)
    }

    /// Webster's cycle (1.5 L + 5) / (1 − Y), as slots of green for each movement.
    ///
    /// Source: Webster, *Traffic signal settings*, Road Research Technical Paper 39, 1958.
    public var websterGreenSlots: Int {
        let lost = Double(2 * Self.lostSlots * Self.slotSeconds)
        let cycle = (1.5 * lost + 5) / (1 - flowRatio)
        return max(Self.minimumGreenSlots, Int((cycle - lost) / Double(2 * Self.slotSeconds) + 0.5))
    }
}
