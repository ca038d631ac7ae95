/// Lays out a grid: arms and movements by arithmetic on their positions.
///
/// Arms are numbered clockwise from north. Approach a of intersection i is road 4i + a; its left, through and right
/// movements are 3 times that, plus 0, 1, 2.
struct StreetGrid {
    /// The end of a street at an intersection.
    struct Approach {
        /// Lanes for left turns, through traffic and right turns.
        let lanes: [Int]
        /// The shares of its vehicles that turn.
        let leftShare: Double
        let rightShare: Double
    }

    let rows: Int
    let columns: Int
    let geometry: RoadGeometry
    /// The approaches of the north-south streets and those of the east-west streets.
    let streets: (northSouth: Approach, eastWest: Approach)

    private func approach(_ arm: Int) -> Approach { arm % 2 == 0 ? streets.northSouth : streets.eastWest }

    /// The network, checked.
    var network: RoadNetwork {
        get throws(ScenarioError) {
            try RoadNetwork(intersections: intersections, roads: roads, movements: movements)
        }
    }

    private func name(_ intersection: Int) -> String {
        "r\(intersection / columns)c\(intersection % columns)"
    }

    private func neighbor(of intersection: Int, arm: Int) -> Int? {
        let row = intersection / columns + [-1, 0, 1, 0][arm]
        let column = intersection % columns + [0, 1, 0, -1][arm]
        return (0..<rows).contains(row) && (0..<columns).contains(column) ? row * columns + column : nil
    }

    private var roads: [RoadNetwork.Road] {
        (0..<(rows * columns * 4)).map { road in
            let (intersection, arm) = (road / 4, road % 4)
            return RoadNetwork.Road(
                name: "\(name(intersection)) from \(RoadNetwork.Arm.allCases[arm].rawValue)",
                destination: intersection,
                travelTime: geometry.travelTime,
                storage: geometry.storage(lanes: approach(arm).lanes.reduce(0, +)),
                entryAxis: neighbor(of: intersection, arm: arm) != nil
                    ? nil : arm % 2 == 0 ? .northSouth : .eastWest,
                movements: (3 * road)..<(3 * road + 3)
            )
        }
    }

    private var movements: [RoadNetwork.Movement] {
        (0..<(rows * columns * 12)).map { movement in
            let (road, turn) = (movement / 3, movement % 3)
            let (intersection, arm) = (road / 4, road % 4)
            let path = RoadNetwork.Path(arm: RoadNetwork.Arm.allCases[arm], turn: RoadNetwork.Turn.allCases[turn])
            let exit = path.exitIndex
            let approach = approach(arm)
            let shares = [approach.leftShare, 1 - approach.leftShare - approach.rightShare, approach.rightShare]
            return RoadNetwork.Movement(
                name: "\(RoadNetwork.Arm.allCases[arm].rawValue) \(RoadNetwork.Turn.allCases[turn].rawValue)",
                road: road,
                nextRoad: neighbor(of: intersection, arm: exit).map { 4 * $0 + (exit + 2) % 4 },
                share: shares[turn],
                saturationFlow: geometry.saturationFlow * approach.lanes[turn]
            )
        }
    }

    private var intersections: [RoadNetwork.Intersection] {
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

    /// The conflicts of the twelve movements, in their order.
    private static let conflicts = RoadNetwork.conflicts(
        of: RoadNetwork.Arm.allCases.flatMap { arm in RoadNetwork.Turn.allCases.map { .init(arm: arm, turn: $0) } }
    )
}
