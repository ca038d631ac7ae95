internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import DecisionProcesses
internal import Foundation
internal import ScenarioCatalogue
internal import Scenarios

/// The battery in the catalogue.
enum BatteryEntry: ProcessEntry {
    typealias Options = BatteryOptions

    static let standard: any CataloguedScenario = BatteryScenario()
    static let summary = "A battery that buys cheap and sells dear, beside the exact optimum."
    static let comparison = "Compare policies with thresholds, model predictive control and the exact optimum."
    static let example = "--price-spread 0.3 --output runs/battery"
    static let samples: [any CataloguedScenario] = [
        BatteryScenario(), BatteryScenario(prices: [10, 30, -5, 40], capacity: 2, wearCost: 1, spread: 0.5),
    ]
}

/// The settings of the battery.
struct BatteryOptions: ProcessOptionGroup {
    @Option(
        name: .customLong("prices"),
        help: ArgumentHelp(
            "Expected prices, one an hour: a text of numbers, or a column of a table with a head (default: 24 built in).",
            valueName: "file[:column]"
        ),
        completion: .file()
    )
    var file: String?

    @Option(help: ArgumentHelp("Units that it holds (default: 10).", valueName: "n"))
    var capacity: Int?

    @Option(help: ArgumentHelp("Part of a discharged unit that is sold, 0 to 1 (default: 0.9).", valueName: "share"))
    var efficiency: Double?

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
            ("--prices", file != nil), ("--capacity", capacity != nil), ("--efficiency", efficiency != nil),
            ("--wear-cost", wearCost != nil), ("--price-spread", spread != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = BatteryScenario()
        if let file { scenario.prices = try NumberSeries.read(file) }
        if let capacity { scenario.capacity = capacity }
        if let efficiency { scenario.efficiency = efficiency }
        if let wearCost { scenario.wearCost = wearCost }
        if let spread { scenario.spread = spread }
        return ScenarioConfiguration(scenario)
    }
}
