internal import CommandBasics
internal import Foundation
package import Logging
internal import MasterNode
package import Messaging
internal import NodeLaunching
package import RunOptions
package import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

/// A run, new or resumed, as the options of `train` and `master` describe it.
package struct TrainingSetup {
    package let configuration: ScenarioConfiguration
    package let run: TrainingRun
    package let history: RunHistory
    /// The run's folder, if it has one.
    package let output: String?
    package let checkpoints: RunCheckpoints?
    /// The folder of the run that `--resume` goes on with.
    package let resumed: String?
    /// What is found out of its tables on the way; `nil` where nobody asks.
    package let evaluations: GreedyEvaluations?
    /// The folders that are this process's alone.
    private let locks: [FolderLock]
    private var leftovers: Leftovers?

    /// What an earlier run has left and this one does away with.
    private struct Leftovers {
        let folder: ResultFolder
        let hasCheckpoints: Bool
        let hasResults: Bool
    }

    /// What the command knows beside its options.
    package struct Facts {
        package let usesShards: Bool
        package let isMonitored: Bool
        package let stop: StopFlag
        package let logger: Logger

        /// Takes all of it.
        package init(usesShards: Bool, isMonitored: Bool, stop: StopFlag, logger: Logger) {
            self.usesShards = usesShards
            self.isMonitored = isMonitored
            self.stop = stop
            self.logger = logger
        }
    }

    /// Makes sense of the options of a new run.
    ///
    /// - Throws: `CommandFailure` when they do not go together.
    package init<Entry: ScenarioEntry>(
        _ entry: Entry.Type,
        _ scenario: Entry.Options,
        learning: LearningOptions<Entry>,
        layout: LayoutOptions<Entry>,
        turns: (order: OrderOption, files: TurnFileOptions),
        checkpoint: CheckpointOptions,
        result: ResultOptions,
        _ facts: Facts
    ) throws {
        let configuration = try Entry.configuration(scenario, discount: learning.discount)
        var run = try TrainingRun(
            scenario: configuration.scenario,
            learning: learning,
            layout: layout,
            usesShards: facts.usesShards,
            stop: facts.stop
        )
        try run.choose(turns.order.order, turns.files, of: configuration, usesShards: facts.usesShards)
        try self.init(run, of: configuration, checkpoint: checkpoint, resumed: nil, result: result, facts)
    }

    /// Makes sense of the options of a run that is gone on with.
    ///
    /// - Throws: `CommandFailure` when they do not go together.
    package init(
        resuming folder: String,
        layout: LayoutOptions<NoScenario>,
        turns: TurnFileOptions,
        checkpoint: CheckpointOptions,
        result: ResultOptions,
        _ facts: Facts
    ) throws {
        guard FileManager.default.fileExists(atPath: folder) else {
            throw CommandFailure(.badInput, "\(folder) has no checkpoint to go on from: there is no such folder")
        }
        let description = try RunCheckpoints.description(in: folder)
        if let command = description.scenario.scenario.startedCommand {
            throw CommandFailure(
                .usage,
                "--resume \(folder) would start '\(command)' because the folder says so: say it yourself, with "
                    + "--resume-or-start, --output \(folder) and the options that the run was begun with"
            )
        }
        var run = try TrainingRun(
            resuming: description,
            layout: layout,
            usesShards: facts.usesShards,
            stop: facts.stop
        )
        try run.choose(nil, turns, of: description.scenario, former: description, usesShards: facts.usesShards)
        try self.init(
            run,
            of: description.scenario,
            checkpoint: checkpoint,
            resumed: folder,
            result: result,
            facts
        )
    }

    private init(
        _ run: TrainingRun,
        of configuration: ScenarioConfiguration,
        checkpoint: CheckpointOptions,
        resumed: String?,
        result: ResultOptions,
        _ facts: Facts
    ) throws {
        let output = result.output
        var run = run
        self.configuration = configuration
        self.resumed = resumed
        self.output = output ?? resumed
        guard self.output != nil || checkpoint.interval == nil else {
            throw CommandFailure(.usage, "--checkpoint-every needs --output, the folder for the checkpoints")
        }
        guard self.output != nil || checkpoint.keptCount == nil else {
            throw CommandFailure(.usage, "--keep-checkpoints needs --output, the folder for the checkpoints")
        }
        guard self.output != nil || checkpoint.durability == .rollback else {
            throw CommandFailure(
                .usage,
                "--durability log needs --output: only checkpoints keep the log from growing for ever"
            )
        }
        guard facts.usesShards || checkpoint.durability == .rollback else {
            throw CommandFailure(
                .usage,
                "--durability log keeps the messages to workers, and --broker none has neither: leave it out"
            )
        }
        guard self.output != nil || !checkpoint.resumesOrStarts else {
            throw CommandFailure(.usage, "--resume-or-start needs --output, the folder of the run")
        }
        if !run.scenario.isRestorable {
            try Self.checkPlant(checkpoint, resumed: resumed, usesShards: facts.usesShards)
        }
        locks = try Set([resumed, output].compactMap(\.self)).sorted().map { try FolderLock($0) }
        let interval = checkpoint.interval ?? .seconds(30)
        run.durability = checkpoint.durability
        try Self.checkActors(run, checkpoint, result)
        if facts.isMonitored { run.environmentMeter = EnvironmentMeter() }
        run.checkpointRounds = self.output == nil ? nil : interval.rounds
        let description = run.description(configuration, steps: run.steps)
        if run.actors > 0 { run.runDescription = encodeJSON(description) }
        checkpoints = (resumed ?? output).map { folder in
            RunCheckpoints(
                output: folder,
                description: description,
                interval: interval,
                keptCount: checkpoint.keptCount ?? 2,
                logger: facts.logger
            )
        }
        let resumes = try resumed != nil || (checkpoint.resumesOrStarts && checkpoints?.holdRun() == true)
        // Before anything of an earlier run is touched: what does not go together costs none of it.
        evaluations = try GreedyEvaluations.take(
            up: resumed ?? output,
            every: result.evaluateEvery,
            (run, configuration),
            resumes: resumes,
            logger: facts.logger
        )
        run.evaluationRounds = evaluations?.marks
        try run.checkEvaluations()
        self.run = run
        var history = RunHistory(run, checkpoints: checkpoints, resumes: resumes)
        history.evaluations = evaluations
        self.history = history
        leftovers = try findLeftovers(result, checkpoint, resumes: resumes)
    }

    /// Removes what an earlier run has left, where that was asked for.
    ///
    /// Comes when nothing is left that can be refused.
    package func clear() throws {
        guard let leftovers else { return }
        if leftovers.hasCheckpoints { try checkpoints?.removeAll() }
        if leftovers.hasResults { try leftovers.folder.removeRun() }
    }

    /// Refuses to write over what the folder holds.
    ///
    /// - Returns: What is in the way; `nil` where nothing is.
    private func findLeftovers(
        _ result: ResultOptions,
        _ checkpoint: CheckpointOptions,
        resumes: Bool
    ) throws -> Leftovers? {
        guard let output = result.output else { return nil }
        func path(_ folder: String) -> String { URL(fileURLWithPath: folder).resolvingSymlinksInPath().path }
        let isResumed = resumed.map { path($0) == path(output) } ?? false
        if let option = isResumed ? "--resume" : checkpoint.resumesOrStarts ? "--resume-or-start" : nil, result.replace
        {
            throw CommandFailure(.usage, "--replace begins anew, \(option) goes on: leave one of them out")
        }
        // A run that goes on writes over its own results, and over nobody else's.
        guard !isResumed, !(resumes && resumed == nil) else { return nil }
        let folder = ResultFolder(output)
        if !result.replace {
            if !resumes { try checkpoints?.checkFinished() }
            // With --resume-or-start a run that is complete makes room for another one, but a network's files would stay.
            if checkpoint.resumesOrStarts { try folder.checkFreeOfNetwork() } else { try folder.checkFreeForRun() }
        }
        // Also what a run has left that was killed before its first checkpoint; a complete one that makes room for another
        // stays until its policy is replaced.
        return Leftovers(folder: folder, hasCheckpoints: !resumes, hasResults: !checkpoint.resumesOrStarts)
    }

    /// With actor processes the master sends no rounds, and nothing can be done between them.
    private static func checkActors(_ run: TrainingRun, _ checkpoint: CheckpointOptions, _ result: ResultOptions) throws
    {
        guard run.actors > 0 else { return }
        let others: [(option: String, isGiven: Bool)] = [
            ("--durability log", checkpoint.durability == .log), ("--elastic", run.isElastic),
            ("--evaluate-every", result.evaluateEvery != nil),
        ]
        guard let other = others.first(where: \.isGiven) else { return }
        throw CommandFailure(
            .usage,
            "--actors \(run.actors) with \(other.option): the rounds are between actor processes and workers, and this needs them at "
                + "the master: leave out one of them"
        )
    }

    /// A world that cannot be put back outlives workers and broker with the log, and nothing outlives its own process.
    private static func checkPlant(_ checkpoint: CheckpointOptions, resumed: String?, usesShards: Bool) throws {
        let reason = "the state of this world can be neither written down nor put back"
        if let option = resumed.map({ "--resume \($0)" })
            ?? (checkpoint.resumesOrStarts ? "--resume-or-start" : nil)
        {
            throw CommandFailure(
                .usage,
                "\(option): \(reason), so the run cannot go on in another process: begin it anew"
            )
        }
        if !usesShards,
            let option = checkpoint.interval.map({ _ in "--checkpoint-every" })
                ?? checkpoint.keptCount.map({ _ in "--keep-checkpoints" })
        {
            throw CommandFailure(
                .usage,
                "\(option): \(reason), so there is nothing that a checkpoint would be good for: leave it out"
            )
        }
        guard usesShards, checkpoint.durability == .rollback else { return }
        throw CommandFailure(
            .usage,
            "--durability rollback: \(reason), so nothing can return to a checkpoint: use --durability log with --output"
        )
    }
}
