internal import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import SUMOSimulation
internal import Scenarios

/// What simulates the traffic.
enum TrafficSimulator: String, CaseIterable, ExpressibleByArgument {
    case embedded
    case sumo
}

/// Which SUMO simulates what, if it is to.
struct SUMOOptions: ParsableArguments {
    @Option(help: "What simulates: embedded (the default) or sumo.")
    var simulator: TrafficSimulator?

    @Option(help: "SUMO: the .sumocfg, or a .net.xml with --routes.", completion: .file())
    var net: String?

    @Option(
        help: "SUMO: route files for a .net.xml, or instead of the configuration's, with commas between them.",
        completion: .file()
    )
    var routes: String?

    @Option(
        help: "SUMO: files of additional elements beside those that the configuration names, with commas between them.",
        completion: .file()
    )
    var additional: String?

    @Option(help: "SUMO: the lights to be controlled, with commas between them (default: all that can be).")
    var lights: String?

    @Option(
        name: .customLong("leave-out"),
        help: "SUMO: lights that follow their own programs, with commas between them."
    )
    var leaveOut: String?

    @Option(help: "SUMO: the second at which episodes and runs begin (default: the configuration's).")
    var begin: Int?

    @Option(help: "SUMO: the second at which an episode ends; the same as --episode counted from the beginning.")
    var end: Int?

    @Option(help: "SUMO: seconds of an episode (default: what the configuration simulates, at most 3600).")
    var episode: Int?

    @Option(name: .customLong("sumo-binary"), help: "SUMO: the program (default: sumo in PATH).", completion: .file())
    var binary: String?

    @Option(name: .customLong("minimum-green"), help: "SUMO: seconds of green before a phase may end (default: 5).")
    var minimumGreen: Int?

    @Option(name: .customLong("maximum-green"), help: "SUMO: seconds after which a phase must end (default: 60).")
    var maximumGreen: Int?

    @Option(name: .customLong("maximum-red"), help: "SUMO: the longest that vehicles see red (default: 120).")
    var maximumRed: Int?

    @Option(help: "SUMO: seconds of yellow after green (default: what each light's own program shows).")
    var yellow: Int?

    @Flag(
        name: .customLong("unguarded"),
        help:
            "SUMO: no maximum green, no maximum red, no clearing of junctions, and without a policy beside them controllers may choose phases without vehicles: as in most published measurements."
    )
    var isUnguarded = false

    /// The options that were given.
    var given: [String] {
        [
            ("--simulator", simulator != nil), ("--net", net != nil), ("--routes", routes != nil),
            ("--additional", additional != nil), ("--lights", lights != nil), ("--leave-out", leaveOut != nil),
            ("--begin", begin != nil), ("--end", end != nil), ("--episode", episode != nil),
            ("--sumo-binary", binary != nil), ("--minimum-green", minimumGreen != nil),
            ("--maximum-green", maximumGreen != nil), ("--maximum-red", maximumRed != nil),
            ("--yellow", yellow != nil), ("--unguarded", isUnguarded),
        ].filter(\.1).map(\.0)
    }

    /// Whether SUMO is what simulates.
    var isChosen: Bool { simulator == .sumo }

    /// Refuses options of SUMO without SUMO, and SUMO without a network.
    func check() throws {
        guard isChosen else {
            guard let option = given.first(where: { $0 != "--simulator" }) else { return }
            throw CommandFailure(.usage, "\(option) belongs to --simulator sumo")
        }
        if isUnguarded, maximumGreen != nil || maximumRed != nil {
            throw CommandFailure(.usage, "--unguarded leaves out what --maximum-green and --maximum-red limit")
        }
        if lights != nil, leaveOut != nil {
            throw CommandFailure(.usage, "--lights names all that are to be controlled: leave out --leave-out")
        }
        if end != nil, episode != nil { throw CommandFailure(.usage, "--end with --episode: one of them") }
        if let begin, !(0...Self.longestTime).contains(begin) {
            throw CommandFailure(.usage, "--begin \(begin): 0 to \(Self.longestTime) s")
        }
        guard net != nil else {
            throw CommandFailure(.usage, "--simulator sumo needs --net, a .sumocfg or a .net.xml with --routes")
        }
    }

    private static let longestTime = 31_622_400

    private static func names(_ list: String?) -> [String]? {
        list?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// Names the files and asks SUMO what is in them.
    ///
    /// - Parameters:
    ///   - settings: Times, observation, episode and reward.
    ///   - isLearned: Whether the settings are those of a policy, or the files may say how long an episode is.
    ///   - program: The program unless another is given.
    ///   - allRed: Seconds of all-red instead of the lights' own.
    /// - Returns: The problem.
    /// - Throws: `SUMOFailure` with what SUMO says; `CommandFailure` when the problem makes no sense.
    func scenario(
        _ settings: TrafficScenario,
        isLearned: Bool,
        program: String = "sumo",
        allRed: Int? = nil
    ) throws -> SUMOScenario {
        try check()
        func path(_ file: some StringProtocol) -> String { URL(fileURLWithPath: String(file)).path }
        let input = SUMOInput(
            program: binary ?? program,
            network: path(net ?? ""),
            routes: routes.map { $0.split(separator: ",").map { path($0) } } ?? [],
            additional: additional.map { $0.split(separator: ",").map { path($0) } },
            begin: begin
        )
        guard input.isConfiguration || !input.routes.isEmpty else {
            throw CommandFailure(.usage, "--net \(net ?? ""): a network without a configuration needs --routes")
        }
        let selection = SUMOLightSelection(chosen: Self.names(lights), leftOut: Self.names(leaveOut) ?? [])
        var network = try SUMONetwork(
            reading: input,
            lights: selection,
            reach: settings.observation.detectorDistance
        )
        network.replaceIntergreens(yellow: yellow, allRed: allRed)
        var scenario = SUMOScenario(input: input, network: network, settings: settings)
        scenario.noteLeftAlone()
        if !isLearned { try complete(&scenario) }
        scenario.clearsJunctions = !isUnguarded
        // Every phase needs its turn within the maximum red, long clearances included.
        if maximumRed == nil, !isUnguarded {
            let needed = scenario.neededMaximumRed
            if needed > scenario.settings.timing.maximumRed {
                scenario.settings.timing.maximumRed = needed
                let reason = "a light gets round its phases in \(needed) s"
                Console.note("\(reason), so red may last that long (see --maximum-red)")
            }
        }
        do {
            try scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return scenario
    }

    /// Takes from the files how long an episode is.
    private func complete(_ scenario: inout SUMOScenario) throws {
        let (begin, interval) = (scenario.network.begin, scenario.settings.decisionInterval)
        if let episode {
            scenario.settings.episodeSeconds = episode
        } else if let end {
            guard Double(end) > begin, end <= Self.longestTime else {
                throw CommandFailure(.usage, "--end \(end): after the beginning at second \(Int(begin))")
            }
            scenario.settings.episodeSeconds = end - Int(begin)
        } else if let end = scenario.network.end, end - begin < Double(scenario.settings.episodeSeconds) {
            let seconds = max(interval, Int(end - begin) / interval * interval)
            scenario.settings.episodeSeconds = seconds
            Console.note("the configuration ends at second \(Int(end)), so an episode has \(seconds) s (see --episode)")
        } else if let end = scenario.network.end, end - begin > Double(scenario.settings.episodeSeconds) {
            let seconds = scenario.settings.episodeSeconds
            Console.note("an episode is the first \(seconds) of \(Int(end - begin)) s (see --episode)")
        }
    }

    /// What training in SUMO begins with.
    func settings(discount: Float?, sharesTable: Bool, allRed: Int?) -> TrafficScenario {
        var settings = SUMOScenario.defaultSettings
        if let discount { settings.discount = discount }
        if let allRed { settings.timing.allRed = allRed }
        if let yellow {
            settings.timing.yellow = yellow
            settings.timing.usableYellow = min(settings.timing.usableYellow, yellow)
        }
        if let minimumGreen { settings.timing.minimumGreen = minimumGreen }
        if let maximumGreen { settings.timing.maximumGreen = maximumGreen }
        if let maximumRed { settings.timing.maximumRed = maximumRed }
        if isUnguarded { settings.timing.lift() }
        settings.sharesTable = sharesTable
        return settings
    }
}

extension SUMOScenario {
    /// Says which lights follow their own programs, and why.
    func noteLeftAlone() {
        let leftAlone = network.leftAlone ?? []
        var reasons: [String] = []
        for light in leftAlone where !reasons.contains(light.reason) { reasons.append(light.reason) }
        for reason in reasons {
            let names = leftAlone.filter { $0.reason == reason }.map(\.name)
            let programs = names.count == 1 ? "its own program" : "their own programs"
            Console.note("left to \(programs): \(names.joined(separator: ", ")) (\(reason))")
        }
    }
}
