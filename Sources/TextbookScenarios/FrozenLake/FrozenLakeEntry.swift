internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// The frozen lake in the catalogue.
enum FrozenLakeEntry: ProcessEntry {
    typealias Options = FrozenLakeOptions

    static let standard: any CataloguedScenario = FrozenLakeScenario()
    static let title = "Frozen lake"
    static let summary = "A walk over slippery ice (Gymnasium's FrozenLake-v1), beside the exact optimum."
    static let comparison = "Compare policies with the way on dry ice and the exact optimum."
    static let example = "--map 8x8 --output runs/lake"
    static let samples: [any CataloguedScenario] = [FrozenLakeScenario(), FrozenLakeScenario(map: "8x8"), tiny]

    /// Two starts, nobody slips, and episodes that are cut.
    private static var tiny: FrozenLakeScenario {
        var scenario = FrozenLakeScenario()
        scenario.map = ["SFS", "FHG"]
        scenario.successRate = 1
        scenario.episodeSteps = 5
        return scenario
    }
}

/// The settings of the frozen lake.
struct FrozenLakeOptions: ProcessOptionGroup {
    @Option(help: ArgumentHelp("A map that has a name: 4x4 or 8x8 (default: 4x4).", valueName: "name"))
    var map: String?

    @Option(
        name: .customLong("map-file"),
        help: ArgumentHelp(
            "A map of one's own instead: a line for each row, S start, F ice, H hole, G goal.",
            valueName: "file"
        ),
        completion: .file()
    )
    var mapFile: String?

    @Option(
        name: .customLong("success-rate"),
        help: ArgumentHelp(
            "Probability that a move goes where it is meant; 1: not slippery (default: a third).",
            valueName: "p"
        )
    )
    var successRate: Double?

    @Option(
        name: .customLong("episode-steps"),
        help: ArgumentHelp("Steps after which an episode is cut (default: 100, beyond 16 cells 200).", valueName: "n")
    )
    var episodeSteps: Int?

    var given: [String] {
        [
            ("--map", map != nil), ("--map-file", mapFile != nil), ("--success-rate", successRate != nil),
            ("--episode-steps", episodeSteps != nil),
        ]
        .filter(\.1).map(\.0)
    }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        var scenario = FrozenLakeScenario()
        if let map {
            guard mapFile == nil else { throw CommandFailure(.usage, "--map with --map-file: one of them") }
            guard FrozenLakeScenario.maps[map] != nil else {
                throw CommandFailure(.usage, "--map \(map): 4x4 or 8x8; --map-file takes one of your own")
            }
            scenario = FrozenLakeScenario(map: map)
        }
        if let mapFile {
            scenario.map = try NamedText.read(mapFile).split(whereSeparator: \.isNewline).map(String.init)
            scenario.episodeSteps = FrozenLakeScenario.usualSteps(scenario.map)
        }
        if let successRate { scenario.successRate = successRate }
        if let episodeSteps { scenario.episodeSteps = episodeSteps }
        return ScenarioConfiguration(scenario)
    }
}
