public import Scenarios

/// A way through a network: roads one after the other, joined by the movement that most vehicles take.
public struct Arterial: Sendable, Hashable {
    /// One road with the stop line at its end.
    public struct Section: Sendable, Hashable {
        /// The road.
        public let road: Int
        /// The intersection at its end.
        public let intersection: Int
        /// The movement that goes on.
        public let movement: Int
    }

    /// The sections in the direction of travel.
    public let sections: [Section]

    /// Finds the longest way that begins at an entry; the east-west axis first among equals, then the lower number.
    ///
    /// - Returns: `nil` for a network without entries.
    public static func longest(in network: RoadNetwork) -> Self? {
        let ways = network.entries.map { Self(sections: sections(from: $0, in: network)) }
        func rank(_ entry: Int) -> Int { network.roads[entry].entryAxis == .eastWest ? 1 : 0 }
        let best = ways.indices.max { one, other in
            let (first, second) = (ways[one].sections.count, ways[other].sections.count)
            return (first, rank(network.entries[one]), other) < (second, rank(network.entries[other]), one)
        }
        return best.map { ways[$0] }
    }

    private static func sections(from entry: Int, in network: RoadNetwork) -> [Section] {
        var sections: [Section] = []
        var next: Int? = entry
        while let road = next, !sections.contains(where: { $0.road == road }) {
            let movements = network.roads[road].movements
            guard
                let main = movements.max(by: {
                    (network.movements[$0].share, $1) < (network.movements[$1].share, $0)
                })
            else { break }
            sections.append(
                Section(road: road, intersection: network.roads[road].destination, movement: main)
            )
            next = network.movements[main].nextRoad
        }
        return sections
    }

    /// Whether a section's movement has green in a phase.
    public func isGreen(_ section: Section, inPhase phase: Int?, of network: RoadNetwork) -> Bool {
        guard let phase else { return false }
        return network.intersections[section.intersection].phases[phase].movements.contains(section.movement)
    }
}
