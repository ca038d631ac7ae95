internal import ArgumentParser

/// Compares controllers, learned and classical, on common random numbers.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compare a learned policy with the scenario's classical controllers on common random numbers.",
        discussion: """
            Without --policy the classical controllers are compared among themselves.

            Examples:
              shardq evaluate traffic --policy runs/grid --seeds 20 --output runs/grid/evaluation
              shardq evaluate traffic --policy runs/grid --fail-unless "learned <= max-pressure"
              shardq evaluate traffic --rows 2 --columns 2 --demand 500 --controllers webster,max-pressure
            """,
        subcommands: [Traffic.self, Junction.self, Routing.self, Maze.self]
    )
}
