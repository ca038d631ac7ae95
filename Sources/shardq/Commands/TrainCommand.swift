internal import ArgumentParser
internal import CommandBasics
internal import RunOptions
internal import ScenarioCatalogue
internal import TrainingRuns

/// Trains in one go: starts what it needs, trains, evaluates, stops what it started.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a scenario, with workers that this command starts itself.",
        usage: "shardq train <scenario> [<options>]\nshardq train --resume <folder> [<options>]",
        discussion: """
            'shardq train <scenario> --help' shows the options of a scenario with its defaults; 'shardq help train resume' those \
            with which a run that was interrupted goes on.

            Examples:
            \(Catalogue.entries.map { "  shardq train \($0.name) \($0.example)" }.joined(separator: "\n"))
              shardq train --resume runs/one --workers 4
              shardq train \(LearnerChoice.example) --learner dqn --output runs/network
              shardq train --from-log feedback.jsonl --policy runs/one --output runs/two
            """,
        subcommands: Catalogue.entries.map { $0.train }
            + Catalogue.entries.flatMap { $0.networkLearners.map(\.command) }
            + [ResumedTraining<MessageOptions>.self, LogTraining.self],
        defaultSubcommand: ResumedTraining<MessageOptions>.self
    )
}

/// Where messages travel.
struct MessageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where messages go: none, memory (threads), local[:N] (RabbitMQ), env, amqp://HOST[,…].",
            valueName: "where"
        )
    )
    var broker: [BrokerArgument] = [.memory]

    /// What all of them say together.
    func combined() throws(CommandFailure) -> BrokerArgument { try .combined(broker) }

    func validate() throws {
        do {
            _ = try combined()
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension MessageOptions: TrainingPlace {
    static let command = "train"
    static let usage = "[<options>]"
    static let offersNetworks = true

    static func example(of entry: any ScenarioEntry.Type) -> String { entry.example }

    var brokerArgument: BrokerArgument { (try? combined()) ?? .memory }
    var brokerKind: String { brokerArgument.kind }
    var runName: String? { nil }

    func check(_ monitoring: MonitoringOptions) throws {
        guard brokerArgument.isNone, monitoring.port != nil else { return }
        throw CommandFailure(.usage, "--metrics-port shows master and workers, and --broker none has neither")
    }

    func prepared() throws -> TrainingWay { { try await $0.run() } }
}

extension ScenarioEntry {
    /// The command that trains it.
    static var train: any AsyncParsableCommand.Type { ScenarioTraining<MessageOptions, Self>.self }
}
