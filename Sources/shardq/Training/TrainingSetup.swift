internal import Foundation
internal import Logging
internal import MasterNode
internal import Messaging
internal import Scenarios
internal import TabularLearning

/// A run, new or resumed, as the options of `train` and `master` describe it.
struct TrainingSetup {
    let configuration: ScenarioConfiguration
    let run: TrainingRun
    let history: RunHistory
    /// The run's folder, if it has one.
    let output: String?
    let checkpoints: RunCheckpoints?
    /// The folders that are this process's alone.
    private let locks: [FolderLock]

    /// Makes sense of the options.
    ///
    /// - Throws: `CommandFailure` when they do not go together.
    init(
        scenario: ScenarioName?,
        learning: LearningOptions,
        layout: LayoutOptions,
        scenarioOptions: ScenarioOptions,
        checkpoint: CheckpointOptions,
        output: String?,
        usesShards: Bool,
        isMonitored: Bool,
        stop: StopFlag,
        logger: Logger
    ) throws {
        var run: TrainingRun
        if let folder = checkpoint.resume {
            guard FileManager.default.fileExists(atPath: folder) else {
                throw CommandFailure(.badInput, "\(folder) has no checkpoint to go on from: there is no such folder")
            }
            guard scenario == nil else {
                throw CommandFailure(.usage, "--resume \(folder): the folder says what to train, so name no scenario")
            }
            if let option = learning.given.first ?? scenarioOptions.given.first?.option {
                throw CommandFailure(.usage, "\(option) comes from the folder of the run that is resumed: leave it out")
            }
            let description = try RunCheckpoints.description(in: folder)
            configuration = description.scenario
            run = try TrainingRun(resuming: description, layout: layout, usesShards: usesShards, stop: stop)
        } else {
            guard let scenario else {
                let names = ScenarioName.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure(.usage, "say what to train (\(names)), or --resume a folder")
            }
            configuration = try scenarioOptions.configuration(of: scenario, discount: learning.discount)
            run = try TrainingRun(
                scenario: configuration.scenario,
                learning: learning,
                layout: layout,
                usesShards: usesShards,
                stop: stop
            )
        }
        self.output = output ?? checkpoint.resume
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
        guard self.output != nil || !checkpoint.resumesOrStarts else {
            throw CommandFailure(.usage, "--resume-or-start needs --output, the folder of the run")
        }
        locks = try Set([checkpoint.resume, output].compactMap(\.self)).sorted().map { try FolderLock($0) }
        let interval = checkpoint.interval ?? .seconds(30)
        run.durability = checkpoint.durability
        if isMonitored { run.environmentMeter = EnvironmentMeter() }
        run.checkpointRounds = self.output == nil ? nil : interval.rounds
        self.run = run
        let description = run.description(configuration, steps: run.steps)
        checkpoints = (checkpoint.resume ?? output).map { folder in
            RunCheckpoints(
                output: folder,
                description: description,
                interval: interval,
                keptCount: checkpoint.keptCount ?? 2,
                logger: logger
            )
        }
        let resumes = try checkpoint.resume != nil || (checkpoint.resumesOrStarts && checkpoints?.holdRun() == true)
        history = RunHistory(run, checkpoints: checkpoints, resumes: resumes)
        if !resumes { try checkpoints?.prepare() }
    }
}
