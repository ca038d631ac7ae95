internal import Scenarios

/// Networks that no generator makes, for what only they have.
enum OddNetworks {
    /// Five ways out of one road, phases in no order, and a short road that fills up between two junctions.
    static func manyWays() throws -> RoadNetwork {
        let shares = [0.3, 0.1, 0.2, 0.25, 0.15, 0.4, 0.6, 0.5, 0.5]
        let roads = [0, 0, 0, 0, 0, 1, 1, 2, 2]
        let next: [Int?] = [2, nil, nil, 2, nil, nil, 2, 1, nil]
        let flows = [1800, 3600, 900, 7200, 400, 1800, 1500, 1800, 2400]
        return try RoadNetwork(
            intersections: [
                .init(
                    name: "first",
                    movements: 0..<7,
                    phases: [
                        .init(name: "a", movements: [4, 0, 2]), .init(name: "b", movements: [3, 1]),
                        .init(name: "c", movements: [6, 5]), .init(name: "d", movements: [5, 2, 3]),
                    ],
                    conflicts: Array(repeating: 0, count: 7)
                ),
                .init(
                    name: "second",
                    movements: 7..<9,
                    phases: [.init(name: "a", movements: [8]), .init(name: "b", movements: [8, 7])],
                    conflicts: [0, 0]
                ),
            ],
            roads: [
                .init(
                    name: "in",
                    destination: 0,
                    travelTime: 12,
                    storage: 30,
                    entryAxis: .northSouth,
                    movements: 0..<5
                ),
                .init(name: "back", destination: 0, travelTime: 9, storage: 12, entryAxis: nil, movements: 5..<7),
                .init(name: "on", destination: 1, travelTime: 8, storage: 7, entryAxis: .eastWest, movements: 7..<9),
            ],
            movements: roads.indices.map {
                .init(
                    name: "m\($0)",
                    road: roads[$0],
                    nextRoad: next[$0],
                    share: shares[$0],
                    saturationFlow: flows[$0]
                )
            }
        )
    }

    /// So many junctions in a row, three roads to each: 64 roads are no whole number of junctions.
    static func row(of count: Int) throws -> RoadNetwork {
        try RoadNetwork(
            intersections: (0..<count).map { junction in
                let first = 3 * junction
                return .init(
                    name: "j\(junction)",
                    movements: first..<(first + 3),
                    phases: [
                        .init(name: "street", movements: [first]),
                        .init(name: "sides", movements: [first + 2, first + 1]),
                    ],
                    conflicts: [0b110, 0b001, 0b001]
                )
            },
            roads: (0..<(3 * count)).map { road in
                let isLink = road % 3 == 0 && road > 0
                return .init(
                    name: "r\(road)",
                    destination: road / 3,
                    travelTime: 7 + road % 5,
                    storage: 20,
                    entryAxis: isLink ? nil : road % 3 == 0 ? .eastWest : .northSouth,
                    movements: road..<(road + 1)
                )
            },
            movements: (0..<(3 * count)).map { movement in
                let isLast = movement / 3 == count - 1
                return .init(
                    name: "m\(movement)",
                    road: movement,
                    nextRoad: isLast || movement % 3 == 2 ? nil : 3 * (movement / 3 + 1),
                    share: 1,
                    saturationFlow: 1800
                )
            }
        )
    }
}
