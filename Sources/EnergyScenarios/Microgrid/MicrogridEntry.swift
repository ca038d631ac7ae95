internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The microgrid in the catalogue.
enum MicrogridEntry: ProcessEntry {
    typealias Options = MicrogridOptions

    static let standard: any CataloguedScenario = MicrogridScenario()
    static let summary = "Batteries, sun and houses behind one transformer, beside the exact optimum."
    static let comparison = "Compare policies with own use, thresholds, model predictive control and the exact optimum."
    static let example = "--price-spread 0.3 --output runs/microgrid"
    static let samples: [any CataloguedScenario] = [
        MicrogridScenario(),
        MicrogridScenario(
            batteries: [.init(capacity: 1, efficiency: 0.5)],
            prices: [10, 30, -5],
            demand: [1, 2, 0],
            sun: [0, 0, 3],
            limit: 1.5,
            wearCost: 1,
            spread: 0.5
        ),
    ]
}

/// The settings of the microgrid.
struct MicrogridOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Units that each of 1 to 3 batteries holds (default: 6,4).", valueName: "n,n,…"))
    var capacities: String?

    @Option(
        help: ArgumentHelp(
            "Part of a discharged unit that comes out, of each (default: 0.9,0.95).",
            valueName: "share,…"
        )
    )
    var efficiencies: String?

    @Option(
        help: ArgumentHelp(
            "Expected prices, one an hour, as those of a battery (default: 24 built in).",
            valueName: "file[:column]"
        ),
        completion: .file()
    )
    var prices: String?

    @Option(
        help: ArgumentHelp(
            "Units that are wanted, one an hour, in the same forms (default: 24 built in).",
            valueName: "file[:column]"
        ),
        completion: .file()
    )
    var demand: String?

    @Option(
        help: ArgumentHelp(
            "Units that the sun gives, one an hour, in the same forms (default: 24 built in).",
            valueName: "file[:column]"
        ),
        completion: .file()
    )
    var sun: String?

    @Option(help: ArgumentHelp("Units that the transformer lets through in an hour (default: 5).", valueName: "x"))
    var limit: Double?

    @Option(
        name: .customLong("feed-in"),
        help: ArgumentHelp("Part of the price at which surplus is sold (default: 0.4).", valueName: "share")
    )
    var feedIn: Double?

    @Option(
        name: .customLong("shed-cost"),
        help: ArgumentHelp("What a unit of demand costs that is shed (default: 500).", valueName: "x")
    )
    var shedCost: Double?

    @Option(
        name: .customLong("wear-cost"),
        help: ArgumentHelp("What a discharged unit costs in wear (default: 0).", valueName: "x")
    )
    var wearCost: Double?

    @Option(
        name: .customLong("price-spread"),
        help: ArgumentHelp(
            "Share by which a quarter of the prices is lower, and a quarter higher; seen hour by hour (default: 0, known).",
            valueName: "share"
        )
    )
    var spread: Double?

    var given: [String] {
        [
            ("--capacities", capacities != nil), ("--efficiencies", efficiencies != nil), ("--prices", prices != nil),
            ("--demand", demand != nil), ("--sun", sun != nil), ("--limit", limit != nil), ("--feed-in", feedIn != nil),
            ("--shed-cost", shedCost != nil), ("--wear-cost", wearCost != nil), ("--price-spread", spread != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = MicrogridScenario()
        scenario.batteries = try batteries(scenario.batteries)
        if let prices { scenario.prices = try NumberSeries.read(prices) }
        if let demand { scenario.demand = try NumberSeries.read(demand) }
        if let sun { scenario.sun = try NumberSeries.read(sun) }
        if let limit { scenario.limit = limit }
        if let feedIn { scenario.feedIn = feedIn }
        if let shedCost { scenario.shedCost = shedCost }
        if let wearCost { scenario.wearCost = wearCost }
        if let spread { scenario.spread = spread }
        return ScenarioConfiguration(scenario)
    }

    /// Those that the options describe; without capacities the built-in ones.
    private func batteries(_ usual: [MicrogridScenario.Battery]) throws -> [MicrogridScenario.Battery] {
        let sizes = try capacities.map { try NumberList.read("--capacities", $0) } ?? usual.map { Double($0.capacity) }
        let shares =
            try efficiencies.map { try NumberList.read("--efficiencies", $0) }
            ?? (sizes.count == usual.count ? usual.map(\.efficiency) : sizes.map { _ in 0.9 })
        guard sizes.count == shares.count else {
            throw CommandFailure(
                .usage,
                "--efficiencies \(efficiencies ?? ""): \(shares.count) numbers for \(sizes.count) batteries; one for each"
            )
        }
        return try zip(sizes, shares).map { size, share in
            guard let capacity = Int(exactly: size) else {
                throw CommandFailure(.usage, "--capacities: \(size) is no whole number of units")
            }
            return .init(capacity: capacity, efficiency: share)
        }
    }
}
