public import Logging
public import Messaging
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
    private let logger: Logger
    private let make: @Sendable (_ cohorts: Range<Int>, _ description: String) throws -> [CohortLearner]

    /// How often an offer is repeated while no master has answered.
    private static let offerInterval = Duration.milliseconds(200)
    /// How often one that has cohorts gives a sign of life.
    private static let lifeSignInterval = Duration.seconds(2)
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
    ///   - logger: Gets what an operator should know.
    ///   - make: Makes cohorts of the run that a description is of, fresh.
    public init(
        transport: any Transport,
        id: String,
        session: UInt64,
        patience: Duration,
        stop: StopFlag,
        logger: Logger,
        make: @escaping @Sendable (_ cohorts: Range<Int>, _ description: String) throws -> [CohortLearner]
    ) {
        (self.transport, self.id, self.session) = (transport, id, session)
        (self.patience, self.stop, self.logger) = (patience, stop, logger)
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
                actor.disconnect()
                guard let next = try self.endpoint(of: actor, after: error) else { return actor.statistics }
                endpoint = next
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
        let clock = ContinuousClock()
        var (lastHeard, lastOffer, lastProgress) = (clock.now, clock.now, clock.now)
        var nextWord = Self.wordIntervals.first
        var isRunning = try perform([actor.offer()], of: &actor, on: endpoint)
        while isRunning, !stop.isRaised {
            let now = clock.now
            if now - lastOffer >= (actor.isOffering ? Self.offerInterval : Self.lifeSignInterval) {
                lastOffer = now
                isRunning = try perform([actor.offer()], of: &actor, on: endpoint)
            }
            if now - lastProgress >= Self.progressInterval {
                lastProgress = now
                isRunning = try isRunning && perform(actor.progress(), of: &actor, on: endpoint)
            }
            guard isRunning else { return }
            if let event = try endpoint.receive(within: actor.holdsRounds ? .zero : Self.progressInterval) {
                if case .delivery = event { (lastHeard, nextWord) = (now, Self.wordIntervals.first) }
                isRunning = try perform(actor.receive(event), of: &actor, on: endpoint)
            } else if actor.holdsRounds {
                isRunning = try perform(actor.release(), of: &actor, on: endpoint)
            } else if actor.isOffering {
                try sayWhoIsMissing(clock.now - lastHeard, &nextWord)
            }
        }
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
        on endpoint: any Endpoint
    ) throws -> Bool {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox): try endpoint.publish(message, to: mailbox)
            case .report(let text): logger.warning("\(text)", metadata: Self.metadata(of: actor))
            case .make(let cohorts, let description):
                let next = begin(cohorts, description, of: &actor)
                guard try perform(next, of: &actor, on: endpoint) else { return false }
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
            return actor.begin(with: try make(cohorts, description))
        } catch {
            return actor.giveUp("\(error)")
        }
    }
}
