public import Logging
public import Messaging
internal import Rounds
public import TabularLearning

/// Drives a `CohortActor` over a transport until the master, the operator or an error ends it.
///
/// One that loses its connection or its master offers itself again, until nobody has been there for too long.
public struct ActorService: Sendable {
    private let transport: any Transport
    private let id: String
    private let session: UInt64
    private let patience: Duration
    private let stop: StopFlag
    private let leaving: Leaving?
    private let logger: Logger
    private let metrics: ActorMetrics?
    private let progress: @Sendable (CohortActor) -> Void
    private let make: @Sendable (_ cohorts: Range<Int>, _ description: String) throws -> [CohortLearner]

    /// How an actor process that is told to end hands its cohorts over first.
    public struct Leaving: Sendable {
        /// Whether to; asked when the stop flag has been raised.
        let isWanted: @Sendable () -> Bool
        /// How long it may take: shorter than whoever ends processes waits before a kill.
        let limit: Duration

        /// Describes it.
        public init(isWanted: @escaping @Sendable () -> Bool, limit: Duration = .seconds(8)) {
            (self.isWanted, self.limit) = (isWanted, limit)
        }
    }

    /// How often an offer is repeated while no master has answered.
    private static let offerInterval = Duration.milliseconds(200)
    /// How often one that has cohorts gives a sign of life.
    private static let lifeSignInterval = Duration.seconds(2)
    /// How long one that leaves and has nothing any more waits for the master's word.
    private static let answerLimit = Duration.seconds(2)
    /// How often the master is told how far the cohorts are.
    private static let progressInterval = Duration.milliseconds(100)
    /// How long one that hears of no master says nothing, at first and from then on.
    private static let wordIntervals = (first: Duration.seconds(5), next: Duration.seconds(30))

    /// Creates a service.
    ///
    /// - Parameters:
    ///   - transport: The way to the run.
    ///   - id: The process's name.
    ///   - session: Higher than that of any process before it under this name: the milliseconds since 1970.
    ///   - patience: How long to wait for a master, or for a broker that is gone to come back.
    ///   - stop: Ends it when it is raised.
    ///   - leaving: How it hands its cohorts over before; `nil` for not at all.
    ///   - logger: Gets what an operator should know.
    ///   - metrics: Gets what it has done; `nil` for nothing.
    ///   - progress: Called about ten times a second or more often, on its thread.
    ///   - make: Makes cohorts of the run that a description is of, fresh.
    public init(
        transport: any Transport,
        id: String,
        session: UInt64,
        patience: Duration,
        stop: StopFlag,
        leaving: Leaving? = nil,
        logger: Logger,
        metrics: ActorMetrics? = nil,
        progress: @escaping @Sendable (CohortActor) -> Void = { _ in },
        make: @escaping @Sendable (_ cohorts: Range<Int>, _ description: String) throws -> [CohortLearner]
    ) {
        (self.transport, self.id, self.session) = (transport, id, session)
        (self.patience, self.stop, self.logger) = (patience, stop, logger)
        (self.leaving, self.metrics, self.progress) = (leaving, metrics, progress)
        self.make = make
    }

    /// Serves until the end; blocks its thread.
    ///
    /// - Returns: What was counted.
    /// - Throws: `ActorFailure`, or `MessagingError` when the broker is out of reach.
    public func run() throws -> CohortActor.Statistics {
        var actor = CohortActor(id: id, session: session)
        guard var endpoint = try endpoint(of: actor) else { return actor.statistics }
        while true {
            do {
                try serve(&actor, on: endpoint)
                return actor.statistics
            } catch let error as MessagingError where error.isRetriable {
                logger.warning("\(error); connecting again", metadata: Self.metadata(of: actor))
                endpoint.disconnect()
                metrics?.recordCohorts(from: actor.cohortCount, to: 0)
                actor.disconnect()
                progress(actor)
                guard let next = try self.endpoint(of: actor, after: error) else { return actor.statistics }
                endpoint = next
                metrics?.recordReconnect()
            }
        }
    }

    private func endpoint(
        of actor: CohortActor,
        after loss: MessagingError? = nil
    ) throws(MessagingError) -> (any Endpoint)? {
        let patiently = ConnectionPatience(patience, stop: stop) { [logger] in logger.warning("\($0)") }
        return try patiently.endpoint(after: loss) { () throws(MessagingError) in try connect(actor) }
    }

    private func connect(_ actor: CohortActor) throws(MessagingError) -> any Endpoint {
        let endpoint = try transport.connect(as: "actor \(id)")
        do throws(MessagingError) {
            try endpoint.open(actor.mailbox)
        } catch {
            endpoint.disconnect()
            throw error
        }
        return endpoint
    }

    private func serve(_ actor: inout CohortActor, on endpoint: any Endpoint) throws {
        let (clock, worlds) = (ContinuousClock(), WorldThreads())
        var (lastHeard, lastOffer, lastProgress) = (clock.now, clock.now, clock.now)
        var nextWord = Self.wordIntervals.first
        var isRunning = try perform([actor.offer()], of: &actor, on: endpoint, worlds)
        var farewell: ContinuousClock.Instant?
        while isRunning, goesOn(actor, leavingSince: farewell) {
            let now = clock.now
            if stop.isRaised, farewell == nil {
                farewell = now
                let words = "handing \(actor.cohortCount) cohorts over; once more to leave at once"
                logger.notice("\(words)", metadata: Self.metadata(of: actor))
                isRunning = try perform([actor.leave()], of: &actor, on: endpoint, worlds)
            }
            while isRunning, let (job, cohort) = worlds.next() {
                let actions = note(&actor) { $0.take(job, of: cohort) }
                isRunning = try perform(actions, of: &actor, on: endpoint, worlds)
            }
            let isPatient = !actor.isOffering && farewell == nil
            if now - lastOffer >= (isPatient ? Self.lifeSignInterval : Self.offerInterval) {
                lastOffer = now
                let offer = farewell == nil ? actor.offer() : actor.leave()
                isRunning = try perform([offer], of: &actor, on: endpoint, worlds)
            }
            if now - lastProgress >= Self.progressInterval {
                lastProgress = now
                isRunning = try isRunning && perform(actor.progress(), of: &actor, on: endpoint, worlds)
                progress(actor)
            }
            guard isRunning else { return }
            let patience = min(worlds.patience(at: now) ?? Self.progressInterval, Self.progressInterval)
            if let event = try endpoint.receive(within: actor.holdsRounds ? .zero : patience) {
                if case .delivery = event { (lastHeard, nextWord) = (now, Self.wordIntervals.first) }
                let actions = note(&actor) { $0.receive(event) }
                isRunning = try perform(actions, of: &actor, on: endpoint, worlds)
            } else if actor.holdsRounds {
                let actions = note(&actor) { $0.release() }
                isRunning = try perform(actions, of: &actor, on: endpoint, worlds)
            } else if actor.isOffering {
                try sayWhoIsMissing(clock.now - lastHeard, &nextWord)
            }
        }
    }

    /// Whether there is more to do: who is told to end while it has cohorts hands them over first, if it may and can.
    private func goesOn(_ actor: CohortActor, leavingSince begin: ContinuousClock.Instant?) -> Bool {
        guard stop.isRaised else { return true }
        guard let leaving, leaving.isWanted() else { return false }
        guard let begin else { return actor.cohortCount > 0 }
        // Who has none any more waits for a word of the master, who may be gone.
        let limit = actor.cohortCount == 0 ? min(leaving.limit, Self.answerLimit) : leaving.limit
        guard ContinuousClock.now - begin > limit else { return true }
        if actor.cohortCount > 0 {
            let words = "\(actor.cohortCount) cohorts are not handed over after \(limit)"
            logger.warning("\(words); the run will return to its last checkpoint", metadata: Self.metadata(of: actor))
        }
        return false
    }

    /// Has the process do something, and records what has come of it.
    private func note(
        _ actor: inout CohortActor,
        _ body: (inout CohortActor) -> [CohortActor.Action]
    ) -> [CohortActor.Action] {
        guard let metrics else { return body(&actor) }
        let (before, cohortCount) = (actor.statistics, actor.cohortCount)
        let begin = ContinuousClock.now
        let actions = body(&actor)
        metrics.recordProgress(from: before, to: actor.statistics, in: .now - begin)
        metrics.recordCohorts(from: cohortCount, to: actor.cohortCount)
        return actions
    }

    private func sayWhoIsMissing(_ silence: Duration, _ nextWord: inout Duration) throws(ActorFailure) {
        guard silence < patience else {
            let words = "no master took actor process \(id) within \(patience); start one for this run"
            throw ActorFailure(.noMaster, "\(words) with --actors")
        }
        guard silence >= nextWord else { return }
        nextWord += Self.wordIntervals.next
        let (spent, limit) = (silence.components.seconds, patience.components.seconds)
        logger.warning("no master of this run has been heard of; waiting for one: \(spent) of \(limit) s")
    }

    private static func metadata(of actor: CohortActor) -> Logger.Metadata {
        [LogKey.epoch: .stringConvertible(actor.epoch)]
    }

    /// Performs actions in order.
    ///
    /// - Returns: Whether the process goes on.
    private func perform(
        _ actions: [CohortActor.Action],
        of actor: inout CohortActor,
        on endpoint: any Endpoint,
        _ worlds: WorldThreads
    ) throws -> Bool {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .perform(let job, let cohort): worlds.submit(job, of: cohort)
            case .report(let text): logger.warning("\(text)", metadata: Self.metadata(of: actor))
            case .make(let cohorts, let description):
                let next = begin(cohorts, description, of: &actor)
                guard try perform(next, of: &actor, on: endpoint, worlds) else { return false }
            case .finish(let reason):
                logger.debug("stopped by the master", metadata: [LogKey.reason: "\(reason)"])
                return false
            case .fail(let failure): throw failure
            }
        }
        return true
    }

    private func begin(
        _ cohorts: Range<Int>,
        _ description: String,
        of actor: inout CohortActor
    ) -> [CohortActor.Action] {
        do {
            let learners = try make(cohorts, description)
            return note(&actor) { $0.begin(with: learners) }
        } catch {
            return actor.giveUp("\(error)")
        }
    }
}
