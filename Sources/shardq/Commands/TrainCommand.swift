internal import ArgumentParser
internal import Logging
internal import Messaging

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
            """,
        subcommands: Catalogue.entries.map { $0.train } + [Resume.self],
        defaultSubcommand: Resume.self
    )

    /// Trains one scenario.
    struct OfScenario<Entry: ScenarioEntry>: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Entry.name,
                abstract: Entry.summary,
                usage: "shardq train \(Entry.name) [<options>]",
                discussion: "Example: shardq train \(Entry.name) \(Entry.example)"
            )
        }

        @OptionGroup(title: "Broker and result") var messages: MessageOptions
        @OptionGroup(title: "Broker and result") var result: ResultOptions
        @OptionGroup(title: Entry.title) var scenario: Entry.Options
        @OptionGroup(title: "Learning") var learning: LearningOptions<Entry>
        @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<Entry>
        @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
        @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
        @OptionGroup(title: "Monitoring and log") var log: LogOptions

        mutating func run() async throws {
            let launch = TrainingLaunch(messages, result, monitoring, log)
            try await launch.run { [scenario, learning, layout, checkpoint, result] facts in
                try TrainingSetup(
                    Entry.self,
                    scenario,
                    learning: learning,
                    layout: layout,
                    checkpoint: checkpoint,
                    output: result.output,
                    facts
                )
            }
        }
    }

    /// Goes on with a run.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume",
            abstract: "Go on with a run from its newest checkpoint, in any layout.",
            usage: "shardq train --resume <folder> [<options>]",
            shouldDisplay: false
        )

        @OptionGroup(title: "Broker and result") var resume: ResumeOptions
        @OptionGroup(title: "Broker and result") var messages: MessageOptions
        @OptionGroup(title: "Broker and result") var result: ResultOptions
        @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<NoScenario>
        @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
        @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
        @OptionGroup(title: "Monitoring and log") var log: LogOptions

        func validate() throws { try resume.check(checkpoint) }

        mutating func run() async throws {
            let launch = TrainingLaunch(messages, result, monitoring, log)
            let folder = try resume.folder()
            try await launch.run { [layout, checkpoint, result] facts in
                try TrainingSetup(
                    resuming: folder,
                    layout: layout,
                    checkpoint: checkpoint,
                    output: result.output,
                    facts
                )
            }
        }
    }
}

/// Where messages travel.
struct MessageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where messages travel: none, memory (threads), local (a RabbitMQ of its own), env, or amqp://HOST.",
            valueName: "where"
        )
    )
    var broker: BrokerArgument = .memory
}

extension ScenarioEntry {
    /// The command that trains it.
    static var train: any AsyncParsableCommand.Type { TrainCommand.OfScenario<Self>.self }
}

/// What all ways to train in one go have in common.
private struct TrainingLaunch {
    let broker: BrokerArgument
    let result: ResultOptions
    let monitoring: MonitoringOptions
    let log: LogOptions

    init(_ messages: MessageOptions, _ result: ResultOptions, _ monitoring: MonitoringOptions, _ log: LogOptions) {
        broker = messages.broker
        self.result = result
        self.monitoring = monitoring
        self.log = log
    }

    /// Carries out what is made ready.
    func run(_ makeReady: (TrainingSetup.Facts) throws -> TrainingSetup) async throws {
        let signals = SignalWatch()
        if broker.isNone, monitoring.port != nil {
            throw CommandFailure(.usage, "--metrics-port shows master and workers, and --broker none has neither")
        }
        let logger = Logger.console(log.format, verbose: result.verbose)
        try result.checkOutput()
        let setup = try makeReady(
            .init(usesShards: !broker.isNone, isMonitored: monitoring.port != nil, stop: signals.stop, logger: logger)
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        var runner = TrainingRunner(
            run: setup.run,
            history: setup.history,
            broker: broker,
            logger: logger,
            observer: display
        )
        let job = TrainingJob(setup: setup, broker: broker.kind, options: result, signals: signals, display: display)
        // The result is there before the time in which the last figures are scraped.
        try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            runner.monitor = monitor
            try await job.perform {
                defer { monitor?.noteEndOfRounds() }
                return try await runner.run()
            }
        }
    }
}
