internal import ArgumentParser

/// Compares controllers, learned and classical, on common random numbers.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compare a learned policy with the scenario's classical controllers on common random numbers.",
        discussion: """
            Without --policy the classical controllers are compared among themselves.

            Examples:
              shardq evaluate SCENARIO --policy runs/one --seeds 20 --output runs/one/evaluation
              shardq evaluate SCENARIO --policy runs/one --fail-unless "learned <= fixed"
              shardq evaluate --from-log feedback.jsonl --policy runs/one
            """,
        subcommands: Catalogue.entries.compactMap { $0.evaluation } + [LogEvaluation.self]
    )
}
