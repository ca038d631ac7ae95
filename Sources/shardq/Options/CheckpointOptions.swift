public import ArgumentParser
public import MasterNode

/// When a run is written down, and whether it goes on from there.
struct CheckpointOptions: ParsableArguments {
    @Option(
        name: .customLong("checkpoint-every"),
        help: "A checkpoint after so many rounds, or seconds (30s, the default with --output); needs a folder."
    )
    var interval: CheckpointInterval?

    @Option(
        name: .customLong("keep-checkpoints"),
        help: "How many checkpoints to keep, the newest ones (default: 2); needs a folder."
    )
    var keptCount: Int?

    @Option(
        help: """
            How a run survives the loss of a worker or the broker: rollback (table and environments return to the last \
            checkpoint) or log (only the table does, and what was sent since is sent again).
            """
    )
    var durability: TrainingPlan.Durability = .rollback

    @Option(
        help: "Go on with the run in this folder from its newest checkpoint, in any layout; names no scenario.",
        completion: .directory
    )
    var resume: String?

    @Flag(
        name: .customLong("resume-or-start"),
        help: """
            Go on with this run if the folder of --output has a checkpoint of it, else begin it: one command for the first \
            start and for every one after a loss.
            """
    )
    var resumesOrStarts = false

    func validate() throws {
        if let keptCount, !(1...1_000_000).contains(keptCount) {
            throw ValidationError("--keep-checkpoints \(keptCount): 1 to 1000000")
        }
        guard resume == nil || !resumesOrStarts else {
            throw ValidationError("--resume goes on in any case: leave out --resume-or-start")
        }
    }
}

extension CheckpointInterval: ExpressibleByArgument {}
extension TrainingPlan.Durability: ExpressibleByArgument {}
