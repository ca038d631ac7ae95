package import ArgumentParser
internal import CommandBasics
internal import Foundation
internal import InputFiles
package import OffPolicy
internal import PolicyServing

/// A log of served decisions, and the policy whose problem it is of.
package struct FeedbackOptions: ParsableArguments {
    /// As the argument parser makes it.
    package init() {}

    @Option(
        name: .customLong("from-log"),
        help: ArgumentHelp(
            "A file of serve's --feedback; repeatable, the oldest first where it has begun others.",
            valueName: "file"
        ),
        completion: .file()
    )
    var logs: [String] = []

    @Option(help: ArgumentHelp("The policy's folder.", valueName: "folder"), completion: .directory)
    package var policy: String

    /// Not `scenario`, which a file of settings has for every command.
    @Option(name: .customLong("scenario-of-log"), help: .hidden)
    package var scenario: String?

    @Option(
        help: ArgumentHelp(
            "What decides where the table knows nothing, as where it is served (default: the scenario's).",
            valueName: "rule"
        )
    )
    package var fallback: String?

    @Option(help: ArgumentHelp("How often the best action has to have been tried.", valueName: "n"))
    package var leastVisits: UInt32 = 1

    /// More than a server writes into one file.
    private static let mostBytes = 1 << 32

    package func validate() throws {
        guard !logs.isEmpty else { throw ValidationError("--from-log names the log; it is missing") }
        guard leastVisits >= 1 else { throw ValidationError("--least-visits \(leastVisits): at least 1") }
    }

    /// Reads policy and logs.
    ///
    /// - Returns: The policy, and the logs as it sees them.
    /// - Throws: `CommandFailure` that names file and line of what is wrong.
    package func read() throws -> (policy: Policy, episodes: LoggedEpisodes) {
        let policy = try Policy(at: policy)
        if let scenario, scenario != policy.description.scenario.name.rawValue {
            throw CommandFailure(
                .usage,
                "\(self.policy) was learned on \(policy.description.scenario.name), not on \(scenario)"
            )
        }
        let served = try PolicyLoader(self.policy, fallback: fallback).load()
        var episodes = LoggedEpisodes(seenBy: served, leastVisits: leastVisits)
        for log in logs {
            do {
                let bytes = try InputFile.contents(of: log, limit: Self.mostBytes)
                try episodes.read(Array(bytes), named: log)
            } catch let failure as InputFileFailure {
                throw CommandFailure(.badInput, "--from-log \(log): \(failure)")
            } catch let failure as LogFailure {
                throw CommandFailure(.badInput, "\(failure)")
            }
        }
        for note in episodes.notes { Console.note(note) }
        guard episodes.decisionCount > 0 else { throw CommandFailure(.badInput, "the log has no decisions") }
        guard episodes.rewardCount > 0 else {
            throw CommandFailure(
                .badInput,
                "the log has \(episodes.decisionCount) decisions and no reward: whoever asks has to say what came of them, "
                    + "with POST /reward (docs/serving.md)"
            )
        }
        return (policy, episodes)
    }

    /// The arguments with the way that `--from-log` chooses: with a scenario before it and without one it is the same command.
    package static func choosing(_ arguments: [String]) -> [String] {
        guard let command = arguments.first, ["train", "evaluate"].contains(command), arguments.count > 1,
            arguments.contains(where: { $0 == "--from-log" || $0.hasPrefix("--from-log=") }),
            !arguments.contains("--help"), !arguments.contains("-h")
        else { return arguments }
        let next = arguments[1]
        if next == name { return arguments }
        guard !next.hasPrefix("-") else { return [command, name] + arguments.dropFirst() }
        guard ScenarioName(rawValue: next) != nil else { return arguments }
        return [command, name, "--scenario-of-log", next] + arguments.dropFirst(2)
    }

    /// Whether arguments, as `choosing` has made them, are of one of the two commands.
    package static func isChosen(_ arguments: [String]) -> Bool { arguments.dropFirst().first == name }

    /// The name of the two commands.
    package static let name = "log"
}
