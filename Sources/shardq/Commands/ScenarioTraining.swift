internal import ArgumentParser
internal import CommandBasics
internal import Logging
internal import NodeLaunching
internal import RunOptions
internal import ScenarioCatalogue
internal import TrainingRuns

/// How a run that has been made ready is carried out.
typealias TrainingWay = (TrainingRunner) async throws -> TrainingOutcome

/// Where messages travel, and who works: all in which `train` and `master` differ.
protocol TrainingPlace: ParsableArguments {
    /// The command: `train`.
    static var command: String { get }

    /// What follows the scenario in a line of usage.
    static var usage: String { get }

    /// Options for an example.
    static func example(of entry: any ScenarioEntry.Type) -> String

    /// The broker.
    var brokerArgument: BrokerArgument { get }

    /// The kind of broker, for the result.
    var brokerKind: String { get }

    /// Whether networks are trained here, too.
    static var offersNetworks: Bool { get }

    /// The run's name in the log; `nil` where it has none that anybody would know.
    var runName: String? { get }

    /// Refuses options of monitoring that mean nothing here.
    ///
    /// - Throws: `CommandFailure` that names the option.
    func check(_ monitoring: MonitoringOptions) throws

    /// Gets ready, before anything is begun.
    ///
    /// - Throws: When the broker's address cannot be made out.
    func prepared() throws -> TrainingWay
}

extension TrainingPlace {
    /// Tables only.
    static var offersNetworks: Bool { false }

    /// There is always something to be watched.
    func check(_ monitoring: MonitoringOptions) throws {}
}

/// Trains one scenario.
struct ScenarioTraining<Place: TrainingPlace, Entry: ScenarioEntry>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: Entry.name,
            abstract: Entry.summary,
            usage: "shardq \(Place.command) \(Entry.name) \(Place.usage)",
            discussion: "Example: shardq \(Place.command) \(Entry.name) \(Place.example(of: Entry.self))"
                + (Place.offersNetworks && !Entry.networkLearners.isEmpty
                    ? "\n\nA network instead of a table: shardq \(Place.command) \(Entry.name) --learner "
                        + Entry.networkLearners.map(\.name).joined(separator: "|") + " (and --help)"
                    : "")
        )
    }

    @OptionGroup(title: "Broker and result") var place: Place
    @OptionGroup(title: "Broker and result") var result: ResultOptions
    @OptionGroup(title: Entry.title) var scenario: Entry.Options
    @OptionGroup(title: "Learning") var learning: LearningOptions<Entry>
    @OptionGroup(title: "Learning") var order: OrderOption
    @OptionGroup(title: "Learning") var turns: TurnFileOptions
    @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<Entry>
    @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
    @OptionGroup(title: "Monitoring and log") var page: PageOptions
    @OptionGroup(title: "Monitoring and log") var log: LogOptions

    mutating func run() async throws {
        let launch = TrainingLaunch(place: place, result: result, monitoring: monitoring, page: page, log: log) {
            OneTraining<Place, Self>._dumpHelp()
        }
        try await launch.run { [scenario, learning, order, turns, layout, checkpoint, result] facts in
            try TrainingSetup(
                Entry.self,
                scenario,
                learning: learning,
                layout: layout,
                turns: (order, turns),
                checkpoint: checkpoint,
                result: result,
                facts
            )
        }
    }
}

/// Goes on with a run.
struct ResumedTraining<Place: TrainingPlace>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "resume",
            abstract: "Go on with a run from its newest checkpoint, in any layout.",
            usage: "shardq \(Place.command) --resume <folder> \(Place.usage)",
            shouldDisplay: false
        )
    }

    @OptionGroup(title: "Broker and result") var resume: ResumeOptions
    @OptionGroup(title: "Broker and result") var place: Place
    @OptionGroup(title: "Broker and result") var result: ResultOptions
    @OptionGroup(title: "Broker and result") var turns: TurnFileOptions
    @OptionGroup(title: "Layout (never changes the result)") var layout: LayoutOptions<NoScenario>
    @OptionGroup(title: "Checkpoints") var checkpoint: CheckpointOptions
    @OptionGroup(title: "Monitoring and log") var monitoring: MonitoringOptions
    @OptionGroup(title: "Monitoring and log") var page: PageOptions
    @OptionGroup(title: "Monitoring and log") var log: LogOptions

    func validate() throws { try resume.check(checkpoint) }

    mutating func run() async throws {
        let launch = TrainingLaunch(place: place, result: result, monitoring: monitoring, page: page, log: log) {
            OneTraining<Place, Self>._dumpHelp()
        }
        let folder = try resume.folder()
        try await launch.run { [layout, turns, checkpoint, result] facts in
            try TrainingSetup(
                resuming: folder,
                layout: layout,
                turns: turns,
                checkpoint: checkpoint,
                result: result,
                facts
            )
        }
    }
}

/// The program with one way to train and no other: enough to tell where the settings of its run come from.
private struct OneTraining<Place: TrainingPlace, Training: AsyncParsableCommand>: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: ShardQ.configuration.commandName, subcommands: [Chooser.self])
    }

    struct Chooser: ParsableCommand {
        static var configuration: CommandConfiguration {
            let resumed = ResumedTraining<Place>.self
            let all: [any ParsableCommand.Type] = [Training.self] + (Training.self == resumed ? [] : [resumed])
            return CommandConfiguration(commandName: Place.command, subcommands: all, defaultSubcommand: resumed)
        }
    }
}

/// What all ways to train have in common.
private struct TrainingLaunch<Place: TrainingPlace> {
    let place: Place
    let result: ResultOptions
    let monitoring: MonitoringOptions
    let page: PageOptions
    let log: LogOptions
    /// The command of this run alone, as the argument parser describes it.
    let helpDump: () -> String

    /// Carries out what is made ready.
    func run(_ makeReady: (TrainingSetup.Facts) throws -> TrainingSetup) async throws {
        let signals = SignalWatch()
        try place.check(monitoring)
        let logger = Logger.console(log.format, verbose: result.verbose, run: place.runName)
        try result.checkOutput()
        let broker = place.brokerArgument
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
        try page.check(output: setup.output, monitoring)
        let train = try place.prepared()
        try setup.clear()
        let journal = try RunJournal(
            setup,
            brokerKind: place.brokerKind,
            broker: runner.brokerNote,
            helpDump: helpDump
        )
        if let journal { runner.history.resumed = { try journal.note($0) } }
        if let journal, let output = setup.output {
            let description = setup.run.description(setup.configuration, steps: setup.run.steps)
            runner.recorder = ProgressRecorder(output, description, begun: journal.begun)
        }
        let job = TrainingJob(
            setup: setup,
            journal: journal,
            recorder: runner.recorder,
            broker: place.brokerKind,
            options: result,
            signals: signals,
            display: display
        )
        try await OwnPage.with(page, of: setup.output) {
            // The result is there before the time in which the last figures are scraped.
            try await NodeMonitor.with(monitoring, stop: signals.stop) { monitor in
                runner.monitor = monitor
                try await job.perform {
                    defer { monitor?.noteEndOfRounds() }
                    return try await train(runner)
                }
            }
        }
    }
}
