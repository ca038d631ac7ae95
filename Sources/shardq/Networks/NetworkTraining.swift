internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import NeuralLearning
internal import NeuralRuns
internal import NodeLaunching
internal import ScenarioCatalogue
internal import TrainingRuns

/// Trains networks on a scenario: `shardq train SCENARIO --learner LEARNER`.
struct NetworkTraining<Entry: ControlEntry, Way: LearnerWay>: AsyncParsableCommand where Way.System == Entry.System {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: LearnerChoice.command(of: Entry.name, Way.name),
            abstract: "Learn \(Entry.name) with \(Way.summary).",
            usage: "shardq train \(Entry.name) --learner \(Way.name) [<options>]\n"
                + "shardq train --resume <folder> [<options>]",
            discussion: """
                The weights after n updates have the same digest for any number of threads or workers, undisturbed or resumed. The policy \
                that is kept is that of the best evaluation (docs/deep.md).

                Example: shardq train \(Entry.name) --learner \(Way.name) --output runs/network
                """,
            shouldDisplay: false
        )
    }

    @OptionGroup(title: "Result") var result: NetworkResultOptions
    @OptionGroup(title: "Learning") var learning: Way.Options

    @OptionGroup(title: "Layout, which never changes the result") var layout: NetworkLayout

    func run() async throws {
        let signals = SignalWatch(saying: "ending after the updates in flight; once more to leave at once")
        let output = result.resume ?? result.output
        // Before the folder is looked at: what is there may be another process's, which is about to write more.
        let lock = try output.map { try FolderLock($0) }
        let learner = try begin()
        let journal = try output.map { folder in
            try NetworkJournal(folder, scenario: Entry.name, learner, layout, resumed: result.resume)
        }
        let job = NetworkJob<Entry, Way>(output: output, options: result, layout: layout, signals: signals)
        do {
            if let output, result.replace {
                try RunCheckpoints.removeAll(in: output)
                try ResultFolder(output).removeRun()
            }
            try await job.perform(learner) { journal?.end($0) }
        } catch {
            journal?.end(error, wasInterrupted: signals.hasReceived)
            throw error
        }
        _ = lock
    }

    /// Begins a run, or takes up the one that is resumed.
    private func begin() throws -> Way.Learner {
        guard let folder = result.resume else {
            let settings = try learning.settings()
            if let output = result.output {
                if !result.replace { try ResultFolder(output).checkFreeForNetwork() }
                try ResultOptions.checkOutput(output)
            }
            return Way.Learner(Way.world, settings)
        }
        if let option = learning.given.first {
            throw CommandFailure(.usage, "\(option) comes from the folder of the run that is resumed: leave it out")
        }
        let checkpoint = try NetworkCheckpoint(from: folder)
        guard checkpoint.scenario == Entry.name else {
            throw CommandFailure(.usage, "\(folder) has a run of \(checkpoint.scenario), not of \(Entry.name)")
        }
        guard checkpoint.settings.learnerName == Way.name else {
            throw CommandFailure(
                .usage,
                "\(folder) has a run of --learner \(checkpoint.settings.learnerName): leave out --learner \(Way.name)"
            )
        }
        return try checkpoint.learner(in: Way.world)
    }
}

/// What a run of a network leaves and shows.
struct NetworkResultOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder for the network and its checkpoint.", valueName: "folder"),
        completion: .directory
    )
    var output: String?

    @Flag(help: "Train anew in the place of a run that --output holds.")
    var replace = false

    @Option(
        help: ArgumentHelp("Go on with the run in this folder from its checkpoint.", valueName: "folder"),
        completion: .directory
    )
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Environment steps from checkpoint to checkpoint, 0 for none (default: 10000).",
            valueName: "n"
        ),
        transform: LearnerText.count
    )
    var checkpointEvery: UInt64?

    @Flag(help: "Print one JSON object, described in docs/cli.md.")
    var json = false

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    func validate() throws {
        if replace, output == nil {
            throw ValidationError("--replace needs --output, the folder of the run that is replaced")
        }
        if checkpointEvery != nil, output == nil, resume == nil {
            throw ValidationError("--checkpoint-every needs --output, the folder for the checkpoints")
        }
        if let resume, output != nil {
            throw ValidationError("--resume \(resume) goes on in that folder: leave out --output")
        }
    }
}
