internal import ArgumentParser
internal import CommandBasics
internal import NeuralLearning
internal import NeuralRuns
internal import Provenance
internal import RunOptions
internal import Synchronization

/// Keeps `run.json` of the folder that a network is trained into.
final class NetworkJournal: Sendable {
    /// How a run ended.
    enum Ending: Sendable {
        /// With the digest of the weights after the last update, which stands where a table's would.
        case complete(steps: UInt64, digest: String, wallSeconds: Double)
        case interrupted
    }

    private let folder: String
    private let record: Mutex<RunRecord>

    /// Begins a session.
    ///
    /// - Throws: `FileFailure` when the folder cannot be written to.
    init(
        _ folder: String,
        scenario: String,
        _ learner: some NetworkLearner,
        _ layout: NetworkLayout,
        resumed: String?
    ) throws {
        let identity = NetworkDescription.identity(scenario: scenario, learner.settings)
        let earlier = resumed == nil ? nil : try? RunRecord.read(from: folder)
        var record = RunRecord(runIdentity: identity)
        if let earlier, earlier.runIdentity == identity { record = earlier }
        var session = try RunJournal.session(
            layout.record,
            simulator: nil
        ) { ShardQ._dumpHelp() }
        if let resumed {
            session.parent = RunRecord.Parent(
                folder: resumed,
                round: learner.updateCount,
                steps: learner.stepsTaken,
                tableDigest: NetworkDigest(learner.learning).description
            )
        }
        record.sessions.append(session)
        self.folder = folder
        self.record = Mutex(record)
        try record.write(to: folder)
    }

    /// Notes a result, or that there is none yet; as far as the folder can be written to.
    func end(_ ending: Ending) {
        switch ending {
        case .complete(let steps, let digest, let wallSeconds):
            var end = RunRecord.End(.complete, ended: RunRecord.now)
            (end.steps, end.tableDigest, end.wallSeconds) = (steps, digest, wallSeconds)
            note(end)
        case .interrupted: note(RunRecord.End(.interrupted, ended: RunRecord.now))
        }
    }

    /// Notes why there is no result.
    func end(_ error: any Error, wasInterrupted: Bool) {
        let reason = Console.redact(CommandFailure(error)?.description ?? "\(error)")
        note(RunRecord.End(wasInterrupted ? .interrupted : .failed, ended: RunRecord.now, reason: reason))
    }

    private func note(_ end: RunRecord.End) {
        let changed = record.withLock { record in
            record.sessions[record.sessions.count - 1].end = end
            return record
        }
        try? changed.write(to: folder)
    }
}

extension NetworkLayout {
    /// What the record of a run says of it.
    fileprivate var record: RunRecord.Layout {
        brokerArgument.isNone
            ? RunRecord.Layout(broker: brokerArgument.kind, threads: threads ?? 1)
            : RunRecord.Layout(broker: brokerArgument.kind, workers: workers)
    }
}
