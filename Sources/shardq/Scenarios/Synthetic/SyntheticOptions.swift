internal import ArgumentParser
internal import Scenarios

/// The settings of the synthetic throughput workload.
struct SyntheticOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Number of states (default: 1000003).", valueName: "n"))
    var states: Int?

    @Option(help: ArgumentHelp("Number of actions, 1 to 64 (default: 4).", valueName: "n"))
    var actions: Int?

    /// The options that were given.
    var given: [String] {
        [("--states", states != nil), ("--actions", actions != nil)].filter(\.1).map(\.0)
    }

    /// Builds the scenario.
    func scenario() throws -> SyntheticScenario {
        let (states, actions) = (states ?? 1_000_003, actions ?? 4)
        guard SyntheticScenario.stateCounts.contains(states) else {
            throw CommandFailure(.usage, "--states \(states): 1 to \(SyntheticScenario.stateCounts.upperBound)")
        }
        guard (1...64).contains(actions) else { throw CommandFailure(.usage, "--actions \(actions): 1 to 64") }
        return SyntheticScenario(stateCount: states, actionCount: actions)
    }
}
