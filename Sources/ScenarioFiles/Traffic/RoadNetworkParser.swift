internal import Scenarios

/// Puts a network together from what a file says.
///
/// The network's lists are in the order of the file, roads sorted by the intersection at their end.
struct RoadNetworkParser {
    private let document: YAMLValue.Fields
    private let junctions: [(name: String, value: YAMLValue)]
    private let roads: [RoadDescription]
    /// By road: the intersection at its end.
    private let destinations: [Int]
    /// By road: its first movement.
    private let firstMovements: [Int]

    /// Reads the roads and finds the intersections at their ends.
    init(_ text: String) throws(NetworkTextError) {
        document = try YAMLValue(document: text).fields(["defaults", "intersections", "roads", "demand"])
        let defaults = try RoadDefaults(document["defaults"])
        junctions = try document.required("intersections").entries("intersection")
        let names = junctions.map(\.name)
        var byJunction: [[RoadDescription]] = Array(repeating: [], count: names.count)
        for (name, value) in try document.required("roads").entries("road") {
            let road = try RoadDescription(name, value, defaults)
            byJunction[try road.to.index(of: "intersection", among: names)].append(road)
        }
        roads = byJunction.flatMap(\.self)
        destinations = byJunction.indices.flatMap { Array(repeating: $0, count: byJunction[$0].count) }
        var next = 0
        firstMovements = roads.map { road in
            defer { next += road.movements.count }
            return next
        }
        guard !roads.isEmpty else { throw NetworkTextError(nil, "there are no roads") }
        for (index, junction) in junctions.enumerated() where byJunction[index].isEmpty {
            throw junction.value.failure("needs roads that lead to it")
        }
    }

    /// The mean speed of the roads, metres per second.
    var meanSpeed: Double { roads.reduce(0) { $0 + $1.speed } / Double(roads.count) }

    private func movements(of road: Int) -> Range<Int> {
        firstMovements[road]..<(firstMovements[road] + roads[road].movements.count)
    }

    private func roads(of junction: Int) -> [Int] { roads.indices.filter { destinations[$0] == junction } }

    /// Builds the network.
    func network() throws(NetworkTextError) -> RoadNetwork {
        var movements: [RoadNetwork.Movement] = []
        for (index, road) in roads.enumerated() {
            for movement in road.movements { movements.append(try self.movement(movement, ofRoad: index)) }
        }
        var intersections: [RoadNetwork.Intersection] = []
        for junction in junctions.indices { intersections.append(try intersection(junction)) }
        do throws(ScenarioError) {
            return try RoadNetwork(
                intersections: intersections,
                roads: roads.enumerated().map { index, road in
                    RoadNetwork.Road(
                        name: road.name,
                        destination: destinations[index],
                        travelTime: road.travelTime,
                        storage: road.storage,
                        entryAxis: road.demand.isEmpty ? nil : road.arm.axis,
                        movements: self.movements(of: index)
                    )
                },
                movements: movements
            )
        } catch {
            throw NetworkTextError(nil, error.description)
        }
    }

    private func movement(
        _ movement: RoadDescription.Movement,
        ofRoad road: Int
    ) throws(NetworkTextError) -> RoadNetwork.Movement {
        var next: Int?
        if let to = movement.to {
            let index = try to.index(of: "road", among: roads.map(\.name))
            let here = junctions[destinations[road]].name
            guard try roads[index].from?.text() == here else {
                throw to.failure("leads to road \(roads[index].name), which needs \"from: \(here)\" then")
            }
            next = index
        }
        return RoadNetwork.Movement(
            name: "\(roads[road].name).\(movement.name)",
            road: road,
            nextRoad: next,
            share: movement.share,
            saturationFlow: movement.saturationFlow
        )
    }

    private func intersection(_ junction: Int) throws(NetworkTextError) -> RoadNetwork.Intersection {
        let (name, value) = junctions[junction]
        let fields = try value.fields(["phases", "conflicts"])
        let roads = roads(of: junction)
        let first = firstMovements[roads[0]]
        let count = roads.reduce(0) { $0 + self.roads[$1].movements.count }
        guard count <= 64 else { throw value.failure("has \(count) movements; 64 is the limit") }
        var phases: [RoadNetwork.Phase] = []
        for (name, list) in try fields.required("phases").entries("phase") {
            phases.append(.init(name: name, movements: try references(list, junction).flatMap(\.self)))
        }
        let conflicts: [UInt64]
        if let list = fields["conflicts"] {
            conflicts = try listedConflicts(list, junction, first: first, count: count)
        } else {
            conflicts = try derivedConflicts(junction)
        }
        return RoadNetwork.Intersection(
            name: name,
            movements: first..<(first + count),
            phases: phases,
            conflicts: conflicts
        )
    }

    /// Reads a list of movements: `road.movement`, or `road` for all of a road.
    private func references(_ list: YAMLValue, _ junction: Int) throws(NetworkTextError) -> [[Int]] {
        var result: [[Int]] = []
        for item in try list.items() {
            let text = try item.text()
            let known = roads(of: junction)
            if let road = known.first(where: { roads[$0].name == text }) {
                result.append(Array(movements(of: road)))
                continue
            }
            let names = known.flatMap { road in roads[road].movements.map { "\(roads[road].name).\($0.name)" } }
            guard let index = names.firstIndex(of: text) else {
                throw item.unknown("movement", text, among: names)
            }
            result.append([firstMovements[known[0]] + index])
        }
        return result
    }

    /// Reads pairs of movements that conflict.
    private func listedConflicts(
        _ list: YAMLValue,
        _ junction: Int,
        first: Int,
        count: Int
    ) throws(NetworkTextError) -> [UInt64] {
        var conflicts = Array(repeating: UInt64(0), count: count)
        for pair in try list.items() {
            let sides = try references(pair, junction)
            guard sides.count == 2 else { throw pair.failure("needs pairs of movements or roads") }
            for one in sides[0] {
                for other in sides[1] where other != one {
                    conflicts[one - first] |= 1 << UInt64(other - first)
                    conflicts[other - first] |= 1 << UInt64(one - first)
                }
            }
        }
        return conflicts
    }

    /// Finds the conflicts from the arms of the roads and the turns of their movements.
    private func derivedConflicts(_ junction: Int) throws(NetworkTextError) -> [UInt64] {
        var paths: [RoadNetwork.Path] = []
        var arms: Set<RoadNetwork.Arm> = []
        for index in roads(of: junction) {
            let road = roads[index]
            guard arms.insert(road.arm).inserted else {
                throw junctions[junction].value.failure(
                    "has two roads from the \(road.arm.rawValue): list its \"conflicts\""
                )
            }
            for movement in road.movements {
                guard let turn = movement.turn else {
                    throw movement.value.failure(
                        "is none of left, through, right: list the \"conflicts\" of intersection "
                            + "\(junctions[junction].name)"
                    )
                }
                paths.append(.init(arm: road.arm, turn: turn))
            }
        }
        return RoadNetwork.conflicts(of: paths)
    }

    /// Builds the demand: a flow per entry and period.
    func demand(of network: RoadNetwork) throws(NetworkTextError) -> TrafficDemand {
        let fields = try document["demand"]?.fields(["period", "arrivals"])
        let seconds = try fields?["period"]?.integer(1...86_400) ?? 900
        let entries = roads.filter { !$0.demand.isEmpty }
        let count = entries.map(\.demand.count).max() ?? 1
        for road in entries where road.demand.count != 1 && road.demand.count != count {
            throw road.value.failure("has demand for \(road.demand.count) periods where another road has \(count)")
        }
        var demand = TrafficDemand(
            periods: (0..<count).map { period in
                let flows = entries.map { $0.demand.count == 1 ? $0.demand[0] : $0.demand[period] }
                return TrafficDemand.Period(seconds: seconds, northSouth: 0, eastWest: 0, entries: flows)
            }
        )
        demand.arrivals = try fields?["arrivals"]?.choice(TrafficDemand.Arrivals.self) ?? .poisson
        return demand
    }
}

extension YAMLValue {
    /// Finds a name in a list.
    fileprivate func index(of kind: String, among names: [String]) throws(NetworkTextError) -> Int {
        let name = try text()
        guard let index = names.firstIndex(of: name) else {
            throw unknown(kind, name, among: names)
        }
        return index
    }
}
