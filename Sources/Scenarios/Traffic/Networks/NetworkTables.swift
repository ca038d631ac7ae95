/// A road network as flat arrays, so that a simulated second follows indices and no references.
///
/// 32-bit numbers throughout; −1 where there is nothing.
struct NetworkTables: Sendable, Hashable {
    let intersectionCount: Int
    let roadCount: Int
    let movementCount: Int

    /// By movement.
    let roadOfMovement: [Int32]
    let nextRoad: [Int32]
    let saturationFlow: [Int32]
    /// Of the movement's road: a vehicle whose random number is below takes this movement or an earlier one.
    let turnThreshold: [UInt64]

    /// By movement: a mask over the intersection's phases, −1 in those that serve it.
    let phaseMask: [SIMD8<Int32>]

    /// By intersection: 0 for each of its phases, −1 for those it has not.
    let noDemand: [SIMD8<Int32>]

    /// By road.
    let destination: [Int32]
    let travelTime: [Int32]
    let storage: [Int32]
    /// The saturation flows of its movements, added up.
    let roadFlow: [Int32]
    let firstMovementOfRoad: [Int32]
    let lastMovementOfRoad: [Int32]

    /// By intersection, with one entry more at the end.
    let firstMovement: [Int32]
    let firstPhase: [Int32]
    /// By phase of the whole network, with one entry more at the end: where its movements start in `phaseMovements`.
    let firstPhaseMovement: [Int32]
    let phaseMovements: [Int32]

    /// By intersection, with one entry more at the end: where the movements that lead to it start in `feeders`.
    let firstFeeder: [Int32]
    let feeders: [Int32]

    /// Entry roads, ascending, and the intersections at their ends.
    let entryRoads: [Int32]
    let entryAxes: [RoadNetwork.Axis]

    /// The largest travel time: vehicles on the way are kept by arrival time modulo one more than this.
    let longestTravelTime: Int

    init(
        _ intersections: [RoadNetwork.Intersection],
        _ roads: [RoadNetwork.Road],
        _ movements: [RoadNetwork.Movement]
    ) {
        intersectionCount = intersections.count
        roadCount = roads.count
        movementCount = movements.count
        roadOfMovement = movements.map { Int32($0.road) }
        nextRoad = movements.map { Int32($0.nextRoad ?? -1) }
        saturationFlow = movements.map { Int32($0.saturationFlow) }
        turnThreshold = Self.turnThresholds(roads, movements)
        phaseMask = Self.phaseMasks(intersections, movements)
        noDemand = intersections.map { intersection in
            var demand = SIMD8<Int32>(repeating: -1)
            for phase in intersection.phases.indices.prefix(demand.scalarCount) { demand[phase] = 0 }
            return demand
        }
        roadFlow = roads.map { road in movements[road.movements].reduce(0) { $0 &+ Int32($1.saturationFlow) } }
        destination = roads.map { Int32($0.destination) }
        travelTime = roads.map { Int32($0.travelTime) }
        storage = roads.map { Int32($0.storage) }
        firstMovementOfRoad = roads.map { Int32($0.movements.lowerBound) }
        lastMovementOfRoad = roads.map { Int32($0.movements.upperBound - 1) }
        firstMovement = intersections.map { Int32($0.movements.lowerBound) } + [Int32(movements.count)]
        let phases = intersections.flatMap(\.phases)
        firstPhase = Self.starts(of: intersections.map(\.phases.count))
        firstPhaseMovement = Self.starts(of: phases.map(\.movements.count))
        phaseMovements = phases.flatMap { $0.movements.map { Int32($0) } }
        let feeders = intersections.indices.map { intersection in
            movements.indices.filter { movements[$0].nextRoad.map { roads[$0].destination == intersection } ?? false }
        }
        firstFeeder = Self.starts(of: feeders.map(\.count))
        self.feeders = feeders.flatMap { $0.map { Int32($0) } }
        let entries = roads.indices.filter { roads[$0].entryAxis != nil }
        entryRoads = entries.map { Int32($0) }
        entryAxes = entries.compactMap { roads[$0].entryAxis }
        longestTravelTime = roads.map(\.travelTime).max() ?? 1
    }

    private static func starts(of counts: [Int]) -> [Int32] {
        var starts: [Int32] = [0]
        for count in counts { starts.append((starts.last ?? 0) + Int32(count)) }
        return starts
    }

    private static func phaseMasks(
        _ intersections: [RoadNetwork.Intersection],
        _ movements: [RoadNetwork.Movement]
    ) -> [SIMD8<Int32>] {
        var masks = Array(repeating: SIMD8<Int32>(repeating: 0), count: movements.count)
        for intersection in intersections {
            for (index, phase) in intersection.phases.enumerated().prefix(RoadNetwork.maximumPhaseCount) {
                for movement in phase.movements { masks[movement][index] = -1 }
            }
        }
        return masks
    }

    private static func turnThresholds(
        _ roads: [RoadNetwork.Road],
        _ movements: [RoadNetwork.Movement]
    ) -> [UInt64] {
        var thresholds = Array(repeating: UInt64.max, count: movements.count)
        for road in roads {
            var sum = 0.0
            // The last movement keeps the maximum, so that rounding leaves no vehicle without a way.
            for movement in road.movements.dropLast() {
                sum += movements[movement].share
                thresholds[movement] = sum >= 1 ? .max : UInt64(sum * 0x1p64)
            }
        }
        return thresholds
    }
}
