package import Checkpoints
internal import CommandBasics
internal import Foundation
package import Logging
package import MasterNode
package import RunOptions
package import ScenarioCatalogue
package import TabularLearning
package import TurnOrders

/// A run's checkpoints in its folder.
package struct RunCheckpoints: Sendable {
    /// How often a checkpoint is taken.
    package let interval: CheckpointInterval

    private let store: CheckpointStore<PolicyDescription>
    private let description: PolicyDescription
    private let logger: Logger

    /// The folder that holds them.
    package var folder: String { store.folder }

    /// Names a run's checkpoints.
    ///
    /// - Parameters:
    ///   - output: The run's folder.
    ///   - description: The run, with the steps it has planned.
    ///   - interval: How often one is taken.
    ///   - keptCount: How many are kept.
    ///   - logger: Is told what was skipped and what was left over.
    package init(
        output: String,
        description: PolicyDescription,
        interval: CheckpointInterval,
        keptCount: Int,
        logger: Logger
    ) {
        store = CheckpointStore(folder: Self.folder(in: output), keptCount: keptCount)
        self.description = description
        self.interval = interval
        self.logger = logger
    }

    /// Where a run's folder has its checkpoints.
    package static func folder(in output: String) -> String { output + "/checkpoints" }

    /// What the newest checkpoint of a run's folder says of the run.
    ///
    /// - Throws: `CommandFailure` when there is none, `FileFailure` when the folder cannot be read.
    package static func description(in output: String) throws -> PolicyDescription {
        let store = CheckpointStore<PolicyDescription>(folder: folder(in: output))
        let search = try store.newest()
        guard let checkpoint = search.checkpoint else {
            let reason = search.skipped.first.map { ": \($0)" } ?? " (train with --output to make some)"
            throw CommandFailure(.badInput, "\(output) has no checkpoint to go on from\(reason)")
        }
        return checkpoint.description
    }

    /// The newest state of the run, and the epoch it was written in; `nil` when there is none.
    package func newest(_ run: TrainingRun) throws -> (state: RunState, epoch: UInt32, turns: TurnLog?)? {
        let search = try store.newest(of: description.identity.description)
        for failure in search.skipped { logger.warning("skipped a checkpoint: \(failure)") }
        return try search.checkpoint.map { checkpoint in
            let words = checkpoint.sections.takingTurns.words
            return (try state(of: run, in: checkpoint), checkpoint.point.epoch, words.flatMap { TurnLog(words: $0) })
        }
    }

    /// What a checkpoint holds, as a run that goes on.
    package func state(of run: TrainingRun, in checkpoint: Checkpoint<PolicyDescription>) throws -> RunState {
        let learners = try run.makeLearners()
        do throws(WordReader.Failure) {
            return try RunState(
                round: checkpoint.point.round,
                restoring: learners,
                from: checkpoint.sections.takingTurns.others,
                table: checkpoint.table
            )
        } catch {
            throw FileFailure(.damaged, "\(folder): the state of round \(checkpoint.point.round): \(error)")
        }
    }

    /// Whether a folder has any, of whatever run.
    package static func exist(in output: String) throws(FileFailure) -> Bool {
        try !CheckpointStore<PolicyDescription>(folder: folder(in: output)).rounds.isEmpty
    }

    /// The rounds that have a checkpoint, in ascending order.
    package var rounds: [UInt64] { get throws(FileFailure) { try store.rounds } }

    /// The checkpoint of a round, of this run and no other.
    package func checkpoint(ofRound round: UInt64) throws(FileFailure) -> Checkpoint<PolicyDescription> {
        try store.read(round: round, of: description.identity.description)
    }

    /// The table of the newest checkpoint and its round; `nil` when there is none.
    func newestTable() throws -> (table: ActionValueTable, round: UInt64)? {
        try store.newest(of: description.identity.description).checkpoint.map { ($0.table, $0.point.round) }
    }

    /// Writes what a master has gathered.
    package func write(_ capture: RunCapture) throws {
        try write(capture.point, capture.assembleTable(), capture.sections)
    }

    /// Writes a checkpoint.
    package func write(_ point: RunPoint, _ table: ActionValueTable, _ sections: SavedSections) throws {
        var description = description
        description.steps = point.laneSteps
        let written = try store.write(
            Checkpoint(
                runIdentity: self.description.identity.description,
                description: description,
                point: point,
                table: table,
                sections: sections
            )
        )
        for failure in written.leftovers { logger.warning("\(failure)") }
    }

    /// Whether there is a checkpoint of this very run to go on from; it may have been complete already.
    ///
    /// - Returns: `false` when the folder is free: without checkpoints, or with those of another run that is complete.
    /// - Throws: `CommandFailure` when it holds another run that is not complete, or nothing but damaged checkpoints;
    ///   `FileFailure` when it cannot be read.
    func holdRun() throws -> Bool {
        guard let last = try store.rounds.last else { return false }
        let search = try store.newest()
        guard let checkpoint = search.checkpoint else {
            let reason = search.skipped.first.map { ": \($0)" } ?? ""
            throw CommandFailure(
                .badInput,
                "\(folder) has no whole checkpoint\(reason); remove that folder to begin anew"
            )
        }
        if checkpoint.runIdentity == description.identity.description { return true }
        guard FileManager.default.fileExists(atPath: finishedMark.path) else {
            throw CommandFailure(
                .usage,
                "\(folder) holds another run, unfinished, at round \(last): "
                    + "give the options that it was begun with, or another --output"
            )
        }
        return false
    }

    /// Refuses to begin anew in a folder that holds an unfinished run.
    ///
    /// - Throws: `CommandFailure` that says what can be done.
    func checkFinished() throws {
        guard let last = try store.rounds.last, !FileManager.default.fileExists(atPath: finishedMark.path) else {
            return
        }
        throw CommandFailure(
            .usage,
            "\(folder) holds an unfinished run, at round \(last): "
                + "--resume goes on with it, --replace begins anew in its place, another --output keeps it"
        )
    }

    /// Forgets the checkpoints of an earlier run; what others have put beside them stays.
    package func removeAll() throws { try Self.removeAll(of: store) }

    /// Forgets the checkpoints in a folder, of whatever run of a table.
    package static func removeAll(in output: String) throws {
        try removeAll(of: CheckpointStore<PolicyDescription>(folder: folder(in: output)))
    }

    private static func removeAll(of store: CheckpointStore<PolicyDescription>) throws {
        guard FileManager.default.fileExists(atPath: store.folder) else { return }
        try store.removeAll()
        try? FileManager.default.removeItem(at: finishedMark(in: store.folder))
        if try FileManager.default.contentsOfDirectory(atPath: store.folder).isEmpty {
            try FileManager.default.removeItem(atPath: store.folder)
        }
    }

    /// Notes that the run is complete, so that another may take its place.
    package func finish() throws {
        guard FileManager.default.fileExists(atPath: folder) else { return }
        try AtomicFile.write(Data(), to: finishedMark)
    }

    private var finishedMark: URL { Self.finishedMark(in: folder) }

    private static func finishedMark(in folder: String) -> URL {
        URL(fileURLWithPath: folder).appendingPathComponent("finished")
    }
}

extension SavedSections {
    /// The words of the turns so far, where the run records them, and what a run's own state is.
    package var takingTurns: (words: [UInt32]?, others: SavedSections) {
        var others = self
        let words = try? others.take(TurnLog.sectionName)
        return (words, others)
    }
}
