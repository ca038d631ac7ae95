// What makes a list of roads a network; a network from a file may be anything.
extension RoadNetwork {
    /// The most intersections: those of the largest grid.
    static var maximumIntersectionCount: Int { 4096 }

    /// Checks that every index is one and that each list is in the order of the one it belongs to.
    ///
    /// It comes before anything follows an index.
    static func checkIndices(
        _ intersections: [Intersection],
        _ roads: [Road],
        _ movements: [Movement]
    ) throws(ScenarioError) {
        guard (1...maximumIntersectionCount).contains(intersections.count) else {
            throw ScenarioError(
                "a network of \(intersections.count) intersections is not within 1...\(maximumIntersectionCount)"
            )
        }
        try checkConsecutive(roads.map { ("road \($0.name)", $0.movements) }, count: movements.count)
        try checkConsecutive(intersections.map { ("intersection \($0.name)", $0.movements) }, count: movements.count)
        for (index, road) in roads.enumerated() {
            try require(
                intersections.indices.contains(road.destination),
                "road \(road.name): an intersection at its end"
            )
            for movement in road.movements {
                try require(movements[movement].road == index, "movement \(movements[movement].name): its own road")
                try require(
                    intersections[road.destination].movements.contains(movement),
                    "movement \(movements[movement].name): the intersection at the end of its road"
                )
            }
        }
        for movement in movements {
            if let next = movement.nextRoad {
                try require(roads.indices.contains(next), "movement \(movement.name): a road to lead to")
            }
        }
        for intersection in intersections { try checkIndices(of: intersection) }
    }

    private static func checkConsecutive(_ ranges: [(owner: String, range: Range<Int>)], count: Int)
        throws(ScenarioError)
    {
        var next = 0
        for (owner, range) in ranges {
            try require(range.lowerBound == next && !range.isEmpty, "\(owner): movements of its own, one after another")
            next = range.upperBound
        }
        try require(next == count, "the last of its \(count) movements: a road and an intersection")
    }

    private static func checkIndices(of intersection: Intersection) throws(ScenarioError) {
        let (name, movements) = (intersection.name, intersection.movements)
        try require(movements.count <= 64, "intersection \(name): at most 64 movements, not \(movements.count)")
        try require(
            intersection.conflicts.count == movements.count,
            "intersection \(name): conflicts of every movement"
        )
        for (first, conflicts) in intersection.conflicts.enumerated() {
            for second in 0..<64 where conflicts & (1 << UInt64(second)) != 0 {
                let isMutual =
                    second < movements.count && second != first
                    && intersection.conflicts[second] & (1 << UInt64(first)) != 0
                try require(isMutual, "intersection \(name): conflicts between two of its movements, known to both")
            }
        }
        for phase in intersection.phases {
            let isSound = phase.movements.allSatisfy(movements.contains) && !phase.movements.isEmpty
            try require(isSound, "intersection \(name): movements of its own in phase \(phase.name)")
            let areDistinct = Set(phase.movements).count == phase.movements.count
            try require(areDistinct, "intersection \(name): each movement once in phase \(phase.name)")
        }
    }

    /// Checks names and numbers, before anything is computed from them.
    static func checkValues(
        _ intersections: [Intersection],
        _ roads: [Road],
        _ movements: [Movement]
    ) throws(ScenarioError) {
        try Self.requireDistinct(intersections.map(\.name), "intersection")
        try Self.requireDistinct(roads.map(\.name), "road")
        for road in roads {
            try Self.require((1...3600).contains(road.travelTime), "road \(road.name): a travel time of 1...3600 s")
            try Self.require(
                (1...1_000_000).contains(road.storage),
                "road \(road.name): storage for 1...1000000 vehicles"
            )
            for movement in movements[road.movements] {
                try Self.require(
                    movement.share >= 0 && movement.share <= 1,
                    "movement \(movement.name) of road \(road.name): a share within 0...1"
                )
                try Self.require(
                    (1...72_000).contains(movement.saturationFlow),
                    "movement \(movement.name) of road \(road.name): a saturation flow of 1...72000 vehicles per hour"
                )
            }
            let shares = movements[road.movements].reduce(0) { $0 + $1.share }
            try Self.require((shares - 1).magnitude < 1e-9, "road \(road.name): turning shares that add up to 1")
        }
    }

    /// Checks that the delay lines fit into memory.
    func checkSize() throws(ScenarioError) {
        let cells = movements.count * (tables.longestTravelTime + 1)
        try Self.require(
            cells <= 1 << 26,
            "its longest road: a shorter travel time (\(cells) places for \(movements.count) movements)"
        )
    }

    func checkPhases() throws(ScenarioError) {
        for intersection in intersections {
            let count = intersection.phases.count
            try Self.require(
                (2...Self.maximumPhaseCount).contains(count),
                "intersection \(intersection.name): 2...8 phases, not \(count)"
            )
            try Self.requireDistinct(intersection.phases.map(\.name), "phase of intersection \(intersection.name)")
            let first = intersection.movements.lowerBound
            var served: UInt64 = 0
            for phase in intersection.phases {
                let members = phase.movements.reduce(UInt64(0)) { $0 | 1 << UInt64($1 - first) }
                for movement in phase.movements {
                    let rivals = members & intersection.conflicts[movement - first]
                    guard rivals != 0 else { continue }
                    throw ScenarioError(
                        "phase \(phase.name) of intersection \(intersection.name) gives green to "
                            + "\(movements[movement].name) and \(movements[first + rivals.trailingZeroBitCount].name), "
                            + "which conflict"
                    )
                }
                served |= members
            }
            let unserved = ~served & (intersection.movements.count == 64 ? .max : 1 << intersection.movements.count - 1)
            guard unserved == 0 else {
                throw ScenarioError(
                    "no phase of intersection \(intersection.name) gives green to "
                        + "\(movements[first + unserved.trailingZeroBitCount].name)"
                )
            }
        }
    }

    /// Checks that vehicles can enter, and that whoever is on a road can leave the network from there.
    func checkExits() throws(ScenarioError) {
        try Self.require(!entries.isEmpty, "its edge: a road on which vehicles enter")
        var leads = Array(repeating: false, count: roads.count)
        var sources: [[Int]] = Array(repeating: [], count: roads.count)
        var open: [Int] = []
        for movement in movements where movement.share > 0 {
            if let next = movement.nextRoad {
                sources[next].append(movement.road)
            } else if !leads[movement.road] {
                leads[movement.road] = true
                open.append(movement.road)
            }
        }
        while let road = open.popLast() {
            for source in sources[road] where !leads[source] {
                leads[source] = true
                open.append(source)
            }
        }
        if let trap = leads.firstIndex(of: false) {
            throw ScenarioError("no way leads from road \(roads[trap].name) out of the network")
        }
    }

    private static func requireDistinct(_ names: [String], _ kind: String) throws(ScenarioError) {
        var seen: Set<String> = []
        for name in names {
            try require(!name.isEmpty, "each \(kind): a name")
            guard seen.insert(name).inserted else { throw ScenarioError("there are two \(kind)s named \(name)") }
        }
    }

    private static func require(_ condition: Bool, _ need: @autoclosure () -> String) throws(ScenarioError) {
        if !condition { throw ScenarioError("the network needs, at \(need())") }
    }
}
