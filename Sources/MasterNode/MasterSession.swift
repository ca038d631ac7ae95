internal import Logging
internal import Messaging
internal import Rounds
internal import TabularLearning

/// A master on its way through one or more connections, and the times that its loop goes by.
struct MasterSession {
    private(set) var master: Master

    private let service: MasterService
    private let writer: CheckpointWriter?
    private let clock = ContinuousClock()
    private var hasStarted = false
    private var isDisconnected = false
    private var lastProgress: ContinuousClock.Instant
    private var lastProbe: ContinuousClock.Instant
    private var lastHeard: ContinuousClock.Instant
    private var lastCheckpoint: ContinuousClock.Instant
    private var absence = AbsenceClock()
    private var lastWord: ContinuousClock.Instant
    private var silenceWords = 0
    /// The checkpoint behind which actor processes that want to go are let go.
    private var farewell: (number: Int, since: ContinuousClock.Instant)?
    private var ending = Ending.none
    private var stall = Duration.zero
    private var fetch: CheckpointFetch?
    private var recorder: MasterRecorder?
    private var moves = MoveWatch()
    private var answerTimes = AnswerTimes()
    private let worlds = WorldThreads()
    /// Whether no shard has answered since the run began or returned to a checkpoint.
    private var awaitsAnswer = true

    private enum Ending {
        case none
        case awaitingCheckpoint(number: Int, since: ContinuousClock.Instant)
        case stopping
    }

    /// How often those whose answers are missing are asked whether they are there.
    private static let probeInterval = Duration.milliseconds(250)
    /// How long the run waits without a word for whoever gets on.
    private static let wordInterval = Duration.seconds(5)
    /// How long it waits without a word where nobody gets on, and then from word to word.
    private static let silenceInterval = Duration.seconds(10)
    /// How often `progress` is called.
    private static let progressInterval = Duration.milliseconds(100)
    /// How long the checkpoint of a run that is to end may take before the run ends without it.
    private static let checkpointLimit = Duration.seconds(4)

    init(_ service: MasterService, _ master: Master) {
        self.service = service
        self.master = master
        writer = service.keeper.save.map {
            CheckpointWriter(logger: service.logger, metrics: service.metrics, save: $0)
        }
        recorder = service.metrics.map { MasterRecorder($0, master) }
        let now = clock.now
        (lastProgress, lastProbe, lastHeard, lastCheckpoint, lastWord) = (now, now, now, now, now)
        self.master.postponesCheckpoints = writer == nil
    }

    /// Takes up that the connection was lost and another one is there.
    mutating func notePause() {
        isDisconnected = true
    }

    /// Waits for the last checkpoint, and gives what the run has come to.
    mutating func end() throws -> (master: Master, checkpoints: CheckpointStatistics) {
        try writer?.waitUntilIdle()
        recorder?.observe(master)
        service.progress(master, checkpoints)
        return (master, checkpoints)
    }

    /// What checkpoints have cost.
    private var checkpoints: CheckpointStatistics { writer?.statistics ?? CheckpointStatistics() }

    /// Serves one connection; returns at the end of the run.
    mutating func serve(_ endpoint: any Endpoint, onStart: () -> Void) throws {
        if isDisconnected {
            isDisconnected = false
            guard try perform(master.disconnect(), on: endpoint) else { return }
        }
        var isRunning = true
        while isRunning {
            let now = clock.now
            while isRunning, let (job, cohort) = worlds.next() {
                isRunning = try perform(takeUp(job, of: cohort, at: now), on: endpoint)
            }
            guard isRunning else { break }
            let patience = worlds.patience(at: now) ?? Self.progressInterval
            if let event = try endpoint.receive(within: master.holdsRounds ? .zero : patience) {
                if master.postponesCheckpoints, let writer { master.postponesCheckpoints = writer.isBusy }
                let actions = takeUp(event, at: now)
                if !hasStarted, master.isTraining {
                    hasStarted = true
                    onStart()
                }
                isRunning = try perform(actions, on: endpoint)
            } else {
                isRunning = try perform(master.release(), on: endpoint)
            }
            guard isRunning, now - lastProgress > Self.progressInterval else { continue }
            isRunning = try look(at: now, endpoint)
        }
    }

    private mutating func takeUp(_ event: MessagingEvent, at now: ContinuousClock.Instant) -> [Master.Action] {
        let contributions = master.contributionCount
        let wasTraining = master.isTraining
        recorder?.noteHeard(event)
        answerTimes.noteHeard(event)
        let actions = master.receive(event)
        moves.observe(master, at: now, service.logger, service.metrics)
        if wasTraining, event.isOfType("CELLS") { stall += clock.now - now }
        guard master.contributionCount != contributions else { return actions }
        lastHeard = now
        if awaitsAnswer, wasTraining {
            awaitsAnswer = false
            service.logger.info("the rounds go on", metadata: metadata())
        }
        return actions
    }

    private mutating func takeUp(
        _ job: WorldJob,
        of cohort: Int,
        at now: ContinuousClock.Instant
    ) -> [Master.Action] {
        let contributions = master.contributionCount
        let actions = master.take(job, of: cohort)
        if master.contributionCount != contributions { lastHeard = now }
        return actions
    }

    private mutating func takeUp(_ content: CheckpointFetch.Content) -> [Master.Action] {
        recorder?.observe(master)
        defer { recorder?.rebase(master) }
        switch content {
        case .state(let state):
            worlds.forget()
            let former = master.learners
            defer { letGo(former) }
            return master.rewind(to: state)
        case .table(let table, let round): return master.reload(table, of: round)
        }
    }

    /// What happens by the clock and not by message.
    private mutating func look(at now: ContinuousClock.Instant, _ endpoint: any Endpoint) throws -> Bool {
        lastProgress = now
        service.progress(master, checkpoints)
        recorder?.observe(master)
        master.note(answerSeconds: answerTimes.seconds)
        try checkPatience(at: now)
        sayHowFar(at: now)
        if service.stop.isRaised { try interrupt(at: now) }
        try bidFarewell(at: now, endpoint)
        guard try perform(master.directActors(), on: endpoint) else { return false }
        if let interval = service.keeper.interval, master.isTraining, now - lastCheckpoint > interval {
            lastCheckpoint = now
            master.requestCheckpoint()
        }
        if let round = writer?.lastWrittenRound { master.noteWritten(checkpointOf: round) }
        if let content = try fetch?.result() {
            fetch = nil
            guard try perform(takeUp(content), on: endpoint) else { return false }
        }
        if now - lastHeard > service.answerLimit, !master.isGathering, !master.isWaitingForWorld {
            lastHeard = now
            return try perform(master.giveUpWaiting(for: "\(service.answerLimit.components.seconds) s"), on: endpoint)
        }
        guard now - lastProbe > Self.probeInterval,
            !master.isTraining || master.isMoving || now - lastHeard > Self.probeInterval
        else {
            return true
        }
        lastProbe = now
        return try perform(master.probes(), on: endpoint)
    }

    /// Workers may come late, many shards take their time, and answers may be lost: whoever waits is told for what.
    private mutating func sayHowFar(at now: ContinuousClock.Instant) {
        if let preparation = master.preparation {
            guard now - lastWord > Self.wordInterval else { return }
            // People start workers; that takes them longer.
            lastWord = master.isGathering ? now + .seconds(25) : now
            return service.logger.warning("\(preparation)", metadata: metadata())
        }
        let silence = now - lastHeard
        guard silence > Self.silenceInterval else { return (lastWord, silenceWords) = (now, 0) }
        let shards = master.silentShards
        guard silence > Self.silenceInterval * (silenceWords + 1), !shards.isEmpty else { return }
        silenceWords += 1
        let limit = service.answerLimit.components.seconds
        service.logger.warning(
            "no answer for \(silence.components.seconds) s from \(master.naming(shards)); after \(limit) s the run returns to its last checkpoint",
            metadata: metadata()
        )
    }

    /// Only the time in which workers are missing counts: what else takes time, such as loading, is nobody's fault.
    private mutating func checkPatience(at now: ContinuousClock.Instant) throws {
        let missing = master.missingWorkerCount
        let missingActors = master.missingActorCount
        guard absence.isOver(missing: missing + missingActors, at: now, limit: service.patience) else { return }
        guard missing > 0 else {
            throw MasterFailure(
                .workersMissing,
                "\(missingActors) actor processes are missing after \(service.patience): start them with the same --broker and --run"
            )
        }
        let wanted = master.neededWorkerCount
        throw MasterFailure(
            .workersMissing,
            "\(wanted - missing) of \(wanted) workers joined within \(service.patience): "
                + "start the others with the same --broker and --run"
        )
    }

    /// First a checkpoint, if checkpoints are taken; then no further step is begun.
    private mutating func interrupt(at now: ContinuousClock.Instant) throws {
        guard hasStarted else { throw MasterFailure(.interrupted, "interrupted before the run began") }
        guard !master.isGathering else { throw MasterFailure(.interrupted, "interrupted while a worker was missing") }
        switch ending {
        case .none:
            guard let writer, master.isTraining, master.isRestorable else { return ending = .stopping }
            master.requestCheckpoint()
            let number = writer.submittedCount + (master.isCapturing ? 2 : 1)
            ending = .awaitingCheckpoint(number: number, since: now)
        case .awaitingCheckpoint(let number, let since):
            guard writer.map({ $0.endedCount >= number }) ?? true || now - since > Self.checkpointLimit else { return }
            ending = .stopping
        case .stopping:
            master.stopEarly()
        }
    }

    /// Actor processes that want to go are let go behind a checkpoint that is taken for it, so that little is done again;
    /// not while the run is about to end itself.
    private mutating func bidFarewell(at now: ContinuousClock.Instant, _ endpoint: any Endpoint) throws {
        guard !master.leavingActors.isEmpty, !service.stop.isRaised else { return farewell = nil }
        guard let writer, master.isRestorable else {
            _ = try perform(master.letGoActors(), on: endpoint)
            return
        }
        guard let farewell else {
            master.requestCheckpoint()
            return farewell = (writer.submittedCount + (master.isCapturing ? 2 : 1), now)
        }
        guard writer.endedCount >= farewell.number || now - farewell.since > Self.checkpointLimit else { return }
        self.farewell = nil
        _ = try perform(master.letGoActors(), on: endpoint)
    }

    private func metadata() -> Logger.Metadata {
        [LogKey.epoch: .stringConvertible(master.epoch), LogKey.round: .stringConvertible(master.round)]
    }

    /// Performs actions in order.
    ///
    /// - Returns: Whether the run goes on.
    private mutating func perform(
        _ actions: [Master.Action],
        on endpoint: any Endpoint
    ) throws -> Bool {
        for action in actions {
            switch action {
            case .publish(let message, let mailbox):
                recorder?.notePublished(message)
                answerTimes.notePublished(message, to: mailbox)
                try endpoint.publish(message, to: mailbox)
            case .report(let text): service.logger.warning("\(text)", metadata: metadata())
            case .perform(let job, let cohort): worlds.submit(job, of: cohort)
            case .save(let capture):
                try writer?.submit(capture, stall: stall)
                stall = .zero
                master.postponesCheckpoints = true
            case .evaluate(let capture):
                let begin = clock.now
                service.keeper.evaluate?(capture)
                // Who waits for room to evaluate hears nothing meanwhile, and nobody was silent.
                lastHeard += clock.now - begin
                if !capture.isCheckpoint { stall = .zero }
            case .rewind, .reload:
                awaitsAnswer = true
                let wholeState = if case .rewind = action { true } else { false }
                fetch = CheckpointFetch(service.keeper, wholeState: wholeState, behind: writer)
            case .finish: return false
            case .fail(let failure): throw failure
            }
        }
        return true
    }
}

extension MessagingEvent {
    fileprivate func isOfType(_ type: String) -> Bool {
        guard case .delivery(let message, _) = self else { return false }
        return message.type == type
    }
}
