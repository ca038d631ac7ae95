/// An observer that times the signals from outside and counts what the safety envelope forbids.
///
/// It trusts no counter of the simulation but what the signals show and how long vehicles have waited.
public struct EnvelopeMonitor: Sendable {
    /// What has been seen that must not be.
    public struct Violations: Sendable, Hashable {
        /// Greens that ended before the minimum.
        public var shortGreens = 0
        /// Greens that went on beyond the maximum while others had waited longer than a decision interval.
        public var longGreens = 0
        /// Waits at red that grew beyond the maximum.
        public var longReds = 0
        /// Changes without the whole yellow or all-red.
        public var shortChanges = 0
        /// Seconds in which conflicting movements had green.
        public var conflicts = 0

        /// Creates counts of zero.
        public init() {}

        /// The sum of all kinds.
        public var total: Int { shortGreens + longGreens + longReds + shortChanges + conflicts }
    }

    /// What has been counted.
    public private(set) var violations = Violations()

    private let envelope: SafetyEnvelope
    private var phases: [Int]
    /// Seconds of unbroken green; the first green counts as old enough.
    private var greenAges: [Int]
    /// Seconds since the last green ended.
    private var changeAges: [Int]

    /// Creates an observer of a simulation that has just been reset.
    public init(envelope: SafetyEnvelope, network: RoadNetwork) {
        self.envelope = envelope
        phases = Array(repeating: 0, count: network.intersections.count)
        greenAges = Array(repeating: envelope.timing.minimumGreen, count: network.intersections.count)
        changeAges = Array(repeating: 0, count: network.intersections.count)
    }

    /// Looks at the signals; to be called once before each simulated second, after the controllers.
    public mutating func observe(_ simulation: TrafficSimulation) {
        for index in simulation.network.intersections.indices { observe(index, simulation) }
    }

    private mutating func observe(_ index: Int, _ simulation: TrafficSimulation) {
        let intersection = simulation.network.intersections[index]
        let timing = envelope.timing
        let green = greenMovements(intersection, simulation)
        if green == 0 {
            if greenAges[index] > 0, greenAges[index] < timing.minimumGreen { violations.shortGreens += 1 }
            greenAges[index] = 0
            changeAges[index] += 1
        } else {
            let phase = simulation.phase(of: index)
            let hasChanged = phase != phases[index]
            if hasChanged, changeAges[index] != timing.changeTime { violations.shortChanges += 1 }
            if hasChanged, greenAges[index] > 0, greenAges[index] < timing.minimumGreen { violations.shortGreens += 1 }
            greenAges[index] = hasChanged || changeAges[index] > 0 ? 1 : greenAges[index] + 1
            phases[index] = phase
            changeAges[index] = 0
        }
        for (offset, movement) in intersection.movements.enumerated() {
            let isGreen = green & (1 << UInt64(offset)) != 0
            if isGreen, green & intersection.conflicts[offset] != 0 { violations.conflicts += 1 }
            let wait = simulation.redWait(ofMovement: movement)
            if wait == timing.maximumRed + 1 { violations.longReds += 1 }
            if wait > envelope.interval, greenAges[index] == timing.maximumGreen + 1 { violations.longGreens += 1 }
        }
    }

    private func greenMovements(_ intersection: RoadNetwork.Intersection, _ simulation: TrafficSimulation) -> UInt64 {
        var green: UInt64 = 0
        for (offset, movement) in intersection.movements.enumerated() where simulation.hasGreen(movement) {
            green |= 1 << UInt64(offset)
        }
        return green
    }
}
