internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The windy gridworld in the catalogue.
enum WindyGridworldEntry: ProcessEntry {
    typealias Options = WindyGridworldOptions

    static let standard: any CataloguedScenario = WindyGridworldScenario()
    static let title = "Windy gridworld"
    static let summary = "A walk against the wind (Sutton & Barto, example 6.5), beside the exact optimum."
    static let comparison = "Compare policies with the way in a calm, chance, and the exact optimum."
    static let example = "--moves king --output runs/windy"
    static let samples: [any CataloguedScenario] = [
        WindyGridworldScenario(), WindyGridworldScenario(moves: .kingOrStay, isGusty: true),
    ]
}

extension WindyGridworldScenario.Moves: ExpressibleByArgument {}

/// The settings of the windy gridworld.
struct WindyGridworldOptions: ProcessOptionGroup {
    @Option(help: "The moves there are (default: four).")
    var moves: WindyGridworldScenario.Moves?

    @Flag(help: "The wind is as strong as it says, one weaker or one stronger, a third each.")
    var gusty = false

    @Option(
        help: ArgumentHelp(
            "By how many rows the wind carries up, by column, 0 to 6; the goal is in the last column but two "
                + "(default: 0,0,0,1,1,1,2,2,1,0).",
            valueName: "n,n,…"
        )
    )
    var wind: String?

    var given: [String] {
        [("--moves", moves != nil), ("--gusty", gusty), ("--wind", wind != nil)].filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = WindyGridworldScenario()
        scenario.isGusty = gusty
        if let moves { scenario.moves = moves }
        if let wind {
            scenario.wind = try NumberList.read("--wind", wind).map { number in
                guard let whole = Int(exactly: number) else {
                    throw CommandFailure(.usage, "--wind \(wind): '\(number)' is no whole number of rows")
                }
                return whole
            }
        }
        return ScenarioConfiguration(scenario)
    }
}
