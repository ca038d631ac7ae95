internal import ArgumentParser
internal import Messaging
internal import RabbitMQMessaging
internal import RunOptions
internal import ScenarioCatalogue
internal import TrainingRuns

/// Trains with workers that join from elsewhere.
struct MasterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master",
        abstract: "Train a scenario with workers that are started elsewhere.",
        usage:
            "shardq master <scenario> --run <name> [<options>]\nshardq master --resume <folder> --run <name> [<options>]",
        discussion: """
            Waits until --workers workers have joined the run, then trains. Start them with the same --broker and --run. \
            More workers than that stand by; when one is lost, another takes its place and the run goes on from its last \
            checkpoint. A master that was lost is started again with --resume.

            'shardq master <scenario> --help' shows the options of a scenario with its defaults.

            Examples:
              shardq master SCENARIO --broker amqp://broker.example --run one --workers 4 --output runs/one
              shardq master --resume runs/one --broker amqp://broker.example --run one --workers 4
              shardq master SCENARIO --broker amqp://one.example,amqp://two.example --run one --workers 4
            """,
        subcommands: Catalogue.entries.map { $0.master } + [ResumedTraining<ConnectionOptions>.self],
        defaultSubcommand: ResumedTraining<ConnectionOptions>.self
    )
}

extension ConnectionOptions: TrainingPlace {
    static let command = "master"
    static let usage = "--run <name> [<options>]"

    static func example(of entry: any ScenarioEntry.Type) -> String {
        "--broker amqp://host --run one --workers 4"
    }

    var brokerArgument: BrokerArgument { .url(joinedBrokers) }
    var brokerKind: String { "amqp" }
    var runName: String? { run }

    func prepared() throws -> TrainingWay {
        let (addresses, run, patience) = (try addresses(), run, Duration.seconds(wait))
        return { runner in
            let transport = runner.transport(to: addresses, of: run)
            return try await runner.runMaster(over: transport, patience: patience)
        }
    }
}

extension ScenarioEntry {
    /// The command that trains it with workers from elsewhere.
    static var master: any AsyncParsableCommand.Type { ScenarioTraining<ConnectionOptions, Self>.self }
}
