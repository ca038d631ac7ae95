internal import ArgumentParser
internal import CommandBasics
internal import Configuration
internal import Foundation
internal import Logging
internal import NodeLaunching
internal import RunOptions
internal import ScenarioCatalogue

/// The settings that arguments, variables and a file make together.
enum Settings {
    /// The command that arguments, variables and a file make together.
    ///
    /// - Throws: `ConfigurationFailure` or `CommandFailure` for settings that make no sense, else what the parser throws.
    static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        let filled = try fill(arguments)
        CommandText.note(filled)
        do {
            return try ShardQ.parseAsRoot(filled)
        } catch {
            // An option of another scenario is more than an unknown option, and a scenario may stand behind options.
            guard choosing.contains(arguments.first ?? ""), filled == arguments, !FeedbackOptions.isChosen(arguments),
                !LearnerChoice.isChosen(arguments)
            else { throw error }
            let effective = try effective(arguments)
            guard effective.arguments != arguments else { throw error }
            return try ShardQ.parseAsRoot(effective.arguments)
        }
    }

    /// The commands that have a subcommand for every scenario.
    private static let choosing = Set(
        [TrainCommand.configuration, MasterCommand.configuration, BenchCommand.configuration].compactMap(\.commandName)
    )

    /// The arguments with what variables and the file add.
    ///
    /// - Throws: `ConfigurationFailure` for settings that make no sense.
    static func fill(_ arguments: [String]) throws -> [String] {
        // Which shows how, and takes the arguments as they are.
        if arguments.first == ConfigCommand.configuration.commandName { return arguments }
        // What a log is judged by, or learned from, stands in the arguments.
        if FeedbackOptions.isChosen(arguments) { return arguments }
        let hasFile = arguments.contains { $0 == "--config" || $0.hasPrefix("--config=") }
        let environment = ProcessInfo.processInfo.environment
        if arguments.first == TrainCommand.configuration.commandName { try LearnerChoice.check(environment) }
        guard hasFile || environment.keys.contains(where: ProgramVariables.isSetting) else { return arguments }
        if LearnerChoice.isChosen(arguments) {
            throw CommandFailure(
                .usage,
                "--learner takes options from the command line alone: leave out --config and the variables SHARDQ_…"
            )
        }
        let effective = try effective(arguments)
        note(effective)
        return effective.arguments
    }

    /// Says which variables set nothing, in the form in which the command is going to say things.
    private static func note(_ effective: EffectiveConfiguration) {
        guard !effective.strangers.isEmpty else { return }
        if effective.settings.contains(where: { $0.key == "log-format" && $0.values == ["json"] }) {
            _ = Logger.console(.json, verbose: false)
        }
        for name in effective.strangers { Console.note("the variable \(name) is no setting of shardq; it is ignored") }
    }

    /// What a command would run with.
    ///
    /// - Parameters:
    ///   - arguments: The program's arguments.
    ///   - helpDump: The commands there are, as the argument parser describes them.
    ///   - hidden: The command of a learner of networks, which help does not list.
    /// - Returns: Every setting with its origin.
    /// - Throws: `ConfigurationFailure` or `CommandFailure` for settings that make no sense.
    static func effective(
        _ arguments: [String],
        helpDump: String = ShardQ._dumpHelp(),
        listing hidden: String? = nil
    ) throws -> EffectiveConfiguration {
        do {
            return try EffectiveConfiguration(
                arguments: arguments,
                environment: ProcessInfo.processInfo.environment,
                tree: CommandTree(helpDump: helpDump, choice: "scenario", listing: hidden),
                own: ProgramVariables.own
            )
        } catch {
            guard error.isUsage else { throw error }
            if let foreign = error.foreign { try UpdateArgument.listIfWanted(by: foreign) }
            throw error.foreign.map(refusal) ?? CommandFailure(.usage, error.description)
        }
    }

    /// What is said of an option that the chosen scenario does not have.
    private static func refusal(of foreign: ForeignSetting) -> CommandFailure {
        let option = foreign.option
        guard let chosen = foreign.chosen else {
            guard foreign.set.contains("resume") else { return .nothingToTrain }
            return CommandFailure(
                .usage,
                "\(option) comes from the folder of the run that is resumed: leave it out"
            )
        }
        guard !foreign.owners.isEmpty else {
            let folder = foreign.values.joined(separator: " ")
            return CommandFailure(.usage, "\(option) \(folder): the folder says what to train, so name no scenario")
        }
        return CommandFailure(
            .usage,
            "\(option) belongs to \(foreign.owners.joined(separator: ", ")), not to \(chosen)"
        )
    }
}
