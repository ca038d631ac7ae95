extension RoadNetwork {
    /// Builds a grid of four-armed intersections; 1×1 is an isolated junction.
    ///
    /// Each approach has three lanes: left, through, right. Four phases: through and right of one axis, left turns of
    /// the same axis, then of the other. Vehicles enter on every road that comes from outside.
    ///
    /// - Throws: `ScenarioError` when the sizes are not within 1...64 or the geometry makes no sense.
    public static func grid(
        rows: Int,
        columns: Int,
        geometry: RoadGeometry = RoadGeometry()
    ) throws(ScenarioError) -> RoadNetwork {
        guard (1...64).contains(rows), (1...64).contains(columns) else {
            throw ScenarioError("a grid of \(rows)x\(columns) is not within 1...64 rows and columns")
        }
        try geometry.check()
        let street = StreetGrid.Approach(
            lanes: [1, 1, 1],
            leftShare: geometry.leftShare,
            rightShare: geometry.rightShare
        )
        return try StreetGrid(rows: rows, columns: columns, geometry: geometry, streets: (street, street)).network
    }

    /// The numbers of junctions that an arterial may have.
    public static let arterialLengths = 2...20

    /// Builds a main street from west to east with a side street across it at each junction.
    ///
    /// The main street has four lanes per approach (left, two through, right) and 5% of its vehicles turn either way at
    /// each junction; side streets are those of a grid. With a quarter of the main street's flow on the side streets
    /// and their default turns, as many vehicles turn into the main street as out of it.
    ///
    /// - Parameters:
    ///   - junctions: One of `arterialLengths`.
    ///   - geometry: Lengths and capacities; its turns are those of the side streets.
    /// - Returns: The network, its junctions from west to east.
    /// - Throws: `ScenarioError` when the number is not one of them or the geometry makes no sense.
    public static func arterial(
        junctions: Int,
        geometry: RoadGeometry = RoadGeometry()
    ) throws(ScenarioError) -> RoadNetwork {
        guard arterialLengths.contains(junctions) else {
            throw ScenarioError(
                "an arterial of \(junctions) junctions is not within "
                    + "\(arterialLengths.lowerBound)...\(arterialLengths.upperBound)"
            )
        }
        try geometry.check()
        let side = StreetGrid.Approach(
            lanes: [1, 1, 1],
            leftShare: geometry.leftShare,
            rightShare: geometry.rightShare
        )
        let main = StreetGrid.Approach(lanes: [1, 2, 1], leftShare: 0.05, rightShare: 0.05)
        return try StreetGrid(rows: 1, columns: junctions, geometry: geometry, streets: (side, main)).network
    }

    /// Builds the junction of two one-way streets: two movements, two phases.
    ///
    /// - Throws: `ScenarioError` when the geometry makes no sense.
    public static func crossing(
        geometry: RoadGeometry = RoadGeometry()
    ) throws(ScenarioError) -> RoadNetwork {
        try geometry.check()
        let names = ["southbound", "eastbound"]
        let roads = Axis.allCases.map { axis in
            Road(
                name: names[axis.rawValue],
                destination: 0,
                travelTime: geometry.travelTime,
                storage: geometry.storage(lanes: 1),
                entryAxis: axis,
                movements: axis.rawValue..<(axis.rawValue + 1)
            )
        }
        let movements = (0..<2).map {
            Movement(name: names[$0], road: $0, nextRoad: nil, share: 1, saturationFlow: geometry.saturationFlow)
        }
        let junction = Intersection(
            name: "r0c0",
            movements: 0..<2,
            phases: (0..<2).map { Phase(name: names[$0], movements: [$0]) },
            conflicts: [0b10, 0b01]
        )
        return try RoadNetwork(intersections: [junction], roads: roads, movements: movements)
    }
}
