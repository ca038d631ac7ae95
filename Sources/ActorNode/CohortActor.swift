public import Messaging
internal import Rounds
public import TabularLearning
internal import WireProtocol

/// An actor process as a value: what it hears goes in, what it has to do comes out.
///
/// It offers itself, is given cohorts, and has them learn: steps their worlds, asks the workers, forms what is learned. The
/// master hears how far it is, and gets the state of its cohorts at a cut; no row and no transition passes through it. When
/// the master is gone it lets its cohorts go and offers itself again: it keeps nothing that a checkpoint lacks.
public struct CohortActor: Sendable {
    /// Something for the loop to do.
    public enum Action: Sendable {
        /// Publish a message.
        case publish(Message, to: Mailbox)
        /// Say something to the operator.
        case report(String)
        /// Make cohorts of the run that a description is of, fresh, and call `begin(with:)`.
        case make(cohorts: Range<Int>, description: String)
        /// Have a cohort's world do something where its time does no harm, and call `take(_:of:)` when it is done.
        case perform(WorldJob, cohort: Int)
        /// End: the master said stop.
        case finish(reason: String)
        /// End with an error.
        case fail(ActorFailure)
    }

    /// What an actor process has counted.
    public struct Statistics: Sendable, Hashable {
        /// Rounds of its cohorts whose answers came in.
        public var rounds: UInt64 = 0
        /// Transitions whose targets they formed.
        public var transitions: UInt64 = 0
        /// Messages with rounds that it sent.
        public var messages: UInt64 = 0
        /// Frames that were not what the protocol says.
        public var malformedFrames: UInt64 = 0
        /// Whether the master has let it go.
        public var isDismissed = false
    }

    enum Phase {
        /// Waiting for a master.
        case offering
        /// Waiting for the states of the cohorts, or for the cohorts to be made.
        case preparing(CohortPreparation)
        /// Having cohorts learn.
        case serving(CohortTroupe)
        case ended
    }

    /// The process's name; its mailbox is named after it.
    public let id: String
    /// What it has counted.
    public internal(set) var statistics = Statistics()
    /// The latest epoch it has heard of.
    public private(set) var epoch: UInt32 = 0

    /// Tells its beginnings apart.
    private var session: UInt64
    var phase = Phase.offering

    /// Creates an actor process that has not offered itself.
    ///
    /// - Parameters:
    ///   - id: 1...100 bytes, different from every other's of the run.
    ///   - session: Higher than that of any process before it under this name, by more than the connections that it lost.
    public init(id: String, session: UInt64) {
        self.id = id
        self.session = session
    }

    /// The mailbox to open before the first offer.
    public var mailbox: Mailbox { .actorProcess(id) }

    /// Whether it still waits for a master to give it cohorts.
    public var isOffering: Bool { if case .offering = phase { true } else { false } }

    /// The cohorts it has.
    public var cohortCount: Int { if case .serving(let troupe) = phase { troupe.count } else { 0 } }

    /// Whether rounds wait for those of other cohorts; they are sent by `release()` when nothing is left to be heard.
    public var holdsRounds: Bool { if case .serving(let troupe) = phase { troupe.holdsRounds } else { false } }

    /// The offer to send, again and again until cohorts are given; later a sign of life.
    public func offer() -> Action {
        let offer = EnlistmentFrame(name: id, epoch: epoch, session: session)
        return .publish(Message(type: "ENLIST", correlation: 0, body: offer.encoded()), to: .control)
    }

    /// The wish to go, to send again and again until the master has let it go.
    public func leave() -> Action {
        let offer = EnlistmentFrame(name: id, epoch: epoch, session: session, isLeaving: true)
        return .publish(Message(type: "ENLIST", correlation: 0, body: offer.encoded()), to: .control)
    }

    /// Sends the rounds that wait.
    public mutating func release() -> [Action] { serve { $0.release() } }

    /// Takes up that a world has done what it was lent for; one of cohorts that are gone changes nothing.
    public mutating func take(_ job: WorldJob, of cohort: Int) -> [Action] { serve { $0.take(job, of: cohort) } }

    /// Tells the master how far the cohorts are, where that is news.
    public mutating func progress() -> [Action] { serve { $0.progress() } }

    /// Takes up that the connection, and with it every mailbox, is gone.
    public mutating func disconnect() {
        if case .ended = phase { return }
        session += 1
        phase = .offering
    }

    /// Takes up what the endpoint heard.
    public mutating func receive(_ event: MessagingEvent) -> [Action] {
        switch event {
        case .delivery(let message, let mailbox):
            do throws(FrameFailure) {
                var actions: [Action] = []
                for frame in try FrameBatch.frames(in: message.body) { actions += try receive(frame) }
                return actions
            } catch {
                return refuse(error, in: mailbox)
            }
        case .malformed(let reason, let mailbox):
            return refuse(FrameFailure(.malformed, reason), in: mailbox)
        case .returned(_, _, .control) where !isOffering, .returned(_, _, .replies) where !isOffering:
            return leave("the master is gone: nobody reads its mailboxes; waiting for another")
        case .returned, .unblocked:
            // That a worker is gone the master finds out by itself.
            return []
        case .blocked(let reason):
            return [.report("the broker does not take messages for now: \(reason)")]
        }
    }

    /// Begins with cohorts that have been made, or goes on with them.
    ///
    /// - Parameter learners: Fresh, those that were asked for, in their order.
    /// - Returns: What to do next.
    public mutating func begin(with learners: [CohortLearner]) -> [Action] {
        guard case .preparing(let preparation) = phase else { return [] }
        phase = .ended
        do {
            var troupe = try CohortTroupe(preparation, learners)
            let actions = try troupe.begin()
            phase = .serving(troupe)
            return count(actions)
        } catch {
            return giveUp("\(error)")
        }
    }

    /// Ends, and lets the master know why the run cannot go on.
    public mutating func giveUp(_ reason: String) -> [Action] {
        phase = .ended
        let body = NoticeFrame(reason: "actor process \(id): \(reason)").encoded(kind: .refusal, epoch: epoch)
        return [
            .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .control),
            .fail(ActorFailure(.cohorts, "the cohorts cannot go on: \(reason)")),
        ]
    }

    private mutating func receive(_ words: [UInt32]) throws(FrameFailure) -> [Action] {
        let header = try FrameHeader(of: words)
        if header.kind == .probe, header.epoch > epoch, !isOffering {
            return leave("the run has gone on without these cohorts; offering the process again")
        }
        if header.kind == .stop, header.epoch >= epoch { return end(told: try NoticeFrame(words).reason) }
        if header.kind == .refusal { return fail(.refused, try NoticeFrame(words).reason) }
        guard header.epoch == epoch || header.epoch > epoch && header.kind == .cohorts else { return [] }
        switch header.kind {
        case .cohorts where header.epoch > epoch: return accept(try CohortsFrame(words, header: header))
        case .state: return try take(StateFrame(words), header)
        case .mark: return note(try MarkFrame(words), copy: header.sequence)
        case .answers:
            return try serve { (troupe) throws(FrameFailure) in try troupe.takeUp(words, header) }
        case .cohorts, .stop, .probe: return []
        default: throw FrameFailure(.malformed, "a frame of kind \(header.kind) is not for an actor process")
        }
    }

    private mutating func accept(_ frame: CohortsFrame) -> [Action] {
        epoch = frame.epoch
        let preparation = CohortPreparation(frame)
        phase = .preparing(preparation)
        return preparation.isComplete ? [preparation.request] : []
    }

    private mutating func take(_ part: StateFrame, _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .preparing(var preparation) = phase, !preparation.isComplete else { return [] }
        phase = .offering
        defer { phase = .preparing(preparation) }
        try preparation.take(part, of: Int(header.cohort))
        return preparation.isComplete ? [preparation.request] : []
    }

    private mutating func note(_ mark: MarkFrame, copy: UInt64) -> [Action] {
        switch phase {
        case .preparing(var preparation):
            preparation.marks.note(mark, copy: copy)
            phase = .preparing(preparation)
        case .serving(var troupe):
            phase = .ended
            troupe.marks.note(mark, copy: copy)
            phase = .serving(troupe)
        case .offering, .ended: break
        }
        return []
    }

    /// Has the cohorts do something, each of them in one place at a time.
    private mutating func serve<Failure: Error>(
        _ body: (inout CohortTroupe) throws(Failure) -> [Action]
    ) throws(Failure) -> [Action] {
        guard case .serving(var troupe) = phase else { return [] }
        phase = .ended
        var actions: [Action] = []
        do throws(Failure) {
            actions = try body(&troupe)
        } catch {
            phase = .serving(troupe)
            throw error
        }
        if let reason = troupe.objection { return giveUp(reason) }
        let (rounds, transitions) = troupe.takeCounts()
        statistics.rounds += rounds
        statistics.transitions += transitions
        phase = .serving(troupe)
        return count(actions)
    }

    private mutating func count(_ actions: [Action]) -> [Action] {
        for case .publish(_, let mailbox) in actions where mailbox.isOfWorker { statistics.messages += 1 }
        return actions
    }

    /// Lets the cohorts go, and says so at once.
    private mutating func leave(_ reason: String) -> [Action] {
        disconnect()
        return [.report(reason), offer()]
    }

    private mutating func refuse(_ failure: FrameFailure, in mailbox: Mailbox) -> [Action] {
        if case .version(let version) = failure.code, isOffering {
            let sentence = "the master speaks protocol version \(version), this process \(FrameHeader.version)"
            return fail(.refused, "\(sentence): run the same release of shardq on both")
        }
        statistics.malformedFrames += 1
        return [.report("ignored a malformed frame in \(mailbox): \(failure)")]
    }

    private mutating func end(told reason: String) -> [Action] {
        (phase, statistics.isDismissed) = (.ended, true)
        return [.finish(reason: reason)]
    }

    private mutating func fail(_ code: ActorFailure.Code, _ sentence: String) -> [Action] {
        phase = .ended
        return [.fail(ActorFailure(code, sentence))]
    }
}

/// Why an actor process ended without having been told to.
public struct ActorFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// The master did not take this process.
        case refused
        /// No master answered in the time allowed.
        case noMaster
        /// The cohorts cannot be made, or cannot go on.
        case cohorts
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence: what happened and what to do.
    public let description: String

    /// Creates a failure.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
