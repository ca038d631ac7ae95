internal import ArgumentParser
internal import Scenarios

/// The settings of the maze scenario.
struct MazeOptions: ParsableArguments {
    @Option(
        name: .customLong("maze"),
        help: ArgumentHelp("Walls #, floor ., S and G (default: built in).", valueName: "file"),
        completion: .file()
    )
    var file: String?

    @Option(help: ArgumentHelp("Probability to go sideways (default: 0.1).", valueName: "p"))
    var slip: Double?

    /// The options that were given.
    var given: [String] {
        [("--maze", file != nil), ("--slip", slip != nil)].filter(\.1).map(\.0)
    }

    /// Builds the scenario.
    func scenario() throws -> MazeScenario {
        let slip = slip ?? 0.1
        guard (0...1).contains(slip) else { throw CommandFailure(.usage, "--slip \(slip): a probability is 0 to 1") }
        guard let file else { return MazeScenario(slip: slip) }
        let text = try NamedText.read(file)
        do {
            return try MazeScenario(parsing: text, slip: slip)
        } catch {
            throw CommandFailure(.badInput, "\(file): \(error.description)")
        }
    }
}
