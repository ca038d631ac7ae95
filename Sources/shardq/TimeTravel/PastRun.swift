internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import Logging
internal import Messaging
internal import RunOptions
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns
internal import TurnOrders

/// A run that lies in a folder, complete or not, to be done once more.
struct PastRun {
    /// The folder.
    let folder: String
    /// What the folder says of it.
    let description: PolicyDescription
    /// The whole of it, without messages.
    let run: TrainingRun
    /// The table it left, read whatever its digest is; `nil` of a run that has only come to checkpoints.
    let policy: PolicyFolder<PolicyDescription>?
    /// Its checkpoints.
    let checkpoints: RunCheckpoints
    /// When its table holds what.
    let clock: RoundClock

    /// Reads a folder and makes the run ready that it describes.
    ///
    /// - Parameters:
    ///   - folder: The folder that `train` or `master` had as `--output`.
    ///   - programs: What is started for it.
    ///   - threads: The threads that share its rounds.
    /// - Throws: `CommandFailure` when it cannot be done once more, `FileFailure` when it cannot be read.
    init(_ folder: String, _ programs: NamedPrograms, threads: Int = 1) throws {
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }
        guard !has("checkpoint.json") else {
            throw CommandFailure(.usage, "\(folder) is a checkpoint: name the folder of its run, two above it")
        }
        self.folder = folder
        let hasPolicy = has("policy.json")
        guard hasPolicy || has("checkpoints") else {
            throw CommandFailure(
                .badInput,
                "\(folder) holds no run: it has neither a policy nor checkpoints (train with --output to make some)"
            )
        }
        policy =
            hasPolicy
            ? try PolicyFolder<PolicyDescription>(readingUncheckedFrom: URL(fileURLWithPath: folder)) : nil
        description = try policy?.description ?? RunCheckpoints.description(in: folder)
        guard description.isFromLog != true else {
            throw CommandFailure(.usage, "\(folder) was learned from a log: there is no run to be done once more")
        }
        guard description.turnOrder.isStrict else {
            throw CommandFailure(
                .usage,
                "\(folder) was trained with --order \(description.turnOrder.argument): its table is that of the turns that were "
                    + "taken, and only train --replay-turns with their log makes it again"
            )
        }
        var started = description
        started.scenario = ScenarioConfiguration(try description.scenario.scenario.started(by: programs))
        run = try TrainingRun(
            resuming: started,
            layout: LayoutOptions<NoScenario>.parse(["--threads", "\(threads)"]),
            usesShards: false,
            stop: StopFlag()
        )
        var whole = description
        whole.steps = description.plannedSteps
        checkpoints = RunCheckpoints(
            output: folder,
            description: whole,
            interval: .seconds(30),
            keptCount: 1,
            logger: .console(verbose: false)
        )
        clock = RoundClock(
            staleness: run.parameters.staleness,
            laneCount: run.lanes * run.cohorts,
            laneSteps: description.plannedSteps
        )
        try checkForm()
    }

    /// What it is learned on, with the programs that were named for it.
    var scenario: any CataloguedScenario { run.scenario as? any CataloguedScenario ?? description.scenario.scenario }

    /// The states and actions.
    var space: StateSpace { run.scenario.space }

    /// The round after which the folder's table was as it is: the end of the run, or where somebody ended it.
    var endRound: UInt64 { clock.round(applying: policy?.description.steps ?? description.plannedSteps) }

    /// The run up to a round, for displays.
    func until(_ round: UInt64) -> TrainingRun { run.ended(after: clock.laneSteps(appliedAfter: round)) }

    /// The table that the folder has, for whoever rests on it; `nil` of a run that has only come to checkpoints.
    ///
    /// - Throws: `FileFailure` where it is not the table of which `policy.json` speaks.
    func ownTable() throws(FileFailure) -> ActionValueTable? {
        guard let policy else { return nil }
        guard policy.statedDigest == policy.digest.description else {
            throw FileFailure(
                .damaged,
                "\(folder): policy.json says digest \(policy.statedDigest), the table beside it has \(policy.digest); "
                    + "see shardq verify"
            )
        }
        return policy.table
    }

    /// Refuses a table that is not of the run's form.
    private func checkForm() throws {
        guard let table = policy?.table else { return }
        let planes = run.parameters.update.planeCount
        guard UInt64(table.rowCount) == space.stateCount, table.actionCount == space.actionCount,
            table.planeCount == planes
        else {
            throw FileFailure(
                .damaged,
                "\(folder): the table has \(table.rowCount) × \(table.width) cells, its scenario "
                    + "\(space.stateCount) × \(space.actionCount * planes)"
            )
        }
    }
}
