public import ArgumentParser
internal import CommandBasics
internal import ScenarioCatalogue
internal import ScenarioFiles
public import Scenarios

/// The settings of the traffic scenario.
struct TrafficOptions: ParsableArguments {
    @Option(help: "Kind of network: grid (the default), crossing or arterial.")
    var layout: TrafficScenario.Layout?

    @Option(
        name: .customLong("network"),
        help: "A YAML file with a network of your own (see docs/scenarios/traffic.md).",
        completion: .file()
    )
    var networkFile: String?

    @Option(help: "Rows of the grid (default: \(TrafficScenario().rows)).")
    var rows: Int?

    @Option(help: "Columns of the grid (default: \(TrafficScenario().columns)).")
    var columns: Int?

    @Option(help: "Junctions of the arterial, 2 to 20 (default: 6).")
    var junctions: Int?

    @Option(
        help:
            "Vehicles per hour that want to enter at each entry; of an arterial, at each end of the main street; of a --network, on average."
    )
    var demand: Double?

    @Option(
        name: .customLong("side-demand"),
        help: "Vehicles per hour at each end of an arterial's side streets (default: a quarter)."
    )
    var sideDemand: Double?

    @Option(
        name: .customLong("demand-pattern"),
        help:
            "Demand over time: steady, alternating (a heavy axis that changes), rush-hour or platoons (default: steady)."
    )
    var pattern: DemandPattern?

    @Option(help: "Arrivals: poisson, binomial, uniform or platooned (default: poisson).")
    var arrivals: TrafficDemand.Arrivals?

    @Option(
        name: .customLong("saturation-flow"),
        help: "Vehicles per hour and lane that leave a standing queue (default: 1800)."
    )
    var saturationFlow: Int?

    @Option(
        name: .customLong("all-red"),
        help: "Seconds in which everybody has red after yellow (default: 1; SUMO: what each light's program shows)."
    )
    var allRed: Int?

    @Flag(
        name: .customLong("separate-tables"),
        help: "Each intersection learns a table of its own (default: those of the same shape share one)."
    )
    var separatesTables = false

    @OptionGroup var signals: SignalOptions
    @OptionGroup var sumo: SUMOOptions

    /// The options that were given.
    var given: [String] { sumo.given + embedded }

    /// Those of the scenario itself, whoever simulates it.
    var embedded: [String] {
        [
            ("--layout", layout != nil), ("--network", networkFile != nil), ("--rows", rows != nil),
            ("--columns", columns != nil),
            ("--junctions", junctions != nil), ("--demand", demand != nil), ("--side-demand", sideDemand != nil),
            ("--demand-pattern", pattern != nil), ("--arrivals", arrivals != nil),
            ("--saturation-flow", saturationFlow != nil), ("--all-red", allRed != nil),
            ("--separate-tables", separatesTables),
        ].filter(\.1).map(\.0) + signals.given
    }

    /// Builds the scenario, to be learned with the discount that was given.
    ///
    /// - Throws: `CommandFailure` when an option belongs to another kind of network.
    func scenario(discount: Float?) throws -> TrafficScenario {
        let layout = networkFile == nil ? layout ?? .grid : .custom
        try refuseForeignOptions(of: layout)
        var scenario = try networkFile.map(given) ?? generated(layout)
        // The environment discounts the rewards within a hold, so it has to know.
        if let discount { scenario.discount = discount }
        if let allRed { scenario.timing.allRed = allRed }
        scenario.sharesTable = !separatesTables
        try signals.apply(to: &scenario)
        if let kind = scenario.kinds.first(where: { $0.share == 0 }) {
            throw CommandFailure(.usage, "--vehicle-kinds: \(kind.name) needs a share above 0, as in \(kind.name)=0.05")
        }
        return scenario
    }

    private func generated(_ layout: TrafficScenario.Layout) throws -> TrafficScenario {
        var scenario = TrafficScenario(layout: layout)
        if let rows { scenario.rows = rows }
        if let columns { scenario.columns = columns }
        if let junctions { scenario.junctions = junctions }
        if let saturationFlow { scenario.geometry.saturationFlow = saturationFlow }
        scenario.demand = try generatedDemand(scenario)
        return scenario
    }

    /// Builds the scenario for whatever simulates it.
    ///
    /// - Throws: `CommandFailure` when options do not go together; `SUMOFailure` with what SUMO says.
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        try sumo.check()
        guard sumo.isChosen else { return ScenarioConfiguration(try scenario(discount: discount)) }
        let shared = ["--separate-tables", "--all-red"] + signals.given
        if let option = embedded.first(where: { !shared.contains($0) }) {
            throw CommandFailure(.usage, "\(option) belongs to the embedded simulator: SUMO's files say what it says")
        }
        var settings = sumo.settings(discount: discount, sharesTable: !separatesTables, allRed: allRed)
        try signals.apply(to: &settings)
        if let kind = settings.kinds.first(where: { $0.share > 0 }) {
            throw CommandFailure(
                .usage,
                "--vehicle-kinds: \(kind.name)=\(kind.share): in SUMO the routes say who comes; write \(kind.name) alone"
            )
        }
        return ScenarioConfiguration(try sumo.scenario(settings, isLearned: false, allRed: allRed))
    }

    private func generatedDemand(_ scenario: TrafficScenario) throws -> TrafficDemand {
        let standard = scenario.demand.periods[0]
        let main = demand ?? standard.eastWest
        let side = sideDemand ?? main * (standard.northSouth / standard.eastWest)
        return TrafficDemand(
            pattern ?? .steady,
            northSouth: side,
            eastWest: main,
            arrivals: try arrivalsOfPattern() ?? .poisson
        )
    }

    /// Reads a network and its demand; a pattern takes the place of the file's periods, a flow that of their mean.
    private func given(_ file: String) throws -> TrafficScenario {
        var scenario = try RoadNetworkFile(readingFrom: file).scenario
        let network = try scenario.makeNetwork()
        if let pattern { scenario.demand = scenario.demand.following(pattern, in: network) }
        if let arrivals = try arrivalsOfPattern() { scenario.demand.arrivals = arrivals }
        if let demand {
            let entries = network.entries.indices
            let mean =
                entries.reduce(0) { $0 + scenario.demand.meanFlow(ofEntry: $1, in: network) } / Double(entries.count)
            guard mean > 0 else {
                throw CommandFailure(.usage, "--demand \(demand): the entries of \(file) have no demand to be scaled")
            }
            scenario.demand = scenario.demand.scaled(by: demand / mean)
        }
        return scenario
    }

    private func arrivalsOfPattern() throws -> TrafficDemand.Arrivals? {
        if pattern == .platoons, let arrivals, arrivals != .platooned {
            throw CommandFailure(.usage, "--arrivals \(arrivals.rawValue) with --demand-pattern platoons: one of them")
        }
        return pattern == .platoons ? .platooned : arrivals
    }

    private func refuseForeignOptions(of layout: TrafficScenario.Layout) throws {
        if networkFile != nil, self.layout != nil {
            throw CommandFailure(.usage, "--layout with --network: one of them")
        }
        let owned: [(option: String, owners: [TrafficScenario.Layout], isGiven: Bool)] = [
            ("--rows", [.grid], rows != nil), ("--columns", [.grid], columns != nil),
            ("--junctions", [.arterial], junctions != nil), ("--side-demand", [.arterial], sideDemand != nil),
            ("--saturation-flow", [.grid, .crossing, .arterial], saturationFlow != nil),
        ]
        guard let foreign = owned.first(where: { $0.isGiven && !$0.owners.contains(layout) }) else { return }
        let owners = foreign.owners.map { "--layout \($0.rawValue)" }.joined(separator: ", ")
        let other = layout == .custom ? "--network" : "--layout \(layout.rawValue)"
        throw CommandFailure(.usage, "\(foreign.option) belongs to \(owners), not to \(other)")
    }
}

extension TrafficScenario.Layout: ExpressibleByArgument {
    /// Reads the name of a generated network.
    public init?(argument: String) {
        self.init(rawValue: argument)
        if self == .custom { return nil }
    }

    /// The names of the generated networks.
    public static var allValueStrings: [String] { allCases.filter { $0 != .custom }.map(\.rawValue) }
}

extension DemandPattern: ExpressibleByArgument {}
extension TrafficDemand.Arrivals: ExpressibleByArgument {}
