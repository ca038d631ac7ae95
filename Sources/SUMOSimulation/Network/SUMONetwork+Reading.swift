extension SUMONetwork {
    /// Starts SUMO, asks it for the lights and lanes of a network, and ends it.
    ///
    /// - Parameters:
    ///   - input: The program and its files.
    ///   - lights: Which lights are to be controlled.
    ///   - reach: Metres before a stop line in which vehicles are seen, by way of other lanes where that one is shorter.
    /// - Throws: `SUMOFailure` when SUMO does not start or the network has nothing that can be controlled.
    public init(
        reading input: SUMOInput,
        lights: SUMOLightSelection = SUMOLightSelection(),
        reach: Double = 50
    ) throws(SUMOFailure) {
        let folder = try ScratchFolder()
        let line = try SUMOCommandLine(input, in: folder)
        let process = try SUMOProcess(program: line.program, options: line.options, folder: folder.url)
        var connection = TraCIConnection(process)
        do {
            try self.init(asking: &connection, lights, reach: reach)
        } catch  where error.code == .lost {
            // It reads the routes when the connection stands already; nothing has been simulated yet.
            throw SUMOFailure(.badInput, error.description)
        }
    }

    init(
        asking connection: inout TraCIConnection,
        _ lights: SUMOLightSelection,
        reach: Double
    ) throws(SUMOFailure) {
        try connection.send([.version])
        let version = try connection.receive(of: TraCICommand.version.subject) { reader throws(TraCIReader.Failure) in
            try reader.accept(.version)
            return try reader.version().program
        }
        let time = try connection.value(0x66, of: .simulation, id: "")
        guard let begin = time.double ?? time.integer.map({ Double($0) / 1000 }) else {
            throw SUMOFailure(.badAnswer, "SUMO does not tell its time")
        }
        let end = try connection.value(0x1D, of: .simulation, id: "").double
        let (signals, leftAlone) = try Self.signals(&connection, lights)
        let connections = signals.flatMap { $0.links.joined() }
        let approaches = Self.distinct(connections.map(\.from), except: [])
        let laneNames = approaches + Self.distinct(connections.map(\.to), except: Set(approaches))
        var lanes: [Lane] = []
        for name in laneNames {
            guard let length = try connection.value(0x44, of: .lane, id: name).double else {
                throw SUMOFailure(.badAnswer, "SUMO does not tell the length of lane \(name)")
            }
            lanes.append(Lane(name: name, length: length))
        }
        self.init(
            signals: signals,
            lanes: lanes,
            approachCount: approaches.count,
            begin: begin,
            end: end.flatMap { $0 > begin && $0 < Self.endless ? $0 : nil },
            version: version,
            leftAlone: leftAlone.isEmpty ? nil : leftAlone,
            upstream: try Self.findUpstream(of: Array(lanes.prefix(approaches.count)), reach: reach, &connection)
        )
    }

    /// A time so late that nobody means it.
    private static let endless = 1e9

    /// Sorts the network's lights into those that can be controlled and those that are left to their own programs.
    private static func signals(
        _ connection: inout TraCIConnection,
        _ lights: SUMOLightSelection
    ) throws(SUMOFailure) -> ([SUMOSignal], [LeftAlone]) {
        let names = try connection.value(0x00, of: .trafficLight, id: "").stringList ?? []
        try lights.check(against: names)
        var signals: [SUMOSignal] = []
        var leftAlone: [LeftAlone] = []
        for name in names {
            if let reason = lights.reason(against: name) {
                leftAlone.append(LeftAlone(name: name, reason: reason))
                continue
            }
            do throws(SUMOFailure) {
                signals.append(try Self.signal(name, &connection))
            } catch  where error.code == .unusable {
                // Who asks for a light by name wants it and no other.
                if lights.chosen != nil { throw SUMOFailure(.badInput, "light \(name): \(error.description)") }
                leftAlone.append(LeftAlone(name: name, reason: error.description))
            }
        }
        guard !signals.isEmpty else {
            let reasons = leftAlone.prefix(5).map { "\($0.name): \($0.reason)" }.joined(separator: "; ")
            let what =
                switch names.count {
                case 0: "the network has no traffic lights"
                case 1: "the network's only traffic light cannot be controlled: "
                default: "none of the network's \(names.count) traffic lights can be controlled: "
                }
            throw SUMOFailure(.badInput, what + reasons)
        }
        return (signals, leftAlone)
    }

    /// The different names in the order in which they come first.
    static func distinct(_ names: [String], except known: Set<String>) -> [String] {
        var known = known
        return names.filter { known.insert($0).inserted }
    }

    private static func signal(_ name: String, _ connection: inout TraCIConnection) throws(SUMOFailure) -> SUMOSignal {
        var links = try Self.links(connection.value(0x27, of: .trafficLight, id: name), of: name)
        for link in links.indices {
            for index in links[link].indices { try complete(&links[link][index], &connection) }
        }
        let current = try connection.value(0x29, of: .trafficLight, id: name).string
        let programs = try connection.value(0x2B, of: .trafficLight, id: name)
        let phases = try program(current, among: programs, of: name)
        for link in links.indices {
            for index in links[link].indices { try turnRound(&links[link][index], &connection) }
        }
        var signal = try SUMOSignal.select(name: name, program: phases, links: links)
        try addFarSides(to: &signal, &connection)
        try refuseConflicts(of: signal, &connection)
        return signal
    }

    /// Takes the controlled links apart: a count of links, then per link a count and (from, to, via) for each.
    package static func links(_ value: TraCIValue, of name: String) throws(SUMOFailure) -> [[SUMOSignal.Connection]] {
        let failure = SUMOFailure(.badAnswer, "the links of light \(name) cannot be read")
        guard var rest = value.compound?[...], let count = rest.popFirst()?.integer else { throw failure }
        var links: [[SUMOSignal.Connection]] = []
        while let size = rest.popFirst()?.integer {
            guard size >= 0, size <= rest.count else { throw failure }
            var connections: [SUMOSignal.Connection] = []
            for part in rest.prefix(size) {
                guard let lanes = part.stringList, lanes.count >= 2 else { throw failure }
                let inside = lanes.dropFirst(2).filter { !$0.isEmpty }
                connections.append(.init(from: lanes[0], to: lanes[1], inside: Array(inside)))
            }
            links.append(connections)
            rest = rest.dropFirst(size)
        }
        guard links.count == count, rest.isEmpty else { throw failure }
        return links
    }

    /// Finds the other lanes inside the junction: who has to give way inside waits at the end of one for the next.
    private static func complete(
        _ way: inout SUMOSignal.Connection,
        _ connection: inout TraCIConnection
    ) throws(SUMOFailure) {
        while let last = way.inside.last, way.inside.count < maximumInsideLanes {
            let value = try connection.value(0x33, of: .lane, id: last)
            guard let next = try successor(value, of: last), !way.inside.contains(next) else { return }
            way.inside.append(next)
        }
    }

    static let maximumInsideLanes = 4

    /// Takes the links of a lane inside a junction apart: a count, then for each eight values, the second of which is
    /// the next lane inside.
    package static func successor(_ value: TraCIValue, of name: String) throws(SUMOFailure) -> String? {
        guard let parts = value.compound, let count = parts.first?.integer, count >= 0, parts.count == 1 + 8 * count
        else { throw SUMOFailure(.badAnswer, "the links of lane \(name) cannot be read") }
        guard count > 0, let next = parts[2].string, !next.isEmpty else { return nil }
        return next
    }

    /// Takes the programs apart and returns the phases of the one that runs.
    package static func program(
        _ current: String?,
        among value: TraCIValue,
        of name: String
    ) throws(SUMOFailure) -> [SUMOSignal.ProgramPhase] {
        let failure = SUMOFailure(.badAnswer, "the programs of light \(name) cannot be read")
        guard let programs = value.compound else { throw failure }
        for program in programs {
            guard let parts = program.compound, parts.count >= 4, let phases = parts[3].compound else { throw failure }
            guard parts[0].string == current else { continue }
            return try phases.map { phase throws(SUMOFailure) in
                guard let fields = phase.compound, fields.count >= 2, let seconds = fields[0].double,
                    let state = fields[1].string, seconds.isFinite, seconds.magnitude < 1e9
                else { throw failure }
                return SUMOSignal.ProgramPhase(seconds: seconds, state: state)
            }
        }
        // A light that is switched off has no program that runs.
        return []
    }

    /// Names a crossing by itself: pedestrians wait on both sides of it, and one area may lie before two crossings.
    private static func turnRound(
        _ way: inout SUMOSignal.Connection,
        _ connection: inout TraCIConnection
    ) throws(SUMOFailure) {
        guard SUMOSignal.Connection.isCrossing(way.to) else { return }
        way = .init(from: way.to, to: way.from, inside: way.inside)
    }

    /// Adds the areas that a crossing leads to, which SUMO's links of the light leave out.
    private static func addFarSides(
        to signal: inout SUMOSignal,
        _ connection: inout TraCIConnection
    ) throws(SUMOFailure) {
        for index in signal.crossings.indices {
            let lane = signal.links[signal.crossings[index].link][0].from
            let value = try connection.value(0x33, of: .lane, id: lane)
            guard let parts = value.compound, let count = parts.first?.integer, count >= 0,
                parts.count == 1 + 8 * count
            else { throw SUMOFailure(.badAnswer, "the links of crossing \(lane) cannot be read") }
            let areas = (0..<count).compactMap { parts[1 + 8 * $0].string }.map { edge(of: $0) }
            signal.crossings[index].areas += areas.filter { !signal.crossings[index].areas.contains($0) }
        }
    }
}
