internal import ArgumentParser
internal import Logging
internal import Messaging
internal import RabbitMQMessaging

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
            """,
        subcommands: Catalogue.entries.map { $0.master } + [Resume.self],
        defaultSubcommand: Resume.self
    )

    /// Trains one scenario.
    struct OfScenario<Entry: ScenarioEntry>: AsyncParsableCommand {
        static var configuration: CommandConfiguration {
            CommandConfiguration(
                commandName: Entry.name,
                abstract: Entry.summary,
                usage: "shardq master \(Entry.name) --run <name> [<options>]",
                discussion: "Example: shardq master \(Entry.name) --broker amqp://host --run one --workers 4"
            )
        }

        @OptionGroup(title: "Broker and result") var connection: ConnectionOptions
        @OptionGroup(title: "Broker and result") var result: ResultOptions
        @OptionGroup(title: Entry.title) var scenario: Entry.Options
        @OptionGroup(title: "Learning") var learning: LearningOptions<Entry>
        @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<Entry>
        @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
        @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
        @OptionGroup(title: "Monitoring and log") var log: LogOptions

        mutating func run() async throws {
            let launch = MasterLaunch(connection: connection, result: result, monitoring: monitoring, log: log)
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
            usage: "shardq master --resume <folder> --run <name> [<options>]",
            shouldDisplay: false
        )

        @OptionGroup(title: "Broker and result") var resume: ResumeOptions
        @OptionGroup(title: "Broker and result") var connection: ConnectionOptions
        @OptionGroup(title: "Broker and result") var result: ResultOptions
        @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<NoScenario>
        @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
        @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
        @OptionGroup(title: "Monitoring and log") var log: LogOptions

        func validate() throws { try resume.check(checkpoint) }

        mutating func run() async throws {
            let launch = MasterLaunch(connection: connection, result: result, monitoring: monitoring, log: log)
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

extension ScenarioEntry {
    /// The command that trains it with workers from elsewhere.
    static var master: any AsyncParsableCommand.Type { MasterCommand.OfScenario<Self>.self }
}

/// What all ways to train with workers from elsewhere have in common.
private struct MasterLaunch {
    let connection: ConnectionOptions
    let result: ResultOptions
    let monitoring: MonitoringOptions
    let log: LogOptions

    /// Carries out what is made ready.
    func run(_ makeReady: (TrainingSetup.Facts) throws -> TrainingSetup) async throws {
        let signals = SignalWatch()
        let logger = Logger.console(log.format, verbose: result.verbose, run: connection.run)
        try result.checkOutput()
        let setup = try makeReady(
            .init(usesShards: true, isMonitored: monitoring.port != nil, stop: signals.stop, logger: logger)
        )
        let display = ProgressDisplay(isQuiet: result.quiet)
        var runner = TrainingRunner(
            run: setup.run,
            history: setup.history,
            broker: .url(connection.broker),
            logger: logger,
            observer: display
        )
        let transport = RabbitMQTransport(address: try connection.address(), run: connection.run)
        let job = TrainingJob(setup: setup, broker: "amqp", options: result, signals: signals, display: display)
        let patience = Duration.seconds(connection.wait)
        // The result is there before the time in which the last figures are scraped.
        try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
            runner.monitor = monitor
            try await job.perform {
                defer { monitor?.noteEndOfRounds() }
                return try await runner.runMaster(over: transport, patience: patience)
            }
        }
    }
}
