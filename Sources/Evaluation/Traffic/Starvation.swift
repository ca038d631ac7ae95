public import Scenarios

/// Who waited too long in a run: the longest reds by approach, by road who never entered and who stands where no light is.
///
/// Means hide it: one road that never gets green costs a network's mean little.
public struct Starvation: Sendable, Hashable {
    /// What was seen at one approach of a signal.
    public struct Approach: Sendable, Hashable {
        /// The signal.
        public var light: String
        /// The lane or movement that ends at it.
        public var name: String
        /// The road that it belongs to.
        public var edge: String
        /// The longest red in seconds with somebody waiting.
        public var longestRed = 0
        /// Times that nobody crossed for `TrafficSimulation.gridlockTime` while somebody stood there.
        public var gridlocks = 0

        /// Names an approach.
        public init(light: String, name: String, edge: String) {
            self.light = light
            self.name = name
            self.edge = edge
        }
    }

    /// Seconds of red with somebody waiting from which an approach is named.
    public static let alarmingRed = 240
    /// Vehicles that never entered on one road from which it is named.
    public static let alarmingCount = 10

    /// By approach.
    public var approaches: [Approach]
    /// By road: vehicles that wanted to enter there and never did; roads without any are left out.
    public var neverInserted: [String: Int]
    /// By road that ends at no light: vehicles that stood at the end for longer than `TrafficSimulation.gridlockTime`.
    ///
    /// Vehicles can wait for each other in a ring between junctions without lights, which no controller prevents or ends.
    public var standingElsewhere: [String: Int]

    /// What the envelope forbids and was seen all the same, the first of it.
    public var incidents: [EnvelopeMonitor.Violations.Incident]

    /// Puts a run's figures together.
    public init(
        approaches: [Approach],
        neverInserted: [String: Int],
        standingElsewhere: [String: Int] = [:],
        incidents: [EnvelopeMonitor.Violations.Incident] = []
    ) {
        self.approaches = approaches
        self.incidents = incidents
        self.neverInserted = neverInserted.filter { $0.value > 0 }
        self.standingElsewhere = standingElsewhere
    }

    /// The longest red with somebody waiting, in seconds.
    public var longestRed: Int { approaches.map(\.longestRed).max() ?? 0 }

    /// Gridlocks, summed over the approaches.
    public var gridlocks: Int { approaches.reduce(0) { $0 + $1.gridlocks } }

    /// The approaches with the longest reds, those first.
    public func worstApproaches(_ count: Int) -> [Approach] {
        let order = approaches.indices.sorted {
            (approaches[$1].longestRed, approaches[$1].gridlocks, $0)
                < (approaches[$0].longestRed, approaches[$0].gridlocks, $1)
        }
        return order.prefix(count).map { approaches[$0] }.filter { $0.longestRed > 0 }
    }

    /// The roads on which most vehicles never entered, those first.
    public func worstEntries(_ count: Int) -> [(edge: String, vehicles: Int)] { Self.largest(neverInserted, count) }

    /// The roads without a light on which most vehicles stood at the end, those first.
    public func worstStandings(_ count: Int) -> [(edge: String, vehicles: Int)] {
        Self.largest(standingElsewhere, count)
    }

    private static func largest(_ roads: [String: Int], _ count: Int) -> [(edge: String, vehicles: Int)] {
        roads.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(count).map { ($0.key, $0.value) }
    }

    /// What starves, each in words; empty when nothing does.
    public var alarms: [String] {
        let reds = worstApproaches(3).filter { $0.longestRed > Self.alarmingRed || $0.gridlocks > 0 }.map { approach in
            let locked = approach.gridlocks > 0 ? ", gridlocked \(approach.gridlocks) times" : ""
            return "light \(approach.light), approach \(approach.name) of \(approach.edge): somebody waited at red for "
                + "\(approach.longestRed) s\(locked)"
        }
        let entries = worstEntries(3).filter { $0.vehicles >= Self.alarmingCount }.map { entry in
            "road \(entry.edge): \(entry.vehicles) vehicles never entered"
        }
        let standings = worstStandings(3).map { place in
            "road \(place.edge), where no light is: \(place.vehicles) vehicles stood at the end for more than "
                + "\(TrafficSimulation.gridlockTime) s"
        }
        return reds + entries + standings
    }
}
