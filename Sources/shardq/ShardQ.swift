internal import ArgumentParser
internal import CommandBasics
internal import ProcessLimits
internal import ScenarioCatalogue
internal import Suggestions

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
            \(Catalogue.entries.prefix(2).map { "  shardq train \($0.name) \($0.example)" }.joined(separator: "\n"))
              shardq table show runs/grid --state 17

            Every option also comes from a YAML file (--config FILE) and from the environment (SHARDQ_CHECKPOINT_EVERY for \
            --checkpoint-every); arguments win, then variables, then the file. 'shardq config' shows what counts.
            """,
        version: ProgramVersion.current,
        subcommands: [
            TrainCommand.self, MasterCommand.self, WorkerCommand.self, ActorCommand.self, WatchCommand.self,
            EvaluateCommand.self, TableCommand.self, VerifyCommand.self, SweepCommand.self, ServeCommand.self,
            ViewCommand.self, RunsCommand.self,
            EnvironmentCommand.self,
            BenchCommand.self, TurnsCommand.self, ClusterCommand.self,
        ] + Catalogue.entries.flatMap { $0.commands } + [ConfigCommand.self, HealthCommand.self]
    )

    static func main() async {
        SignalMask.clear()
        FreedMemory.keep()
        StandardStreams.hold()
        KnownScenarios.enroll(Catalogue.entries)
        do {
            let given = try LearnerChoice.choosing(Array(CommandLine.arguments.dropFirst()))
            let arguments = FeedbackOptions.choosing(given)
            try refuseUnknownCommand(arguments)
            try CompletionScript.printIfWanted(arguments)
            var command = try Settings.parse(arguments)
            try ThreadBudget.own.checkBeginning()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    /// The names of the commands.
    private static let commands = configuration.subcommands.map { $0._commandName }

    /// Says which command may have been meant.
    private static func refuseUnknownCommand(_ arguments: [String]) throws {
        guard let first = arguments.first, !first.hasPrefix("-"), !(commands + ["help"]).contains(first) else { return }
        throw CommandFailure(.usage, Spelling.unknown("command", first, among: commands))
    }

    /// Ends the process: help and version go to standard output, an error becomes one line on standard error.
    private static func leave(with error: any Error) -> Never {
        if let failure = CommandFailure(error) {
            Console.error(failure.description)
            exit(withError: ExitCode(failure.code.rawValue))
        }
        if error is ExitCode { exit(withError: error) }
        if exitCode(for: error) == .success { show(fullMessage(for: error)) }
        let lines = UsageHint.explained(message(for: error).split(separator: "\n").joined(separator: " "))
        guard exitCode(for: error) == .validationFailure else {
            Console.error(lines)
            exit(withError: ExitCode(CommandFailure.Code.internalError.rawValue))
        }
        Console.error(lines + " (see shardq\(asked) --help)")
        exit(withError: ExitCode.validationFailure)
    }

    /// The command that was asked for, with its scenario, whose options its help has too.
    private static var asked: String {
        let words = CommandLine.arguments.dropFirst()
        guard let command = words.first, commands.contains(command) else { return "" }
        let scenario = words.dropFirst().first.flatMap { name in Catalogue.entries.first { $0.name == name }?.name }
        return ([command] + [scenario].compactMap(\.self)).map { " " + $0 }.joined()
    }

    /// Prints help or the version, and says where nobody could have read it.
    private static func show(_ text: String) -> Never {
        do {
            try Console.result(text)
        } catch {
            leave(with: error)
        }
        exit(withError: ExitCode.success)
    }
}
