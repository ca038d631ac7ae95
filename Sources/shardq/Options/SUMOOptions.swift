internal import ArgumentParser
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

    @Option(help: "SUMO: the .sumocfg, or a .net.xml with --routes.")
    var net: String?

    @Option(help: "SUMO: route files for a .net.xml, or instead of the configuration's, with commas between them.")
    var routes: String?

    @Option(name: .customLong("sumo-binary"), help: "SUMO: the program (default: sumo in PATH).")
    var binary: String?

    @Option(name: .customLong("minimum-green"), help: "SUMO: seconds of green before a phase may end (default: 5).")
    var minimumGreen: Int?

    @Option(name: .customLong("maximum-green"), help: "SUMO: seconds after which a phase must end (default: 60).")
    var maximumGreen: Int?

    @Option(name: .customLong("maximum-red"), help: "SUMO: the longest that vehicles see red (default: 120).")
    var maximumRed: Int?

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
            ("--sumo-binary", binary != nil), ("--minimum-green", minimumGreen != nil),
            ("--maximum-green", maximumGreen != nil), ("--maximum-red", maximumRed != nil),
            ("--unguarded", isUnguarded),
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
        guard net != nil else {
            throw CommandFailure(.usage, "--simulator sumo needs --net, a .sumocfg or a .net.xml with --routes")
        }
    }

    /// Names the files and asks SUMO what is in them.
    ///
    /// - Parameters:
    ///   - settings: Times, observation, episode and reward.
    ///   - program: The program unless another is given.
    /// - Returns: The problem.
    /// - Throws: `SUMOFailure` with what SUMO says; `CommandFailure` when the problem makes no sense.
    func scenario(_ settings: TrafficScenario, program: String = "sumo") throws -> SUMOScenario {
        try check()
        func path(_ file: some StringProtocol) -> String { URL(fileURLWithPath: String(file)).path }
        let input = SUMOInput(
            program: binary ?? program,
            network: path(net ?? ""),
            routes: routes.map { $0.split(separator: ",").map { path($0) } } ?? []
        )
        guard input.isConfiguration || !input.routes.isEmpty else {
            throw CommandFailure(.usage, "--net \(net ?? ""): a network without a configuration needs --routes")
        }
        var scenario = SUMOScenario(input: input, network: try SUMONetwork(reading: input), settings: settings)
        scenario.clearsJunctions = !isUnguarded
        do {
            try scenario.check()
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        return scenario
    }

    /// What training in SUMO begins with.
    func settings(discount: Float?, sharesTable: Bool, allRed: Int?) -> TrafficScenario {
        var settings = SUMOScenario.defaultSettings
        if let discount { settings.discount = discount }
        if let allRed { settings.timing.allRed = allRed }
        if let minimumGreen { settings.timing.minimumGreen = minimumGreen }
        if let maximumGreen { settings.timing.maximumGreen = maximumGreen }
        if let maximumRed { settings.timing.maximumRed = maximumRed }
        if isUnguarded { settings.timing.lift() }
        settings.sharesTable = sharesTable
        return settings
    }
}
