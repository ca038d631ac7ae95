internal import ArgumentParser
internal import CommandBasics
internal import Scenarios

/// The settings of the maze scenario.
struct MazeOptions: ParsableArguments {
    @Option(
        name: .customLong("maze"),
        help: ArgumentHelp("Walls #, floor ., S, G, …, or generated:21x21[:SEED].", valueName: "file"),
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
        if file.hasPrefix(Self.generated) {
            return MazeScenario(layout: try Self.layout(file.dropFirst(Self.generated.count)), slip: slip)
        }
        let text = try NamedText.read(file)
        do {
            return try MazeScenario(parsing: text, slip: slip)
        } catch {
            throw CommandFailure(.badInput, "\(file): \(error.description)")
        }
    }

    private static let generated = "generated:"

    /// Makes the maze that `ROWSxCOLUMNS[:SEED]` asks for.
    private static func layout(_ text: Substring) throws -> MazeLayout {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let sides = (parts.first ?? "").split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        let seed = parts.count == 2 ? UInt64(parts[1]) : 1
        guard parts.count <= 2, let seed, sides.count == 2, sides.allSatisfy(MazeLayout.generatedSides.contains),
            sides.allSatisfy({ $0 % 2 == 1 })
        else {
            throw CommandFailure(
                .usage,
                "--maze \(generated)\(text): write \(generated)ROWSxCOLUMNS or \(generated)ROWSxCOLUMNS:SEED, both odd numbers from "
                    + "\(MazeLayout.generatedSides.lowerBound) to \(MazeLayout.generatedSides.upperBound)"
            )
        }
        return .generated(rows: sides[0], columns: sides[1], seed: seed)
    }
}
