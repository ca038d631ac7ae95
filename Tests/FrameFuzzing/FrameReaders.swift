internal import ActorNode
internal import MasterNode
internal import Messaging
internal import TabularLearning
internal import WireProtocol
internal import WorkerNode

/// Everything that reads frames, each reader in the state in which a stranger's frame can reach it.
///
/// What reads a frame here is a copy: no frame changes what the next one meets.
public struct FrameReaders: Sendable {
    /// Who reads a frame.
    public enum Reader: Int, Sendable, CaseIterable {
        /// The decoders, each given every frame, whatever its kind.
        case decoders
        /// A worker without shards, then one with a shard.
        case offeringWorker, servingWorker
        /// A master that waits for workers, for shards, for shards to be given cells, for answers, for cells; the first two
        /// read `control`.
        case gatheringMaster, preparingMaster, loadingMaster, trainingMaster, collectingMaster
        /// Of a run with actor processes: a master that waits for one, and one whose cohorts are with one; a worker.
        case enlistingMaster, leadingMaster, turningWorker
        /// An actor process without cohorts, with cohorts whose states are to come, with cohorts that learn.
        case offeringActor, preparingActor, servingActor
    }

    private let run = RecordedRun()
    private let actorRun = RecordedActorRun()

    /// The table that an assignment may ask for here: its size is the master's to say, and costs that much memory.
    private static let mostCells = 1 << 20

    /// Creates the readers; runs two small runs to their ends for them.
    public init() {}

    /// Sound frames of every kind, as they travelled.
    public var corpus: [[UInt32]] { run.frames + actorRun.frames }

    /// Lets a reader read a frame.
    ///
    /// - Parameters:
    ///   - words: The frame, or anything else.
    ///   - reader: Who reads.
    /// - Returns: Whether the reader took it for a frame that concerns it.
    @discardableResult
    public func read(_ words: [UInt32], by reader: Reader) -> Bool {
        switch reader {
        case .decoders: decode(words)
        case .offeringWorker: receive(words, run.offering, in: .worker("w"))
        case .servingWorker: receive(words, run.serving, in: .worker("w"))
        case .gatheringMaster: receive(words, run.gathering, in: .control)
        case .preparingMaster: receive(words, run.preparing, in: .control)
        case .loadingMaster: receive(words, run.loading, in: .replies)
        case .trainingMaster: receive(words, run.training, in: .replies)
        case .collectingMaster: receive(words, run.collecting, in: .replies)
        case .enlistingMaster: receive(words, actorRun.gathering, in: .control)
        case .leadingMaster: receive(words, actorRun.training, in: .replies)
        case .turningWorker: receive(words, actorRun.serving, in: .worker("w"))
        case .offeringActor: receive(words, actorRun.offering)
        case .preparingActor: receive(words, actorRun.preparing)
        case .servingActor: receive(words, actorRun.acting)
        }
    }

    private func decode(_ words: [UInt32]) -> Bool {
        let frames = (try? FrameBatch.frames(in: words)) ?? [words]
        // All of them, whatever the first one is.
        return frames.map { decode(frame: $0) }.contains(true)
    }

    private func decode(frame words: [UInt32]) -> Bool {
        let header = (try? FrameHeader(of: words)) ?? FrameHeader(kind: .probe, epoch: 0)
        let round = (try? RoundFrame(words, header: header))?.withSections { $0.count + $1.count + $2.count }
        var answers: Int?
        if let frame = try? AnswersFrame(words, header: header, actionCount: 4) {
            answers = frame.form == .rows ? frame.withRows { $0.count } : frame.withMaxima { $0.count + $1.count }
            if frame.form == .maxima { _ = frame.actionsAreBelow(4) }
        }
        let control: [Any?] = [
            try? JoinFrame(words), try? AssignmentFrame(words, header: header), try? DumpRequestFrame(words),
            try? CellsFrame(words), try? NoticeFrame(words), try? WishFrame(words, header: header),
            try? StatusFrame(words, header: header), try? EnlistmentFrame(words, header: header),
            try? CohortsFrame(words, header: header), try? StateFrame(words), try? MarkFrame(words),
            try? ProgressFrame(words),
        ]
        return round != nil || answers != nil || control.contains { $0 != nil }
    }

    private func receive(_ words: [UInt32], _ worker: Worker, in mailbox: Mailbox) -> Bool {
        guard !asksForMuch(words) else { return false }
        var worker = worker
        let before = worker.statistics
        let actions = worker.receive(.delivery(Message(type: "fuzz", correlation: 1, body: words), in: mailbox))
        let ignored = worker.statistics.malformedFrames + worker.statistics.staleFrames
        return ignored == before.malformedFrames + before.staleFrames || actions.contains(where: \.isAnswer)
    }

    private func receive(_ words: [UInt32], _ master: Master, in mailbox: Mailbox) -> Bool {
        var master = master
        let before = master.contributionCount
        let actions = master.receive(.delivery(Message(type: "fuzz", correlation: 1, body: words), in: mailbox))
        // How far a cohort of an actor process is, asks for nothing.
        return master.contributionCount > before || actions.contains { if case .report = $0 { false } else { true } }
    }

    /// Whether it has something to do then, or the frame is of its run and a kind that it waits for.
    private func receive(_ words: [UInt32], _ actor: CohortActor) -> Bool {
        var actor = actor
        let actions = actor.receive(
            .delivery(Message(type: "fuzz", correlation: 1, body: words), in: actor.mailbox)
        )
        guard actor.statistics.malformedFrames == 0 else { return false }
        let header = try? FrameHeader(of: words)
        let kinds: [FrameKind] = [.cohorts, .state, .mark, .answers]
        return !actions.isEmpty || header.map { kinds.contains($0.kind) && $0.epoch == actor.epoch } ?? false
    }

    private func asksForMuch(_ words: [UInt32]) -> Bool {
        guard let header = try? FrameHeader(of: words), [.assignment, .take].contains(header.kind),
            let assignment = try? AssignmentFrame(words, header: header)
        else { return false }
        return assignment.shards.reduce(0) { $0 + $1.rowCount } * assignment.actionCount > Self.mostCells
    }
}

extension Worker.Action {
    fileprivate var isAnswer: Bool { if case .publish = self { true } else { false } }
}
