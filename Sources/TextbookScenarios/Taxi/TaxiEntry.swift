internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The taxi in the catalogue.
enum TaxiEntry: ProcessEntry {
    typealias Options = TaxiOptions

    static let standard: any CataloguedScenario = TaxiScenario()
    static let summary = "A taxi, a passenger, four stands (Gymnasium's Taxi-v4), beside the exact optimum."
    static let comparison = "Compare policies with chance, in the rain with the way of the dry, and the exact optimum."
    static let example = "--output runs/taxi"
    static let samples: [any CataloguedScenario] = [TaxiScenario(), TaxiScenario(successRate: 0.8, episodeSteps: 20)]
}

/// The settings of the taxi.
struct TaxiOptions: ProcessOptionGroup {
    @Flag(help: "In the rain: a move goes where it is meant with 0.8, else to either side.")
    var rainy = false

    @Option(
        name: .customLong("success-rate"),
        help: ArgumentHelp("Another probability than --rainy has (default: 1, dry).", valueName: "p")
    )
    var successRate: Double?

    @Option(
        name: .customLong("episode-steps"),
        help: ArgumentHelp("Steps after which an episode is cut (default: 200).", valueName: "n")
    )
    var episodeSteps: Int?

    var given: [String] {
        [("--rainy", rainy), ("--success-rate", successRate != nil), ("--episode-steps", episodeSteps != nil)]
            .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        guard !rainy || successRate == nil else {
            throw CommandFailure(.usage, "--rainy with --success-rate: one of them")
        }
        var scenario = TaxiScenario()
        scenario.successRate = successRate ?? (rainy ? 0.8 : 1)
        if let episodeSteps { scenario.episodeSteps = episodeSteps }
        return ScenarioConfiguration(scenario)
    }
}
