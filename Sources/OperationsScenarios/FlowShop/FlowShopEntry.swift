internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The flow shop in the catalogue.
enum FlowShopEntry: ProcessEntry {
    typealias Options = FlowShopOptions

    static let standard: any CataloguedScenario = FlowShopScenario()
    static let summary = "Jobs on two machines in a row: which is next, beside the exact optimum."
    static let comparison = "Compare policies with SPT, MWKR, EDD, CR, ATC, Johnson's rule and the exact optimum."
    static let title = "Flow shop"
    static let example = "--output runs/flowshop"
    static let samples: [any CataloguedScenario] = [
        FlowShopScenario(),
        FlowShopScenario(jobs: [.init(first: 2, second: 1), .init(first: 0, second: 3), .init(first: 1, second: 1)]),
    ]
}

/// The settings of the flow shop.
struct FlowShopOptions: ProcessOptionGroup {
    @Option(
        name: .customLong("jobs"),
        help: ArgumentHelp(
            "A text of two to twelve jobs, a line each: its times on both machines, in whole numbers (default: 8 built in).",
            valueName: "file"
        ),
        completion: .file()
    )
    var file: String?

    @Option(
        name: .customLong("due-dates"),
        help: ArgumentHelp("A job is due at so many times its work; for EDD, CR and ATC (default: 3).", valueName: "x")
    )
    var tightness: Double?

    var given: [String] { [("--jobs", file != nil), ("--due-dates", tightness != nil)].filter(\.1).map(\.0) }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = FlowShopScenario()
        if let file { scenario.jobs = try Self.jobs(file) }
        if let tightness { scenario.tightness = tightness }
        return ScenarioConfiguration(scenario)
    }

    private static func jobs(_ file: String) throws -> [FlowShopScenario.Job] {
        try NumberList.rows(of: file).enumerated().filter { !$0.element.isEmpty }.map { index, row in
            let times = row.compactMap { Int(exactly: $0) }
            guard row.count == 2, times.count == 2 else {
                throw CommandFailure(
                    .badInput,
                    "\(file), line \(index + 1): a job has two times in whole numbers, on the first machine and on the second"
                )
            }
            return .init(first: times[0], second: times[1])
        }
    }
}
