/// An observer that times the signals from outside and counts what the safety envelope forbids.
///
/// It trusts no counter of the simulation but what the signals show and how long vehicles have waited.
public struct EnvelopeMonitor: Sendable {
    /// What has been seen that must not be.
    public struct Violations: Sendable, Hashable {
        /// What can be violated.
        public enum Kind: String, Sendable, Hashable {
            /// A green that ended before the minimum.
            case shortGreen = "green too short"
            /// A green that went on beyond the maximum while others had waited longer than a decision interval.
            case longGreen = "green too long"
            /// A wait at red that grew beyond the maximum.
            case longRed = "red too long"
            /// A change without the whole yellow, all-red or time for pedestrians to get across.
            case shortChange = "change too short"
            /// A second in which conflicting movements had green, or a light showed what nobody asked for.
            case conflict = "conflicting greens"
        }

        /// One violation.
        public struct Incident: Sendable, Hashable {
            /// The signal.
            public let light: String
            /// The second of the run.
            public let second: Int
            /// What was violated.
            public let kind: Kind
        }

        /// Greens that ended before the minimum.
        public private(set) var shortGreens = 0
        /// Greens that went on beyond the maximum while others had waited longer than a decision interval.
        public private(set) var longGreens = 0
        /// Waits at red that grew beyond the maximum.
        public private(set) var longReds = 0
        /// Changes without the whole yellow or all-red.
        public private(set) var shortChanges = 0
        /// Seconds in which conflicting movements had green.
        public private(set) var conflicts = 0
        /// The first of them, in the order of time.
        public private(set) var incidents: [Incident] = []

        /// How many violations are kept one by one.
        static let keptIncidents = 100

        /// Creates counts of zero.
        public init() {}

        /// The sum of all kinds.
        public var total: Int { shortGreens + longGreens + longReds + shortChanges + conflicts }

        /// Counts a violation.
        public mutating func note(_ kind: Kind, at light: String, second: Int) {
            switch kind {
            case .shortGreen: shortGreens += 1
            case .longGreen: longGreens += 1
            case .longRed: longReds += 1
            case .shortChange: shortChanges += 1
            case .conflict: conflicts += 1
            }
            if incidents.count < Self.keptIncidents {
                incidents.append(Incident(light: light, second: second, kind: kind))
            }
        }
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
        func note(_ kind: Violations.Kind) {
            violations.note(kind, at: intersection.name, second: simulation.counters.seconds)
        }
        if green == 0 {
            if greenAges[index] > 0, greenAges[index] < timing.minimumGreen { note(.shortGreen) }
            greenAges[index] = 0
            changeAges[index] += 1
        } else {
            let phase = simulation.phase(of: index)
            let hasChanged = phase != phases[index]
            if hasChanged, changeAges[index] != timing.changeTime { note(.shortChange) }
            if hasChanged, greenAges[index] > 0, greenAges[index] < timing.minimumGreen { note(.shortGreen) }
            greenAges[index] = hasChanged || changeAges[index] > 0 ? 1 : greenAges[index] + 1
            phases[index] = phase
            changeAges[index] = 0
        }
        for (offset, movement) in intersection.movements.enumerated() {
            let isGreen = green & (1 << UInt64(offset)) != 0
            if isGreen, green & intersection.conflicts[offset] != 0 { note(.conflict) }
            let wait = simulation.redWait(ofMovement: movement)
            if wait == timing.maximumRed + 1 { note(.longRed) }
            if wait > envelope.interval, greenAges[index] == timing.maximumGreen + 1 { note(.longGreen) }
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
