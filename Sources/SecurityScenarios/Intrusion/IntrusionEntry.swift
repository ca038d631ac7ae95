internal import ArgumentParser
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// Intrusion response in the catalogue.
enum IntrusionEntry: ProcessEntry {
    typealias Options = IntrusionOptions

    static let standard: any CataloguedScenario = IntrusionScenario()
    static let summary = "A host that may be compromised, false alarms: when to restore it, beside the exact optimum."
    static let comparison = "Compare policies with counts of alarms, ages, thresholds of belief and the exact optimum."
    static let example = "--false-alarm 0.2 --output runs/intrusion"
    static let samples: [any CataloguedScenario] = [
        IntrusionScenario(), IntrusionScenario(detection: 1, falseAlarm: 0, latest: 3),
    ]
}

/// The settings of intrusion response.
struct IntrusionOptions: ProcessOptionGroup {
    @Option(
        help: ArgumentHelp("Probability that a clean host is compromised in a tick (default: 0.05).", valueName: "p")
    )
    var attack: Double?

    @Option(
        help: ArgumentHelp("Probability of an alarm in a tick of a compromised host (default: 0.6).", valueName: "p")
    )
    var detection: Double?

    @Option(
        name: .customLong("false-alarm"),
        help: ArgumentHelp("Probability of an alarm in a tick of a clean host (default: 0.1).", valueName: "p")
    )
    var falseAlarm: Double?

    @Option(
        name: .customLong("breach-cost"),
        help: ArgumentHelp("Cost of a tick of a compromised host (default: 4).", valueName: "x")
    )
    var breachCost: Double?

    @Option(
        name: .customLong("restore-cost"),
        help: ArgumentHelp("Cost of restoring a host (default: 10).", valueName: "x")
    )
    var restoreCost: Double?

    @Option(help: ArgumentHelp("Ticks after which a host is restored anyway, 1 to 12 (default: 10).", valueName: "n"))
    var latest: Int?

    var given: [String] {
        [
            ("--attack", attack != nil), ("--detection", detection != nil), ("--false-alarm", falseAlarm != nil),
            ("--breach-cost", breachCost != nil), ("--restore-cost", restoreCost != nil), ("--latest", latest != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = IntrusionScenario()
        if let attack { scenario.attack = attack }
        if let detection { scenario.detection = detection }
        if let falseAlarm { scenario.falseAlarm = falseAlarm }
        if let breachCost { scenario.breachCost = breachCost }
        if let restoreCost { scenario.restoreCost = restoreCost }
        if let latest { scenario.latest = latest }
        return ScenarioConfiguration(scenario)
    }
}
