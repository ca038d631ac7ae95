package import ArgumentParser

/// Compares controllers, learned and classical, on common random numbers.
package struct EvaluateCommand: AsyncParsableCommand {
    /// As the argument parser makes it.
    package init() {}

    package static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compare a learned policy with the scenario's classical controllers on common random numbers.",
        discussion: """
            Without --policy the classical controllers are compared among themselves.

            Examples:
              shardq evaluate SCENARIO --policy runs/one --seeds 20 --output runs/one/evaluation
              shardq evaluate SCENARIO --policy runs/one --fail-unless "learned <= fixed"
              shardq evaluate --from-log feedback.jsonl --policy runs/one
            """,
        subcommands: KnownScenarios.entries.compactMap { $0.evaluation } + [LogEvaluation.self]
    )
}
