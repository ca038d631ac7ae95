internal import ArgumentParser
internal import CommandBasics
internal import DecisionProcesses
internal import ScenarioCatalogue
internal import Scenarios

/// Lets a scenario be stepped from outside, through a pipe.
struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "environment",
        abstract: "Let another program step a scenario: a world on standard input and output.",
        usage: "shardq environment <scenario> [<options>]",
        discussion: """
            Speaks the frames of docs/worlds.md, as a world of one's own does, until its input ends. The package in python/ \
            makes environments of Gymnasium and PettingZoo of it.

            Examples:
              shardq environment SCENARIO --transitions
              shardq train world --durability log --command 'shardq environment SCENARIO'
            """,
        subcommands: Catalogue.entries.map { $0.environment }
    )

    /// Lets one scenario be stepped.
    struct OfScenario<Entry: ScenarioEntry>: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Entry.name,
                abstract: Entry.summary,
                usage: "shardq environment \(Entry.name) [<options>]"
            )
        }

        @Flag(
            help: """
                Instead of stepping, print every outcome of a decision process as CSV: state, action, probability, reward, next \
                state, which is empty where the episode ends.
                """
        )
        var transitions = false

        @OptionGroup(title: Entry.title) var scenario: Entry.Options

        @Option(
            help: ArgumentHelp("The discount within decisions that take several steps (default: the scenario's).")
        )
        var discount: Float?

        func run() async throws {
            if let discount, !(discount > 0 && discount <= 1) {
                throw CommandFailure(.usage, "--discount \(discount): above 0, at most 1")
            }
            let scenario = try Entry.configuration(scenario, discount: discount).scenario
            guard transitions else { return try WorldPipe(scenario).serve() }
            guard let process = (scenario as? any ProcessScenario)?.process else {
                throw CommandFailure(
                    .usage,
                    "--transitions: \(Entry.name) is no decision process that is written out; leave it away to step it"
                )
            }
            try Console.result(process.transitions)
        }
    }
}

extension ScenarioEntry {
    /// The command that lets it be stepped.
    static var environment: any AsyncParsableCommand.Type { EnvironmentCommand.OfScenario<Self>.self }
}

extension DecisionProcess {
    /// Every outcome, as CSV.
    fileprivate var transitions: String {
        var lines = ["state,action,probability,reward,next"]
        for state in 0..<stateCount {
            for action in actions(in: state) {
                lines += outcomes[range(of: action, in: state)].map { outcome in
                    let next = outcome.next.map(String.init) ?? ""
                    return "\(state),\(action),\(outcome.probability),\(outcome.reward),\(next)"
                }
            }
        }
        return lines.joined(separator: "\n")
    }
}
