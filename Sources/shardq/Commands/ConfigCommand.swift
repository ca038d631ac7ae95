internal import ArgumentParser
internal import CommandBasics
internal import Configuration
internal import ScenarioCatalogue

/// Prints what a command would run with, and where each value comes from.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print what a command would run with, and where each value comes from.",
        discussion: """
            The output is a configuration file itself: redirect it to keep what counts now.

            Examples:
              shardq config train \(Catalogue.workload.name) --steps 100000
              shardq config worker --config run.yaml
            """
    )

    @Argument(parsing: .captureForPassthrough, help: "A command with its arguments; it is not run.")
    var arguments: [String] = []

    func run() throws {
        guard let first = arguments.first, !["--help", "-h"].contains(first) else {
            throw CleanExit.helpRequest(self)
        }
        let effective = try Settings.effective(arguments)
        guard !effective.command.isEmpty else {
            throw CommandFailure(
                .usage,
                "'\(first)' is no command: name one, such as shardq config train \(Catalogue.workload.name)"
            )
        }
        try Console.result(Console.redact(configuration: effective.text(program: "shardq")))
        // What is wrong with a value is said as the command itself would say it.
        _ = try ShardQ.parseAsRoot(effective.arguments)
    }
}
