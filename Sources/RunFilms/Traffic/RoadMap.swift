internal import Foundation
package import Scenarios

/// Where the junctions and roads of a network lie: x to the east, y to the south, neighbours about 1 apart.
package struct RoadMap {
    /// By junction its place.
    package let positions: [SIMD2<Double>]
    /// By road the junction it comes from; `nil` for one from outside.
    package let origins: [Int?]
    /// By road from outside the direction from its junction in which it lies, of length 1; `nil` for others.
    package let entryDirections: [SIMD2<Double>?]

    /// Draws the map of a scenario's network.
    package init(_ scenario: TrafficScenario, _ network: RoadNetwork) {
        var origins = [Int?](repeating: nil, count: network.roads.count)
        for movement in network.movements {
            guard let next = movement.nextRoad else { continue }
            origins[next] = network.roads[movement.road].destination
        }
        self.origins = origins
        if let columns = Self.columns(of: scenario) {
            positions = network.intersections.indices.map { SIMD2(Double($0 % columns), Double($0 / columns)) }
            // A grid's roads come in the order of its arms.
            entryDirections = network.roads.indices.map { origins[$0] == nil ? Self.arms[$0 % 4] : nil }
        } else {
            let links = network.roads.indices.compactMap { road in
                origins[road].map { ($0, network.roads[road].destination) }
            }
            let layout = StressLayout(count: network.intersections.count, links: links).positions
            let places = Self.turned(layout, network, origins)
            positions = places
            entryDirections = Self.directions(network, origins, places)
        }
    }

    /// North, east, south, west.
    private static let arms: [SIMD2<Double>] = [SIMD2(0, -1), SIMD2(1, 0), SIMD2(0, 1), SIMD2(-1, 0)]

    /// The columns of a network that is laid out as a grid; `nil` for others.
    private static func columns(of scenario: TrafficScenario) -> Int? {
        switch scenario.layout {
        case .grid: scenario.columns
        case .arterial: scenario.junctions
        case .crossing, .custom: nil
        }
    }

    /// Turns a layout, which has no north, so that roads from outside find room on the sides from which they come: a street from west
    /// to east lies that way when those that cross it come from north and south.
    private static func turned(
        _ positions: [SIMD2<Double>],
        _ network: RoadNetwork,
        _ origins: [Int?]
    ) -> [SIMD2<Double>] {
        var best = (cost: Double.infinity, positions: positions)
        for step in 0..<24 {
            let angle = Double(step) * Double.pi / 12
            let (x, y) = (cos(angle), sin(angle))
            let turned = positions.map { SIMD2($0.x * x - $0.y * y, $0.x * y + $0.y * x) }
            let cost = crowding(turned, network, origins)
            if cost < best.cost - 1e-9 { best = (cost, turned) }
        }
        return best.positions
    }

    /// By junction the directions of its roads to and from other junctions, of length 1.
    private static func ways(
        _ positions: [SIMD2<Double>],
        _ network: RoadNetwork,
        _ origins: [Int?]
    ) -> [[SIMD2<Double>]] {
        var ways = [[SIMD2<Double>]](repeating: [], count: positions.count)
        for (road, origin) in origins.enumerated() {
            guard let origin else { continue }
            let junction = network.roads[road].destination
            let way = positions[origin] - positions[junction]
            let length = (way * way).sum().squareRoot()
            guard length > 0 else { continue }
            ways[junction].append(way / length)
            // The way back, of a street with one direction.
            ways[origin].append(-way / length)
        }
        return ways
    }

    /// How much roads between junctions take the room of those from outside.
    private static func crowding(
        _ positions: [SIMD2<Double>],
        _ network: RoadNetwork,
        _ origins: [Int?]
    ) -> Double {
        let ways = ways(positions, network, origins)
        var sum = 0.0
        for (road, origin) in origins.enumerated() where origin == nil {
            let junction = network.roads[road].destination
            let own = network.roads[road].entryAxis == .northSouth ? [arms[0], arms[2]] : [arms[3], arms[1]]
            let costs = own.map { arm in ways[junction].map { max(0, ($0 * arm).sum()) }.max() ?? 0 }
            // The side that is taken first counts a little more.
            sum += min(costs[0], costs[1]) + 0.1 * costs[0]
        }
        return sum
    }

    /// Puts the roads from outside where a junction has room: the first arm of their axis that is free, else the widest gap.
    private static func directions(
        _ network: RoadNetwork,
        _ origins: [Int?],
        _ positions: [SIMD2<Double>]
    ) -> [SIMD2<Double>?] {
        var taken = ways(positions, network, origins)
        return origins.enumerated().map { road, origin in
            guard origin == nil else { return nil }
            let junction = network.roads[road].destination
            let isNorthSouth = network.roads[road].entryAxis == .northSouth
            let own = isNorthSouth ? [arms[0], arms[2]] : [arms[3], arms[1]]
            func isFree(_ arm: SIMD2<Double>) -> Bool { taken[junction].allSatisfy { ($0 * arm).sum() < 0.5 } }
            let direction = own.first(where: isFree) ?? widestGap(taken[junction])
            taken[junction].append(direction)
            return direction
        }
    }

    /// The middle of the widest gap between directions.
    private static func widestGap(_ taken: [SIMD2<Double>]) -> SIMD2<Double> {
        let angles = taken.map { atan2($0.y, $0.x) }.sorted()
        guard let first = angles.first else { return arms[0] }
        var best = (start: first, width: 0.0)
        for (index, angle) in angles.enumerated() {
            let next = index + 1 < angles.count ? angles[index + 1] : first + 2 * Double.pi
            if next - angle > best.width { best = (angle, next - angle) }
        }
        let middle = best.start + best.width / 2
        return SIMD2(cos(middle), sin(middle))
    }
}
