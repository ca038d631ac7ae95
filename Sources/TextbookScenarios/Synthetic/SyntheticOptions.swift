internal import ArgumentParser
internal import CommandBasics
internal import Scenarios

/// The settings of the synthetic throughput workload.
struct SyntheticOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Number of states (default: 1000003).", valueName: "n"))
    var states: Int?

    @Option(help: ArgumentHelp("Number of actions, 1 to 64 (default: 4).", valueName: "n"))
    var actions: Int?

    @Option(
        help: """
            Milliseconds a step takes as that of a plant, whose state can be neither written down nor put back; needs \
            --durability log where messages travel (default: no plant).
            """
    )
    var plant: Int?

    /// The options that were given.
    var given: [String] {
        [("--states", states != nil), ("--actions", actions != nil), ("--plant", plant != nil)].filter(\.1).map(\.0)
    }

    /// Builds the scenario.
    func scenario() throws -> SyntheticScenario {
        let (states, actions) = (states ?? 1_000_003, actions ?? 4)
        guard SyntheticScenario.stateCounts.contains(states) else {
            throw CommandFailure(.usage, "--states \(states): 1 to \(SyntheticScenario.stateCounts.upperBound)")
        }
        guard (1...64).contains(actions) else { throw CommandFailure(.usage, "--actions \(actions): 1 to 64") }
        if let plant, !SyntheticScenario.plantTimes.contains(plant) {
            throw CommandFailure(
                .usage,
                "--plant \(plant): 0 to \(SyntheticScenario.plantTimes.upperBound) milliseconds"
            )
        }
        return SyntheticScenario(stateCount: states, actionCount: actions, plantMilliseconds: plant)
    }
}
