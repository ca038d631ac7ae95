public import ArgumentParser
public import TurnOrders

/// In which order the cohorts of a run take their turns.
package struct OrderOption: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp("Turns: strict, bounded:K, free (default: strict).", valueName: "rule")
    )
    package var order: TurnOrder?
}

/// The files that hold the turns of runs.
package struct TurnFileOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("record-turns"),
        help: ArgumentHelp("Write down the turns that were taken.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    package var record: String?

    @Option(
        name: .customLong("replay-turns"),
        help: ArgumentHelp("Take the turns that a file holds once more.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    package var replay: String?

    package func validate() throws {
        if record != nil, replay != nil {
            throw ValidationError("--record-turns with --replay-turns: the turns are those of the file; leave one out")
        }
    }

    /// No files.
    package static var none: Self { get throws { try parse([]) } }
}

extension TurnOrder: ExpressibleByArgument {}
