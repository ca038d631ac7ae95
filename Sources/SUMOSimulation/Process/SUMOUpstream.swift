/// What a session sees beyond the lanes that end at a light: the lanes before a short one, and who waits to enter.
///
/// What is seen there is added to what is seen of the lanes before the stop lines, so that nobody else needs to know
/// where a road is cut.
struct SUMOUpstream: Sendable {
    private let stretches: [SUMONetwork.Stretch]
    private let names: [[UInt8]]
    private let detectorNames: [[UInt8]]
    /// By stretch: which of the network's lanes it is, if it is one: SUMO answers two subscriptions to one lane as one.
    private let laneIndices: [Int?]
    private let entries: [String]
    private let entryNames: [[UInt8]]
    private let entryParts: [[SUMONetwork.Stretch.Part]]
    /// By approach: how many vehicles are seen when nobody else can enter there.
    private let rooms: [Int32]
    private let approachCount: Int
    private let isWatching: Bool

    init(_ network: SUMONetwork, isWatching: Bool) {
        stretches = network.upstream
        names = network.upstream.map { Array($0.lane.utf8) }
        detectorNames = network.upstream.indices.map { Array(Self.detectorName($0).utf8) }
        let indices = network.laneIndices
        laneIndices = network.upstream.map { indices[$0.lane] }
        entries = network.entries
        entryNames = network.entries.map { Array($0.utf8) }
        entryParts = network.entryParts
        rooms = network.roomsInSight
        approachCount = network.approachCount
        self.isWatching = isWatching
    }

    static func detectorName(_ index: Int) -> String { "shardq upstream \(index)" }

    /// Vehicles, and those that stand.
    private static let laneVariables: [UInt8] = [0x10, 0x14]
    /// Vehicles, those that stand, and which they are.
    private static let watchedLaneVariables: [UInt8] = laneVariables + [0x12]
    private static let entryVariables: [UInt8] = [0x94]

    private func laneVariables(_ stretch: SUMONetwork.Stretch) -> [UInt8] {
        isWatching && stretch.isInside ? Self.watchedLaneVariables : Self.laneVariables
    }

    private var detectorVariables: [UInt8] { isWatching ? [0x12] : [0x10] }

    /// A detector on each stretch of road, as additional elements; lanes inside junctions are seen as a whole.
    var detectorElements: [String] {
        stretches.enumerated().filter { !$1.isInside }.map { index, stretch in
            "<laneAreaDetector id=\"\(Self.detectorName(index))\" lane=\"\(XMLElements.escaped(stretch.lane))\" "
                + "pos=\"\(stretch.start)\" endPos=\"\(stretch.length)\" friendlyPos=\"true\" period=\"86400\" "
                + "file=\"NUL\"/>"
        }
    }

    /// The subscriptions, in the order in which `read` reads them.
    var subscriptions: [TraCICommand] {
        var commands: [TraCICommand] = []
        for (index, stretch) in stretches.enumerated() {
            if laneIndices[index] == nil {
                commands.append(.subscribe(.lane, id: stretch.lane, variables: laneVariables(stretch)))
            }
            guard !stretch.isInside else { continue }
            commands.append(.subscribe(.laneArea, id: Self.detectorName(index), variables: detectorVariables))
        }
        for entry in entries { commands.append(.subscribe(.edge, id: entry, variables: Self.entryVariables)) }
        return commands
    }

    /// What is to be added to an approach, in shares of vehicles.
    private struct Addition {
        var vehicles = 0.0
        var halting = 0.0
        var near = 0.0
        var outside = 0.0
    }

    /// Reads what the subscriptions have sent and adds it to what is seen of the approaches.
    func read(
        _ reader: inout TraCIReader,
        _ sight: inout SUMOSight,
        _ vehicles: inout [[String]]
    ) throws(TraCIReader.Failure) {
        guard !stretches.isEmpty || !entries.isEmpty else { return }
        var additions = Array(repeating: Addition(), count: approachCount)
        for (index, stretch) in stretches.enumerated() {
            var (all, halting) = (0, 0)
            var ids: [String] = []
            if let lane = laneIndices[index] {
                (all, halting) = (Int(sight.vehicles[lane]), Int(sight.halting[lane]))
            } else {
                try reader.subscription(to: laneVariables(stretch), of: .lane, id: names[index]) { variable, value in
                    switch variable {
                    case 0: all = value.integer ?? 0
                    case 1: halting = value.integer ?? 0
                    default: ids = value.stringList ?? []
                    }
                }
            }
            var near = all
            if !stretch.isInside {
                try reader.subscription(to: detectorVariables, of: .laneArea, id: detectorNames[index]) { _, value in
                    ids = value.stringList ?? []
                    near = value.integer ?? ids.count
                }
            }
            for part in stretch.parts {
                additions[part.approach].vehicles += Double(all) * part.share
                additions[part.approach].halting += Double(halting) * part.share
                additions[part.approach].near += Double(near) * part.share
                if isWatching { vehicles[part.approach] += ids }
            }
        }
        for (entry, name) in entryNames.enumerated() {
            var count = 0
            try reader.subscription(to: Self.entryVariables, of: .edge, id: name) { _, value in
                count = value.stringList?.count ?? 0
            }
            for part in entryParts[entry] { additions[part.approach].outside += Double(count) * part.share }
        }
        for (approach, addition) in additions.enumerated() {
            sight.vehicles[approach] += Self.whole(addition.vehicles)
            sight.halting[approach] += Self.whole(addition.halting)
            sight.near[approach] += Self.whole(addition.near)
            // Nobody waits outside for a lane that has room: they want another one of the same road.
            let isFull = sight.vehicles[approach] >= rooms[approach]
            sight.outside[approach] = isFull ? Self.whole(addition.outside) : 0
        }
    }

    /// Any part of a vehicle is one: who may want to go somewhere must not be overlooked there.
    private static func whole(_ shares: Double) -> Int32 { Int32((shares - 1e-6).rounded(.up)) }
}
