public import ArgumentParser
package import CommandBasics
public import MasterNode
internal import ScenarioCatalogue

/// When a run is written down, and whether it goes on from there.
package struct CheckpointOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("checkpoint-every"),
        help: ArgumentHelp(
            "Rounds, or seconds as in 30s (default: 30s).",
            valueName: "n"
        )
    )
    package var interval: CheckpointInterval?

    @Option(
        name: .customLong("keep-checkpoints"),
        help: ArgumentHelp("How many are kept, the newest (default: 2).", valueName: "n")
    )
    package var keptCount: Int?

    @Option(
        help: ArgumentHelp("At a loss.", valueName: "way")
    )
    package var durability: TrainingPlan.Durability = .rollback

    @Flag(
        name: .customLong("resume-or-start"),
        help: "Go on if --output has a checkpoint of it, else begin."
    )
    package var resumesOrStarts = false

    package func validate() throws {
        if let keptCount, !(1...1_000_000).contains(keptCount) {
            throw ValidationError("--keep-checkpoints \(keptCount): 1 to 1000000")
        }
    }
}

/// Which run is gone on with.
package struct ResumeOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Go on with the run in this folder from its newest checkpoint, in any layout; names no scenario.",
            valueName: "folder"
        ),
        completion: .directory
    )
    package var resume: String?

    /// Refuses what says the same twice.
    package func check(_ checkpoint: CheckpointOptions) throws {
        guard resume == nil || !checkpoint.resumesOrStarts else {
            throw ValidationError("--resume goes on in any case: leave out --resume-or-start")
        }
    }

    /// The folder.
    ///
    /// - Throws: `CommandFailure` that says what else can be done when there is none.
    package func folder() throws -> String {
        guard let resume else { throw CommandFailure.nothingToTrain }
        return resume
    }
}

extension CommandFailure {
    /// Neither a scenario nor a run to go on with.
    package static var nothingToTrain: CommandFailure {
        let names = ScenarioName.allCases.map(\.rawValue).joined(separator: ", ")
        return CommandFailure(.usage, "say what to train (\(names)), or --resume a folder")
    }
}

extension CheckpointInterval: ExpressibleByArgument {}
extension TrainingPlan.Durability: ExpressibleByArgument {}
