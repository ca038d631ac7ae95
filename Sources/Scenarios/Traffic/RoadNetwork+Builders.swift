/// Lengths, speeds and capacities of the roads of a generated network.
public struct RoadGeometry: Sendable, Hashable, Codable {
    /// Metres from stop line to stop line.
    ///
    /// Default 200, within the 150...300 m of the published grids.
    public var length = 200.0
    /// Free-flow metres per second.
    ///
    /// Default 13.9 (50 km/h).
    public var speed = 13.9
    /// Metres of lane that a standing vehicle takes.
    ///
    /// Default 7.5: SUMO's 5 m vehicle and 2.5 m gap.
    public var vehicleSpacing = 7.5
    /// Vehicles per hour and lane that leave a standing queue.
    ///
    /// Default 1800, the textbook value.
    public var saturationFlow = 1800
    /// The share of vehicles that turn left.
    ///
    /// Default 0.2.
    public var leftShare = 0.2
    /// The share of vehicles that turn right.
    ///
    /// Default 0.2.
    public var rightShare = 0.2

    /// Creates the default geometry.
    public init() {}

    /// Free-flow seconds from stop line to stop line, at least 1.
    public var travelTime: Int { max(1, Int(length / speed + 0.5)) }

    /// The vehicles that fit on a number of lanes.
    public func storage(lanes: Int) -> Int { max(1, Int(length / vehicleSpacing) * lanes) }

    func check() throws(ScenarioError) {
        guard length >= 10, length <= 10_000 else {
            throw ScenarioError("a road length of \(length) m is not within 10...10000 m")
        }
        guard speed >= 1, speed <= 60 else {
            throw ScenarioError("a speed of \(speed) m/s is not within 1...60 m/s")
        }
        guard vehicleSpacing >= 1, vehicleSpacing <= 50 else {
            throw ScenarioError("a vehicle spacing of \(vehicleSpacing) m is not within 1...50 m")
        }
        guard (1...7200).contains(saturationFlow) else {
            throw ScenarioError("a saturation flow of \(saturationFlow) veh/h is not within 1...7200")
        }
        guard leftShare >= 0, rightShare >= 0, leftShare + rightShare <= 1 else {
            throw ScenarioError(
                "left share \(leftShare) and right share \(rightShare) add up to more than 1"
            )
        }
    }
}

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
        let builder = GridBuilder(rows: rows, columns: columns, geometry: geometry)
        return try RoadNetwork(
            intersections: builder.intersections,
            roads: builder.roads,
            movements: builder.movements
        )
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

/// Lays out a grid: arms and movements by arithmetic on their positions.
///
/// Arms are numbered clockwise from north. Approach a of intersection i is road 4i + a; its left, through and right
/// movements are 3 times that, plus 0, 1, 2.
private struct GridBuilder {
    let rows: Int
    let columns: Int
    let geometry: RoadGeometry

    private static let armNames = ["north", "east", "south", "west"]
    private static let turnNames = ["left", "through", "right"]

    private func name(_ intersection: Int) -> String {
        "r\(intersection / columns)c\(intersection % columns)"
    }

    private func neighbor(of intersection: Int, arm: Int) -> Int? {
        let row = intersection / columns + [-1, 0, 1, 0][arm]
        let column = intersection % columns + [0, 1, 0, -1][arm]
        return (0..<rows).contains(row) && (0..<columns).contains(column) ? row * columns + column : nil
    }

    /// The arm by which a vehicle leaves that came in by another and turns left (0), goes on (1) or turns right (2).
    private static func exitArm(from arm: Int, turn: Int) -> Int { (arm + 1 + turn) % 4 }

    var roads: [RoadNetwork.Road] {
        (0..<(rows * columns * 4)).map { road in
            let (intersection, arm) = (road / 4, road % 4)
            return RoadNetwork.Road(
                name: "\(name(intersection)) from \(Self.armNames[arm])",
                destination: intersection,
                travelTime: geometry.travelTime,
                storage: geometry.storage(lanes: 3),
                entryAxis: neighbor(of: intersection, arm: arm) != nil
                    ? nil : arm % 2 == 0 ? .northSouth : .eastWest,
                movements: (3 * road)..<(3 * road + 3)
            )
        }
    }

    var movements: [RoadNetwork.Movement] {
        let shares = [geometry.leftShare, 1 - geometry.leftShare - geometry.rightShare, geometry.rightShare]
        return (0..<(rows * columns * 12)).map { movement in
            let (road, turn) = (movement / 3, movement % 3)
            let (intersection, arm) = (road / 4, road % 4)
            let exit = Self.exitArm(from: arm, turn: turn)
            return RoadNetwork.Movement(
                name: "\(Self.armNames[arm]) \(Self.turnNames[turn])",
                road: road,
                nextRoad: neighbor(of: intersection, arm: exit).map { 4 * $0 + (exit + 2) % 4 },
                share: shares[turn],
                saturationFlow: geometry.saturationFlow
            )
        }
    }

    var intersections: [RoadNetwork.Intersection] {
        (0..<(rows * columns)).map { index in
            let first = 12 * index
            func phase(_ name: String, arms: [Int], turns: [Int]) -> RoadNetwork.Phase {
                RoadNetwork.Phase(
                    name: name,
                    movements: arms.flatMap { arm in turns.map { first + 3 * arm + $0 } }
                )
            }
            return RoadNetwork.Intersection(
                name: name(index),
                movements: first..<(first + 12),
                phases: [
                    phase("north-south through", arms: [0, 2], turns: [1, 2]),
                    phase("north-south left", arms: [0, 2], turns: [0]),
                    phase("east-west through", arms: [1, 3], turns: [1, 2]),
                    phase("east-west left", arms: [1, 3], turns: [0]),
                ],
                conflicts: Self.conflicts
            )
        }
    }

    /// The conflicts of the twelve movements: paths from different arms that cross or that leave by the same arm.
    ///
    /// Round the intersection clockwise lie the ways in and out of north, of east, and so on (traffic keeps right), so
    /// two paths cross where exactly one end of one lies between the ends of the other.
    private static let conflicts: [UInt64] = {
        func ends(_ movement: Int) -> (entry: Int, exit: Int) {
            (2 * (movement / 3), 2 * exitArm(from: movement / 3, turn: movement % 3) + 1)
        }
        func conflict(_ a: Int, _ b: Int) -> Bool {
            let (first, second) = (ends(a), ends(b))
            if first.entry == second.entry { return false }
            if first.exit == second.exit { return true }
            let between = (min(first.entry, first.exit) + 1)..<max(first.entry, first.exit)
            return between.contains(second.entry) != between.contains(second.exit)
        }
        return (0..<12).map { a in
            (0..<12).reduce(UInt64(0)) { conflict(a, $1) ? $0 | 1 << UInt64($1) : $0 }
        }
    }()
}
