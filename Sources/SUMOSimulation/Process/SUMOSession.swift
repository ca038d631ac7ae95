internal import Scenarios
internal import Synchronization

/// One SUMO that simulates episode after episode of a network: what a replica is.
///
/// Whatever takes time is split into sending and finishing, so that several sessions can work at the same time.
final class SUMOSession: Sendable {
    /// What a session is made of and what it shows.
    struct Settings: Sendable {
        var input: SUMOInput
        var network: SUMONetwork
        /// By light: the program it is given; empty to leave every light to the network's own.
        var programs: [SignalProgram]
        /// The lanes inside the junctions that are looked at.
        var insideLanes: [String] = []
        /// Metres before the stop line in which vehicles are seen.
        var detectorDistance: Double
        /// The kinds of vehicles that are told apart.
        var kinds: [VehicleKind] = []
        /// Whether to follow every vehicle near a stop line and what the lights show.
        var isWatching = false
        /// Whether the vehicles' journeys are written down.
        var recordsTrips = false
        /// Where it is watched; `nil` without a window.
        var window: SUMOWindow?
    }

    private struct State {
        var connection: TraCIConnection?
        var sight: SUMOSight
        /// By approach: the vehicles near the stop line, when watching.
        var vehicles: [[String]]
        /// Of which kinds vehicles are.
        var known = SUMOKinds.Known()
        /// Changes whenever the simulation does.
        var stamp: UInt64 = 0
        /// The second to which the simulation runs.
        var time = 0.0
        /// The lights of which SUMO has been asked something that it has not answered yet.
        var changing: [Int] = []
    }

    private let settings: Settings
    private let program: String
    private let options: [String]
    private let folder: ScratchFolder
    private let laneNames: [[UInt8]]
    private let detectorNames: [[UInt8]]
    private let lightNames: [[UInt8]]
    private let insideNames: [[UInt8]]
    private let upstream: SUMOUpstream
    private let pedestrians: SUMOPedestrians
    private let special: SUMOKinds
    /// By approach: the approaches of its light, where its vehicles may have changed to.
    private let neighbours: [[Int]]
    private let state: Mutex<State>

    /// Prepares a session; nothing runs yet.
    init(_ settings: Settings, lanes: [SignalLanes]) throws(SUMOFailure) {
        self.settings = settings
        let network = settings.network
        folder = try ScratchFolder()
        let detectors = try folder.write(Self.detectors(settings), to: Self.detectorFile)
        let line = try SUMOCommandLine(
            settings.input,
            in: folder,
            additional: detectors,
            journeys: settings.recordsTrips ? Self.journeys : nil
        )
        program = settings.window == nil ? line.program : SUMOWindow.program(beside: line.program)
        options = line.options + (settings.window?.options ?? [])
        laneNames = network.lanes.map { Array($0.name.utf8) }
        detectorNames = (0..<network.approachCount).map { Array(Self.detectorName($0).utf8) }
        lightNames = network.signals.map { Array($0.name.utf8) }
        insideNames = settings.insideLanes.map { Array($0.utf8) }
        upstream = SUMOUpstream(network, isWatching: settings.isWatching)
        pedestrians = SUMOPedestrians(network)
        special = SUMOKinds(settings.kinds, network, detectorDistance: settings.detectorDistance)
        var neighbours = Array(repeating: [Int](), count: network.approachCount)
        for light in lanes {
            for lane in light.approaches { neighbours[lane] = light.approaches }
        }
        self.neighbours = neighbours
        state = Mutex(
            State(
                sight: SUMOSight(network, insideCount: settings.insideLanes.count),
                vehicles: Array(repeating: [], count: network.approachCount)
            )
        )
    }

    /// The file with the vehicles' journeys; complete once the session is closed.
    var tripFile: String { folder.path(of: Self.journeys) }

    /// The files' names: nobody else's outputs, which come to the same folder, are called so.
    static let journeys = "shardq journeys.xml"
    static let detectorFile = "detectors.add.xml"
    static let statisticSuffix = ".statistic"

    /// The running process, if there is one.
    var processIdentifier: Int32? { state.withLock { $0.connection?.process.identifier } }

    /// SUMO's name of a light.
    func lightName(_ light: Int) -> String { settings.network.signals[light].name }

    /// The kinds of vehicles that are told apart.
    var kinds: [VehicleKind] { special.kinds }

    /// By type of vehicle that was seen k + 1 for kind k, 0 for others.
    var typeKinds: [String: Int] { state.withLock { $0.known.types } }

    /// The number of lanes inside the junctions that are looked at.
    var insideCount: Int { insideNames.count }

    /// Tells apart the instants of this session's life.
    var stamp: UInt64 { state.withLock { $0.stamp } }
}

extension SUMOSession {
    /// Begins an episode: in a new process when none runs, else in the same one.
    ///
    /// - Parameter seed: SUMO's seed, 0..<2³¹.
    /// - Throws: `SUMOFailure` when SUMO does not start or is gone.
    func sendBegin(seed: UInt64) throws(SUMOFailure) {
        let options = options + ["--seed", "\(seed)"]
        try change { state throws(SUMOFailure) in
            if let connection = state.connection {
                try connection.send([.load(options)])
            } else {
                state.connection = TraCIConnection(
                    try SUMOProcess(
                        program: program,
                        options: options,
                        folder: folder.url,
                        patience: settings.window == nil ? SUMOProcess.answerLimit : SUMOWindow.patience
                    )
                )
            }
        }
    }

    /// Waits for the beginning of the episode, hands SUMO the programs and subscribes to what is to be seen.
    ///
    /// - Parameter isReload: Whether the process ran already.
    /// - Returns: An empty network.
    /// - Throws: `SUMOFailure` when SUMO is gone or refuses the programs.
    func finishBegin(isReload: Bool) throws(SUMOFailure) -> SUMOSight {
        try change { state throws(SUMOFailure) in
            guard var connection = state.connection else { throw SUMOFailure(.lost, "SUMO does not run") }
            if isReload { try Self.confirm([.load([])], &connection) }
            let commands = setUp
            try connection.send(commands)
            try Self.confirm(commands, &connection)
            state.changing = []
            state.connection = connection
            let network = settings.network
            state.sight = SUMOSight(network, insideCount: settings.insideLanes.count)
            state.vehicles = Array(repeating: [], count: network.approachCount)
            state.known = SUMOKinds.Known()
            return state.sight
        }
    }

    /// Begins changes of lights and lets the simulation run to a time.
    ///
    /// - Parameters:
    ///   - changes: Lights and the phases of their programs to be shown from now on.
    ///   - time: Seconds, as SUMO counts them.
    /// - Throws: `SUMOFailure` when SUMO is gone.
    func sendStep(_ changes: [(light: Int, phase: Int)], until time: Double) throws(SUMOFailure) {
        try change { state throws(SUMOFailure) in
            guard let connection = state.connection else { throw SUMOFailure(.lost, "SUMO does not run") }
            let commands = changes.map { change in
                TraCICommand.set(
                    .trafficLight,
                    variable: 0x22,
                    id: settings.network.signals[change.light].name,
                    .integer(Int32(truncatingIfNeeded: change.phase))
                )
            }
            // A message of its own, but no round trip: with the step in the same message SUMO forgets what it has to say.
            if !commands.isEmpty { try connection.send(commands) }
            try connection.send([.step(until: time)])
            state.time = time
            state.changing = changes.map(\.light)
        }
    }

    /// Waits for the end of the step.
    ///
    /// - Returns: What is seen at its end.
    /// - Throws: `SUMOFailure` when SUMO is gone or refuses something, or when a light is not under control any more.
    func finishStep() throws(SUMOFailure) -> SUMOSight {
        try change { state throws(SUMOFailure) in
            guard var connection = state.connection else { throw SUMOFailure(.lost, "SUMO does not run") }
            try confirmChanges(state, &connection)
            state.changing = []
            var sight = state.sight
            var vehicles: [[String]] = []
            var persons: [[String]] = []
            var onLanes: [[String]] = []
            try connection.receive(of: TraCICommand.step(until: state.time).subject) {
                reader throws(TraCIReader.Failure) in
                try reader.accept(.step(until: 0))
                _ = try reader.integer()
                try read(&reader, &sight, &vehicles, &persons, &onLanes)
            }
            try pedestrians.look(at: persons, &connection, &sight, &vehicles)
            if !kinds.isEmpty { try special.look(at: onLanes, &connection, &state.known, &sight) }
            if settings.isWatching {
                sight.crossings = crossings(from: state.vehicles, to: vehicles)
                state.vehicles = vehicles
            }
            state.connection = connection
            state.sight = sight
            return sight
        }
    }

    /// Reads whether SUMO has changed the lights it was asked to change.
    private func confirmChanges(_ state: State, _ connection: inout TraCIConnection) throws(SUMOFailure) {
        guard !state.changing.isEmpty else { return }
        var light = 0
        let names = settings.network.signals
        let time = SUMOFailure.seconds(state.time)
        try connection.receive(of: "a change of light '\(names[light].name)' before second \(time)") {
            reader throws(TraCIReader.Failure) in
            for changing in state.changing {
                light = changing
                try reader.accept(.set(.trafficLight, variable: 0x22, id: "", .integer(0)))
            }
        }
    }

    /// Asks SUMO something between two steps.
    func ask<Answer: Sendable>(
        _ question: (inout TraCIConnection) throws(SUMOFailure) -> Answer
    ) throws(SUMOFailure) -> Answer {
        try change { state throws(SUMOFailure) in
            guard var connection = state.connection else { throw SUMOFailure(.lost, "SUMO does not run") }
            let answer = try question(&connection)
            state.connection = connection
            return answer
        }
    }

    /// Ends SUMO so that it completes its files.
    func close() {
        state.withLock { state in
            guard let connection = state.connection else { return }
            // It answers and goes; a SUMO that is gone already has nothing to complete.
            if (try? connection.send([.close])) != nil { connection.process.waitForEnd() }
            state.connection = nil
        }
    }

    /// Forgets a process that has died.
    func abandon() {
        state.withLock { $0.connection = nil }
    }

    private func change<Result>(
        _ body: (inout State) throws(SUMOFailure) -> Result
    ) throws(SUMOFailure) -> Result where Result: Sendable {
        try state.withLock { state throws(SUMOFailure) -> Result in
            state.stamp += 1
            do throws(SUMOFailure) {
                return try body(&state)
            } catch  where error.code == .lost && settings.window != nil {
                // Whoever closes a window does not want another, and no run in a window is begun again.
                guard let process = state.connection?.process, process.hasLeftByItself else {
                    throw SUMOFailure(.unavailable, error.description)
                }
                throw SUMOFailure(.closed, "SUMO's window was closed at second \(SUMOFailure.seconds(state.time))")
            }
        }
    }
}

extension SUMOSession {
    private static let laneVariables: [UInt8] = [0x10, 0x14]
    /// The same, and who is on it.
    private static let specialLaneVariables: [UInt8] = laneVariables + [0x12]
    private static let detectorVariables: [UInt8] = [0x10]
    private static let vehicleVariables: [UInt8] = [0x12]
    /// What a light shows, and the program that it follows.
    private static let lightVariables: [UInt8] = [0x20, 0x29]
    /// Vehicles, and their mean speed.
    private static let insideVariables: [UInt8] = [0x10, 0x11]

    /// What is told of a lane: before a stop line also who is on it, where kinds are told apart.
    private func variables(ofLane lane: Int) -> [UInt8] {
        kinds.isEmpty || lane >= settings.network.approachCount ? Self.laneVariables : Self.specialLaneVariables
    }

    /// The commands at the beginning of every episode.
    private var setUp: [TraCICommand] {
        let network = settings.network
        var commands: [TraCICommand] = zip(network.signals, settings.programs).map { signal, program in
            .set(.trafficLight, variable: 0x2C, id: signal.name, program.value)
        }
        for (index, lane) in network.lanes.enumerated() {
            commands.append(.subscribe(.lane, id: lane.name, variables: variables(ofLane: index)))
        }
        let variables = settings.isWatching ? Self.vehicleVariables : Self.detectorVariables
        for index in 0..<network.approachCount where !pedestrians.approaches.contains(index) {
            commands.append(.subscribe(.laneArea, id: Self.detectorName(index), variables: variables))
        }
        for name in settings.insideLanes {
            commands.append(.subscribe(.lane, id: name, variables: Self.insideVariables))
        }
        commands += upstream.subscriptions + pedestrians.subscriptions
        for signal in network.signals {
            commands.append(.subscribe(.trafficLight, id: signal.name, variables: Self.lightVariables))
        }
        return commands
    }

    /// Reads the answers to commands, all in one message; a subscription answers with its present values too.
    private static func confirm(_ commands: [TraCICommand], _ connection: inout TraCIConnection) throws(SUMOFailure) {
        var subject = "the beginning of an episode"
        try connection.receive(of: subject) { reader throws(TraCIReader.Failure) in
            for command in commands {
                subject = command.subject
                try reader.accept(command)
                if case .subscribe = command { _ = try reader.command() }
            }
        }
    }

    /// Reads what the subscriptions have sent, in the order in which they were made.
    private func read(
        _ reader: inout TraCIReader,
        _ sight: inout SUMOSight,
        _ vehicles: inout [[String]],
        _ persons: inout [[String]],
        _ onLanes: inout [[String]]
    ) throws(TraCIReader.Failure) {
        for (lane, name) in laneNames.enumerated() {
            try reader.subscription(to: variables(ofLane: lane), of: .lane, id: name) { index, value in
                let count = Int32(truncatingIfNeeded: value.integer ?? 0)
                switch index {
                case 0: sight.vehicles[lane] = count
                case 1: sight.halting[lane] = count
                default: onLanes.append(value.stringList ?? [])
                }
            }
        }
        for (lane, name) in detectorNames.enumerated() {
            guard !pedestrians.approaches.contains(lane) else {
                if settings.isWatching { vehicles.append([]) }
                continue
            }
            let variables = settings.isWatching ? Self.vehicleVariables : Self.detectorVariables
            try reader.subscription(to: variables, of: .laneArea, id: name) { _, value in
                let ids = value.stringList ?? []
                sight.near[lane] = Int32(truncatingIfNeeded: value.integer ?? ids.count)
                if settings.isWatching { vehicles.append(ids) }
            }
        }
        for (lane, name) in insideNames.enumerated() {
            var isEmpty = true
            try reader.subscription(to: Self.insideVariables, of: .lane, id: name) { index, value in
                // An empty lane has its speed limit, which may be a crawl too.
                if index == 0 {
                    isEmpty = value.integer == 0
                } else {
                    sight.isBlocked[lane] = !isEmpty && (value.double ?? .infinity) < SUMOSight.crawl
                }
            }
        }
        try upstream.read(&reader, &sight, &vehicles)
        persons = try pedestrians.read(&reader)
        sight.lights.removeAll(keepingCapacity: true)
        sight.programs.removeAll(keepingCapacity: true)
        for name in lightNames {
            try reader.subscription(to: Self.lightVariables, of: .trafficLight, id: name) { index, value in
                if index == 0 {
                    sight.lights.append(value.string ?? "")
                } else {
                    sight.programs.append(value.string ?? "")
                }
            }
        }
    }

    /// A vehicle that was before a stop line and is before none of the light's any more has crossed.
    private func crossings(from before: [[String]], to now: [[String]]) -> [Bool] {
        before.indices.map { lane in
            before[lane].contains { vehicle in !neighbours[lane].contains { now[$0].contains(vehicle) } }
        }
    }
}
