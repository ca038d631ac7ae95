extension SUMONetwork {
    /// A lane that leads to a stop line by way of a lane that is shorter than the detectors reach.
    ///
    /// Maps cut roads where they please, often right before the stop line: what stands there stands before the light.
    public struct Stretch: Sendable, Hashable, Codable {
        /// A lane before a stop line, and which share of the stretch's vehicles counts for it.
        public struct Part: Sendable, Hashable, Codable {
            /// The index of the lane.
            public var approach: Int
            /// 1, less where the stretch leads to several lanes.
            public var share: Double
        }

        /// Its id in the network.
        public var lane: String
        /// Metres from its beginning at which the detectors' reach begins.
        public var start: Double
        /// Metres.
        public var length: Double
        /// Where its vehicles go.
        public var parts: [Part]

        /// Whether it lies inside a junction.
        var isInside: Bool { lane.hasPrefix(":") }
    }

    /// Metres that one standing vehicle takes up: on less nobody can be seen to wait.
    static let vehicleSpacing = 7.5

    /// Finds what lies upstream of lanes that are shorter than the detectors reach.
    package struct UpstreamSearch {
        /// A way from one lane to the next.
        package struct Way: Hashable {
            package var from: String
            package var to: String
            /// The lanes inside the junction between them, in the order in which they are driven.
            package var inside: [String]
            /// Whether a traffic light lets vehicles onto it.
            package var isControlled: Bool

            package init(from: String, to: String, inside: [String] = [], isControlled: Bool = false) {
                self.from = from
                self.to = to
                self.inside = inside
                self.isControlled = isControlled
            }
        }

        private let reach: Double
        private let lengths: [String: Double]
        private let ways: [String: [Way]]
        /// By lane: to how many others it leads.
        private let fanOut: [String: Int]
        private var found: [Stretch] = []

        /// - Parameters:
        ///   - reach: Metres before a stop line in which vehicles are seen.
        ///   - lengths: By lane, those inside the junctions included.
        ///   - ways: Every way between lanes but those that turn round.
        package init(reach: Double, lengths: [String: Double], ways: [Way]) {
            self.reach = reach
            self.lengths = lengths
            self.ways = Dictionary(grouping: ways, by: \.to)
            fanOut = Dictionary(grouping: ways, by: \.from).mapValues { Set($0.map(\.to)).count }
        }

        /// Finds the stretches before all approaches.
        package mutating func stretches(before approaches: [String]) -> [Stretch] {
            for (index, lane) in approaches.enumerated() {
                climb(lane, seen: lengths[lane] ?? reach, share: 1, approach: index, path: [lane])
            }
            return found
        }

        private mutating func climb(_ lane: String, seen: Double, share: Double, approach: Int, path: [String]) {
            guard seen < reach, path.count <= SUMONetwork.maximumPieces else { return }
            for way in ways[lane] ?? [] where !path.contains(way.from) {
                // Behind another light vehicles wait for that one; only where nobody has room in front of it is it ours.
                if way.isControlled, seen >= SUMONetwork.vehicleSpacing { continue }
                let share = share / Double(max(1, fanOut[way.from] ?? 1))
                var seen = seen
                for inside in way.inside.reversed() {
                    // Who is inside a junction under a light is seen already, and has left its stop line.
                    if !way.isControlled { add(inside, from: 0, share: share, approach: approach) }
                    seen += lengths[inside] ?? 0
                }
                let length = lengths[way.from] ?? 0
                add(way.from, from: max(0, length - max(0, reach - seen)), share: share, approach: approach)
                climb(way.from, seen: seen + length, share: share, approach: approach, path: path + [way.from])
            }
        }

        private mutating func add(_ lane: String, from start: Double, share: Double, approach: Int) {
            guard let index = found.firstIndex(where: { $0.lane == lane }) else {
                let part = Stretch.Part(approach: approach, share: share)
                found.append(Stretch(lane: lane, start: start, length: lengths[lane] ?? 0, parts: [part]))
                return
            }
            found[index].start = min(found[index].start, start)
            if let known = found[index].parts.firstIndex(where: { $0.approach == approach }) {
                // Two ways to the same stop line: together no more than all of it.
                found[index].parts[known].share = min(1, found[index].parts[known].share + share)
            } else {
                found[index].parts.append(.init(approach: approach, share: share))
            }
        }
    }

    /// How many pieces of a road are followed before one stop line.
    static let maximumPieces = 24
}

extension SUMONetwork {
    /// Asks for every way between lanes, if one of the approaches is shorter than the detectors reach.
    static func findUpstream(
        of approaches: [Lane],
        reach: Double,
        _ connection: inout TraCIConnection
    ) throws(SUMOFailure) -> [Stretch] {
        guard approaches.contains(where: { $0.length < reach }) else { return [] }
        let names = try connection.value(0x00, of: .lane, id: "").stringList ?? []
        let outside = names.filter { !$0.hasPrefix(":") }
        var ways: [UpstreamSearch.Way] = []
        for (name, value) in zip(outside, try connection.values(0x33, of: .lane, ids: outside)) {
            ways += try Self.ways(value, from: name)
        }
        try addInsides(to: &ways, &connection)
        let inside = Array(Set(ways.flatMap(\.inside))).sorted()
        var lengths: [String: Double] = [:]
        for (name, value) in zip(outside + inside, try connection.values(0x44, of: .lane, ids: outside + inside)) {
            lengths[name] = value.double ?? 0
        }
        var search = UpstreamSearch(reach: reach, lengths: lengths, ways: ways)
        return search.stretches(before: approaches.map(\.name))
    }

    /// Follows each way through the junction: some are cut in its middle, where vehicles give way.
    private static func addInsides(
        to ways: inout [UpstreamSearch.Way],
        _ connection: inout TraCIConnection
    ) throws(SUMOFailure) {
        var open = ways.indices.filter { !ways[$0].inside.isEmpty }
        for _ in 1..<maximumInsideLanes where !open.isEmpty {
            let last = open.compactMap { ways[$0].inside.last }
            let values = try connection.values(0x33, of: .lane, ids: last)
            var next: [Int] = []
            for (index, (name, value)) in zip(open, zip(last, values)) {
                guard let inside = try successor(value, of: name), !ways[index].inside.contains(inside) else {
                    continue
                }
                ways[index].inside.append(inside)
                next.append(index)
            }
            open = next
        }
    }

    /// Takes the links of a lane apart: a count, then for each the next lane, the lane inside the junction, whether it
    /// has priority, is open, has foes, what it shows, its direction and its length.
    static func ways(_ value: TraCIValue, from name: String) throws(SUMOFailure) -> [UpstreamSearch.Way] {
        let failure = SUMOFailure(.badAnswer, "the links of lane \(name) cannot be read")
        guard let parts = value.compound, let count = parts.first?.integer, count >= 0, parts.count == 1 + 8 * count
        else { throw failure }
        var ways: [UpstreamSearch.Way] = []
        for link in 0..<count {
            let fields = parts[(1 + 8 * link)..<(9 + 8 * link)].map(\.string)
            guard let to = fields[0], let inside = fields[1], let shows = fields[5], let direction = fields[6] else {
                throw failure
            }
            // Pedestrians' ways, and who turns round in the middle of a road does not come from before it.
            guard !to.hasPrefix(":"), !direction.isEmpty, direction != "t" else { continue }
            ways.append(
                .init(
                    from: name,
                    to: to,
                    inside: inside.isEmpty ? [] : [inside],
                    isControlled: shows.contains { "GgrRyYuoO".contains($0) }
                )
            )
        }
        return ways
    }
}
