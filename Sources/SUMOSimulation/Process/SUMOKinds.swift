internal import Scenarios

/// What a session sees of the kinds of vehicles that are told apart: who of them is before a stop line, by their classes in SUMO.
///
/// A detector counts everybody alike; who asks for green, as buses and ambulances do, says who he is.
struct SUMOKinds: Sendable {
    let kinds: [VehicleKind]
    /// By lane with a stop line: its length.
    private let lengths: [Double]
    private let detectorDistance: Double

    /// Of which kinds vehicles and types of vehicles have turned out to be: k + 1 for kind k, 0 for others.
    struct Known: Sendable {
        fileprivate var vehicles: [String: Int] = [:]
        fileprivate(set) var types: [String: Int] = [:]
    }

    init(_ kinds: [VehicleKind], _ network: SUMONetwork, detectorDistance: Double) {
        self.kinds = kinds
        lengths = network.lanes.prefix(network.approachCount).map(\.length)
        self.detectorDistance = detectorDistance
    }

    /// Metres per second below which a vehicle stands, as SUMO counts it.
    private static let standing = 0.1

    /// Asks who they are that are new, and where those are that are of a kind.
    ///
    /// - Parameters:
    ///   - vehicles: By lane with a stop line, who is on it.
    ///   - connection: Stands between two steps.
    ///   - known: Who has been seen before.
    ///   - sight: What is seen of the lanes.
    /// - Throws: `SUMOFailure` when SUMO is gone or refuses to tell.
    func look(
        at vehicles: [[String]],
        _ connection: inout TraCIConnection,
        _ known: inout Known,
        _ sight: inout SUMOSight
    ) throws(SUMOFailure) {
        let new = vehicles.joined().filter { known.vehicles[$0] == nil }
        let (classes, types) = (
            try connection.values(0x49, of: .vehicle, ids: new), try connection.values(0x4F, of: .vehicle, ids: new)
        )
        for (index, vehicle) in new.enumerated() {
            let kind = kinds.firstIndex { $0.name == classes[index].string }.map { $0 + 1 } ?? 0
            known.vehicles[vehicle] = kind
            if let type = types[index].string { known.types[type] = kind }
        }
        sight.kinds = lengths.map { _ in SUMOSight.Kinds(count: kinds.count) }
        var special: [(vehicle: String, kind: Int, lane: Int)] = []
        for (lane, ids) in vehicles.enumerated() {
            for id in ids {
                if let kind = known.vehicles[id], kind > 0 { special.append((id, kind - 1, lane)) }
            }
        }
        let ids = special.map(\.vehicle)
        let speeds = try connection.values(0x40, of: .vehicle, ids: ids)
        let positions = try connection.values(0x56, of: .vehicle, ids: ids)
        for (index, vehicle) in special.enumerated() {
            let isStanding = (speeds[index].double ?? 0) < Self.standing
            let ahead = lengths[vehicle.lane] - (positions[index].double ?? 0)
            if isStanding { sight.kinds[vehicle.lane].halting[vehicle.kind] += 1 }
            if isStanding || ahead <= detectorDistance { sight.kinds[vehicle.lane].seen[vehicle.kind] += 1 }
        }
    }
}

extension SUMOSight {
    /// How many vehicles of each kind there are on a lane.
    package struct Kinds: Sendable, Hashable {
        /// Those that stand.
        package var halting: [Int32]
        /// Those that stand or are within the detector distance.
        package var seen: [Int32]

        init(count: Int) {
            halting = Array(repeating: 0, count: count)
            seen = halting
        }
    }
}

extension SUMOReplica {
    /// The phases that serve a lane on which a vehicle with priority is seen, bit p for phase p.
    func priorityPhases(of light: Int) -> UInt64 {
        guard !sight.kinds.isEmpty else { return 0 }
        let kinds = session.kinds
        func asks(_ lane: Int) -> Bool {
            kinds.indices.contains { kinds[$0].hasPriority && sight.kinds[lane].seen[$0] > 0 }
        }
        return lanes[light].phaseLanes.enumerated().reduce(0) { asked, phase in
            phase.element.contains(where: asks) ? asked | 1 << UInt64(phase.offset) : asked
        }
    }

    /// As how many vehicles more than one each those that stand before a light count.
    func surplusQueue(of light: Int) -> Float {
        guard !sight.kinds.isEmpty else { return 0 }
        return lanes[light].approaches.reduce(0) { sum, lane in
            zip(session.kinds, sight.kinds[lane].halting).reduce(sum) { $0 + ($1.0.weight - 1) * Float($1.1) }
        }
    }
}
