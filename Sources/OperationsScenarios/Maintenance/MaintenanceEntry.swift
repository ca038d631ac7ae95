internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// Maintenance in the catalogue.
enum MaintenanceEntry: ProcessEntry {
    typealias Options = MaintenanceOptions

    static let standard: any CataloguedScenario = MaintenanceScenario()
    static let summary = "Machines that wear: repaired before they fail, beside the exact optimum."
    static let comparison =
        "Compare policies with run-to-failure, control limits, age and block replacement, and the exact optimum."
    static let example = "--output runs/maintenance"
    static let samples: [any CataloguedScenario] = [
        MaintenanceScenario(), MaintenanceScenario(machines: 2, conditions: 4),
        MaintenanceScenario(conditions: 20, wear: .weibull(shape: 3, scale: 8), decline: 0),
    ]
}

/// The settings of maintenance.
struct MaintenanceOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("Machines that share a crew, 1 to 3 (default: 1).", valueName: "n"))
    var machines: Int?

    @Option(
        help: ArgumentHelp(
            "Conditions of a machine that runs, new included; with a lifetime: ages that are told apart (default: 10, with a "
                + "lifetime two and a half scales).",
            valueName: "n"
        )
    )
    var conditions: Int?

    @Option(
        help: ArgumentHelp(
            "Probabilities to get worse by 0, 1, 2, … conditions in a period (default: 0.4,0.5,0.1).",
            valueName: "p,p,…"
        )
    )
    var wear: String?

    @Option(
        help: ArgumentHelp(
            "Instead of wear: a Weibull lifetime in periods; the condition is the age, and no machine earns less with it.",
            valueName: "shape,scale"
        )
    )
    var weibull: String?

    @Option(name: .customLong("repair-cost"), help: ArgumentHelp("Price of a repair (default: 20).", valueName: "x"))
    var repairCost: Double?

    @Option(
        name: .customLong("failure-cost"),
        help: ArgumentHelp("Price of an emergency replacement (default: 60).", valueName: "x")
    )
    var failureCost: Double?

    var given: [String] {
        [
            ("--machines", machines != nil), ("--conditions", conditions != nil), ("--wear", wear != nil),
            ("--weibull", weibull != nil), ("--repair-cost", repairCost != nil), ("--failure-cost", failureCost != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = MaintenanceScenario()
        if let machines { scenario.machines = machines }
        if let wear { scenario.wear = .steps(try NumberList.read("--wear", wear)) }
        if let weibull {
            guard wear == nil else { throw CommandFailure(.usage, "--weibull with --wear: one of them") }
            let numbers = try NumberList.read("--weibull", weibull)
            guard numbers.count == 2 else {
                throw CommandFailure(.usage, "--weibull \(weibull): two numbers, shape and scale, such as 3,8")
            }
            scenario.wear = .weibull(shape: numbers[0], scale: numbers[1])
            scenario.conditions = Int(min(max(numbers[1], 1), 80) * 2.5)
            scenario.decline = 0
        }
        if let conditions { scenario.conditions = conditions }
        if let repairCost { scenario.repairCost = repairCost }
        if let failureCost { scenario.failureCost = failureCost }
        return ScenarioConfiguration(scenario)
    }
}
