internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import Configuration
internal import MasterNode
internal import Provenance
internal import RabbitMQMessaging
internal import Rounds
internal import RunOptions
internal import ScenarioCatalogue
internal import Synchronization
internal import TabularLearning
internal import TrainingRuns
internal import WireProtocol

/// Keeps `run.json` of the folder that a run is trained into: at its beginning, when it has gone on from something, at its end.
final class RunJournal: Sendable {
    private let folder: String
    private let resumed: String
    private let record: Mutex<RunRecord>
    /// When this process began, as the record has it.
    let begun: String
    private let broker: BrokerNote

    /// Begins a session; `nil` for a run without a folder.
    ///
    /// - Parameters:
    ///   - setup: The run.
    ///   - brokerKind: Where messages travel.
    ///   - broker: Hears what the broker says of itself.
    ///   - helpDump: The command of this run alone, as the argument parser describes it.
    /// - Throws: `FileFailure` when the folder cannot be written to.
    init?(
        _ setup: TrainingSetup,
        brokerKind: String,
        broker: BrokerNote,
        helpDump: () -> String
    ) throws {
        guard let output = setup.output else { return nil }
        let run = setup.run
        let identity = run.description(setup.configuration, steps: run.steps).identity.description
        // What cannot be read, or is of another run, is no history of this one; it keeps nobody from going on.
        let earlier = setup.history.resumes ? try? RunRecord.read(from: setup.resumed ?? output) : nil
        var record = RunRecord(runIdentity: identity)
        if let earlier, earlier.runIdentity == identity { record = earlier }
        let simulator = setup.history.resumes ? nil : setup.configuration.scenario.simulatorVersion
        record.sessions.append(try Self.session(Self.layout(of: run, brokerKind), simulator: simulator, helpDump))
        folder = output
        begun = record.sessions.last?.begun ?? ""
        resumed = setup.resumed ?? output
        self.broker = broker
        self.record = Mutex(record)
        try record.write(to: output)
    }

    /// Writes the record of a folder that was made of a run, in one go.
    ///
    /// - Parameters:
    ///   - folder: The new folder.
    ///   - identity: The run's.
    ///   - parent: The run's folder and the moment that was taken from it.
    /// - Throws: `FileFailure` when the folder cannot be written to.
    static func write(to folder: String, of identity: String, from parent: RunRecord.Parent) throws {
        let layout = RunRecord.Layout(broker: BrokerArgument.none.kind, threads: 1)
        var session = try session(layout, simulator: nil) { ShardQ._dumpHelp() }
        session.parent = parent
        var end = RunRecord.End(.complete, ended: RunRecord.now)
        (end.steps, end.tableDigest) = (parent.steps, parent.tableDigest)
        session.end = end
        var record = RunRecord(runIdentity: identity)
        record.sessions = [session]
        try record.write(to: folder)
    }

    /// Notes what is gone on from.
    func note(_ state: RunState) throws {
        guard let table = state.table, state.isAnswered else { return }
        try change { [resumed] session in
            session.parent = RunRecord.Parent(
                folder: resumed,
                round: state.round,
                steps: state.learners.laneSteps,
                tableDigest: TableDigest(of: table).description
            )
        }
    }

    /// Notes a result.
    func end(_ outcome: TrainingOutcome, digest: String, isComplete: Bool) throws {
        var end = RunRecord.End(isComplete ? .complete : .interrupted, ended: RunRecord.now)
        end.wallSeconds = outcome.wallSeconds
        end.steps = outcome.stepsTaken
        end.rollbacks = outcome.rollbacks
        end.checkpoints = outcome.checkpoints.written
        end.tableDigest = digest
        try change { $0.end = end }
    }

    /// Notes why there is no result, as far as the folder can be written to.
    func end(_ error: any Error, wasInterrupted: Bool) {
        let reason = Console.redact(CommandFailure(error)?.description ?? "\(error)")
        let end = RunRecord.End(wasInterrupted ? .interrupted : .failed, ended: RunRecord.now, reason: reason)
        try? change { $0.end = end }
    }

    private func change(_ body: (inout RunRecord.Session) -> Void) throws {
        let changed = record.withLock { record in
            let last = record.sessions.count - 1
            record.sessions[last].versions.broker = broker.version ?? record.sessions[last].versions.broker
            body(&record.sessions[last])
            return record
        }
        try changed.write(to: folder)
    }

    /// What this process knows of itself.
    static func session(
        _ layout: RunRecord.Layout,
        simulator: String?,
        _ helpDump: () -> String
    ) throws -> RunRecord.Session {
        let arguments = Array(CommandLine.arguments.dropFirst())
        return RunRecord.Session(
            command: arguments.map { Console.redact($0) },
            settings: try settings(of: try LearnerChoice.choosing(arguments), helpDump),
            versions: RunRecord.Versions(
                shardq: ProgramVersion.current,
                swift: RunRecord.Versions.compiler,
                messageProtocol: Int(FrameHeader.version),
                simulator: simulator
            ),
            layout: layout,
            host: .current,
            begun: RunRecord.now
        )
    }

    /// The settings that were made somewhere or have a default of the command's.
    ///
    /// To describe one command takes a tenth of what all take. A file or a variable may speak of others, which only all explain.
    private static func settings(of arguments: [String], _ helpDump: () -> String) throws -> [RunRecord.Setting] {
        let hidden = LearnerChoice.isChosen(arguments) ? arguments[1] : nil
        let alone = try? Settings.effective(arguments, helpDump: helpDump(), listing: hidden)
        return try (alone ?? Settings.effective(arguments)).settings.compactMap { setting in
            if case .unset = setting.origin { return nil }
            return RunRecord.Setting(
                key: setting.key,
                values: setting.values.map { Console.redact($0) },
                origin: setting.origin.description
            )
        }
    }

    private static func layout(of run: TrainingRun, _ broker: String) -> RunRecord.Layout {
        guard broker != BrokerArgument.none.kind else {
            return RunRecord.Layout(broker: broker, threads: run.threads)
        }
        var layout = RunRecord.Layout(
            broker: broker,
            workers: run.workers,
            shards: run.shards,
            partition: run.partition.rawValue,
            cohortsPerMessage: run.cohortsPerMessage
        )
        if run.actors > 0 { layout.actors = run.actors }
        return layout
    }
}
