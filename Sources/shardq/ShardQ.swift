internal import ArgumentParser

/// The program: parses its arguments, runs a command, and turns errors into one line and an exit code.
@main
struct ShardQ: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shardq",
        abstract: "Tabular Q-learning on a table that is spread over many processes.",
        discussion: """
            A master steps the environments and chooses actions; each worker owns a shard of the table; RabbitMQ carries \
            COMPUTE_Q and UPDATE_Q between them. The finished table has the same digest in every layout.

            Examples:
              shardq train maze
              shardq train traffic --broker local --workers 2 --output runs/grid
              shardq evaluate traffic --policy runs/grid
              shardq table show runs/grid --state 17

            Every option also comes from a YAML file (--config FILE) and from the environment (SHARDQ_CHECKPOINT_EVERY for \
            --checkpoint-every); arguments win, then variables, then the file. 'shardq config' shows what counts.
            """,
        version: "0.1.0",
        subcommands: [
            TrainCommand.self, MasterCommand.self, WorkerCommand.self, EvaluateCommand.self, TableCommand.self,
            BenchCommand.self, RoutingCommand.self, ConfigCommand.self, HealthCommand.self,
        ]
    )

    static func main() async {
        SignalMask.clear()
        FreedMemory.keep()
        do {
            try CompletionScript.printIfWanted(Array(CommandLine.arguments.dropFirst()))
            var command = try parseAsRoot(Settings.fill(Array(CommandLine.arguments.dropFirst())))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    /// Ends the process: help and version go to standard output, an error becomes one line on standard error.
    private static func leave(with error: any Error) -> Never {
        if let failure = CommandFailure(error) {
            Console.error(failure.description)
            exit(withError: ExitCode(failure.code.rawValue))
        }
        if exitCode(for: error) == .success || error is ExitCode { exit(withError: error) }
        let lines = message(for: error).split(separator: "\n").joined(separator: " ")
        guard exitCode(for: error) == .validationFailure else {
            Console.error(lines)
            exit(withError: ExitCode(CommandFailure.Code.internalError.rawValue))
        }
        Console.error(lines + " (see shardq --help)")
        exit(withError: ExitCode.validationFailure)
    }
}
