package import ArgumentParser
internal import CommandBasics

/// The programs that a run starts when it is done once more: named by the user, never taken from a folder alone.
package struct NamedPrograms: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Of a run in a world of your own: what starts it, as in a shell.",
            valueName: "command"
        )
    )
    package var command: String?

    @Option(
        name: .customLong("sumo-binary"),
        help: ArgumentHelp("Of a run in SUMO: the program (default: sumo in PATH).", valueName: "file"),
        completion: .file()
    )
    package var simulator: String?

    /// The options that were given.
    package var given: [String] {
        [("--command", command != nil), ("--sumo-binary", simulator != nil)].filter(\.1).map(\.0)
    }

    /// Refuses a world's command where there is no world.
    package func refuseCommand(_ scenario: String) throws {
        guard command == nil else {
            throw CommandFailure(.usage, "--command is for a world of your own; the run was learned on \(scenario)")
        }
    }

    /// Refuses a simulator where there is none.
    package func refuseSimulator(_ scenario: String) throws {
        guard simulator == nil else {
            throw CommandFailure(.usage, "--sumo-binary is for SUMO; the run was learned on \(scenario)")
        }
    }
}
