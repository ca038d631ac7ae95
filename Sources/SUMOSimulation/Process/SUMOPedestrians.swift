/// What a session sees of pedestrians: who waits on either side of a crossing under a light.
///
/// SUMO's lanes and detectors count vehicles only. Who stands in an area beside a crossing and goes over it next counts
/// for the crossing's light as a vehicle does for its.
struct SUMOPedestrians: Sendable {
    /// One crossing.
    struct Crossing: Sendable {
        var edge: String
        var areas: [String]
        var approach: Int
    }

    let crossings: [Crossing]
    /// The areas beside them, each once.
    let areas: [String]
    private let areaNames: [[UInt8]]
    /// The approaches that are crossings.
    let approaches: Set<Int>

    init(_ network: SUMONetwork) {
        let indices = network.laneIndices
        crossings = network.signals.flatMap { signal in
            signal.crossings.compactMap { crossing in
                guard let approach = signal.links[crossing.link].first.flatMap({ indices[$0.from] }) else { return nil }
                return Crossing(edge: crossing.edge, areas: crossing.areas, approach: approach)
            }
        }
        areas = SUMONetwork.distinct(crossings.flatMap(\.areas), except: [])
        areaNames = areas.map { Array($0.utf8) }
        approaches = Set(crossings.map(\.approach))
    }

    private static let areaVariables: [UInt8] = [0x1A]
    /// Metres per second below which a pedestrian stands: who waits in a crowd shuffles.
    private static let standing = 0.5

    /// The subscriptions, in the order in which `read` reads them.
    var subscriptions: [TraCICommand] { areas.map { .subscribe(.edge, id: $0, variables: Self.areaVariables) } }

    /// Reads who is in the areas.
    ///
    /// - Returns: By area the persons.
    func read(_ reader: inout TraCIReader) throws(TraCIReader.Failure) -> [[String]] {
        var persons: [[String]] = []
        for name in areaNames {
            try reader.subscription(to: Self.areaVariables, of: .edge, id: name) { _, value in
                persons.append(value.stringList ?? [])
            }
        }
        return persons
    }

    /// Asks where the persons in the areas go next, and adds those who wait for a crossing to what is seen.
    ///
    /// - Parameters:
    ///   - persons: By area the persons.
    ///   - connection: Stands between two steps.
    ///   - sight: What is seen of the approaches.
    ///   - waiting: By approach: who waits.
    /// - Throws: `SUMOFailure` when SUMO is gone or refuses to tell.
    func look(
        at persons: [[String]],
        _ connection: inout TraCIConnection,
        _ sight: inout SUMOSight,
        _ waiting: inout [[String]]
    ) throws(SUMOFailure) {
        for approach in approaches {
            (sight.vehicles[approach], sight.halting[approach], sight.near[approach]) = (0, 0, 0)
        }
        sight.walkers.removeAll(keepingCapacity: true)
        let all = persons.flatMap(\.self)
        guard !all.isEmpty else { return }
        let next = try connection.values(0xC1, of: .person, ids: all)
        let speeds = try connection.values(0x40, of: .person, ids: all)
        var index = 0
        for (area, names) in zip(areas, persons) {
            for name in names {
                let (edge, speed) = (next[index].string, speeds[index].double ?? 0)
                index += 1
                guard let crossing = crossings.first(where: { $0.edge == edge && $0.areas.contains(area) }) else {
                    continue
                }
                sight.near[crossing.approach] += 1
                sight.vehicles[crossing.approach] += 1
                if crossing.approach < waiting.count { waiting[crossing.approach].append(name) }
                guard speed < Self.standing else { continue }
                sight.halting[crossing.approach] += 1
                sight.walkers.append(name)
            }
        }
    }
}
