/// Signalised intersections joined by one-way roads: what stays the same in a traffic simulation.
///
/// A road ends at the stop line of one intersection and carries one or more movements there (left, through, right),
/// each with lanes of its own. A movement leads to another road or out of the network. All times are whole seconds.
public struct RoadNetwork: Sendable, Hashable {
    /// The two axes of a street network; demand is given for each.
    public enum Axis: Int, Sendable, Hashable, Codable, CaseIterable {
        /// Traffic that enters heading north or south.
        case northSouth
        /// Traffic that enters heading east or west.
        case eastWest
    }

    /// A one-way road up to a stop line.
    public struct Road: Sendable, Hashable, Codable {
        /// A name that is unique in the network.
        public var name: String
        /// The intersection at its end.
        public var destination: Int
        /// Free-flow seconds from its beginning to the stop line, at least 1.
        public var travelTime: Int
        /// The most vehicles it holds; a full road lets nobody in.
        public var storage: Int
        /// The axis of the demand that enters here; `nil` for a road between two intersections.
        public var entryAxis: Axis?
        /// Its movements, consecutive in the network's list.
        public var movements: Range<Int>

        /// Creates a road.
        public init(
            name: String,
            destination: Int,
            travelTime: Int,
            storage: Int,
            entryAxis: Axis?,
            movements: Range<Int>
        ) {
            (self.name, self.destination, self.travelTime) = (name, destination, travelTime)
            (self.storage, self.entryAxis, self.movements) = (storage, entryAxis, movements)
        }
    }

    /// A stream of vehicles across an intersection: one point queue.
    public struct Movement: Sendable, Hashable, Codable {
        /// A name that is unique within the intersection.
        public var name: String
        /// The road it comes from.
        public var road: Int
        /// The road it leads to; `nil` out of the network.
        public var nextRoad: Int?
        /// The share of its road's vehicles that take it; the shares of a road add up to 1.
        public var share: Double
        /// The discharge of a standing queue in effective green, vehicles per hour.
        public var saturationFlow: Int

        /// Creates a movement.
        public init(name: String, road: Int, nextRoad: Int?, share: Double, saturationFlow: Int) {
            (self.name, self.road, self.nextRoad) = (name, road, nextRoad)
            (self.share, self.saturationFlow) = (share, saturationFlow)
        }
    }

    /// Movements that have green together.
    public struct Phase: Sendable, Hashable, Codable {
        /// A name that is unique within the intersection.
        public var name: String
        /// Indices in the network's list of movements.
        public var movements: [Int]

        /// Creates a phase.
        public init(name: String, movements: [Int]) {
            (self.name, self.movements) = (name, movements)
        }
    }

    /// A signalised intersection.
    public struct Intersection: Sendable, Hashable, Codable {
        /// A name that is unique in the network.
        public var name: String
        /// The movements of its approaches, consecutive in the network's list.
        public var movements: Range<Int>
        /// Its phases, 2...8.
        public var phases: [Phase]
        /// For each movement, as bit n for the n-th of `movements`: those that must never have green with it.
        public var conflicts: [UInt64]

        /// Creates an intersection.
        public init(name: String, movements: Range<Int>, phases: [Phase], conflicts: [UInt64]) {
            (self.name, self.movements, self.phases, self.conflicts) = (name, movements, phases, conflicts)
        }
    }

    /// The intersections.
    public let intersections: [Intersection]
    /// The roads, in the order of their destinations.
    public let roads: [Road]
    /// The movements, in the order of their roads.
    public let movements: [Movement]
    /// The roads on which vehicles enter, ascending.
    public let entries: [Int]
    /// The same in flat arrays, for the simulation.
    let tables: NetworkTables

    /// The most phases an intersection may have.
    public static var maximumPhaseCount: Int { 8 }

    /// Creates a network and checks that it fits together.
    ///
    /// - Throws: `ScenarioError` with the first thing that does not.
    public init(
        intersections: [Intersection],
        roads: [Road],
        movements: [Movement]
    ) throws(ScenarioError) {
        try Self.checkIndices(intersections, roads, movements)
        try Self.checkValues(intersections, roads, movements)
        self.intersections = intersections
        self.roads = roads
        self.movements = movements
        entries = roads.indices.filter { roads[$0].entryAxis != nil }
        tables = NetworkTables(intersections, roads, movements)
        try checkSize()
        try checkPhases()
        try checkExits()
    }

    /// The largest number of phases of an intersection.
    public var phaseCount: Int { intersections.map(\.phases.count).max() ?? 0 }
}
