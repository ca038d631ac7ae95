public import ArgumentParser
public import TurnOrders

/// In which order the cohorts of a run take their turns.
struct OrderOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Turns: strict, bounded:K, free (default: strict).", valueName: "rule")
    )
    var order: TurnOrder?
}

/// The files that hold the turns of runs.
struct TurnFileOptions: ParsableArguments {
    @Option(
        name: .customLong("record-turns"),
        help: ArgumentHelp("Write down the turns that were taken.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    var record: String?

    @Option(
        name: .customLong("replay-turns"),
        help: ArgumentHelp("Take the turns that a file holds once more.", valueName: "file", visibility: .hidden),
        completion: .file()
    )
    var replay: String?

    func validate() throws {
        if record != nil, replay != nil {
            throw ValidationError("--record-turns with --replay-turns: the turns are those of the file; leave one out")
        }
    }

    /// No files.
    static var none: Self { get throws { try parse([]) } }
}

extension TurnOrder: ExpressibleByArgument {}
