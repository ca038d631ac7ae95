internal import Messaging
internal import Rounds
internal import TabularLearning
internal import TurnOrders
internal import WireProtocol

/// A run whose cohorts are with actor processes: they and the workers have the rounds among themselves, and the master keeps
/// who belongs to it, the order (by who has which cohorts), the cuts and the ledger.
extension Master {
    /// Whether cohorts are with actor processes.
    var hasActors: Bool { plan.actorCount > 0 }

    /// The actor processes that have cohorts, are to have them, or stand by.
    public var presentActors: [String] { actors.presentNames }

    /// Takes up that an actor process offers itself, or says that it is there.
    mutating func welcome(actor offer: EnlistmentFrame) -> [Action] {
        let mailbox = Mailbox.actorProcess(offer.name)
        guard hasActors else {
            let reason = "this run has no actor processes: its master steps the worlds (train or master with --actors)"
            return [refuse(actor: offer.name, reason)]
        }
        guard offer.epoch <= max(epoch, latestPlausibleEpoch) else {
            malformedFrameCount += 1
            let reason =
                "actor process \(offer.name) says that it has served in epoch \(offer.epoch), and this run can have had none"
            return [refuse(actor: offer.name, "\(reason): start it anew"), .report("\(reason): ignored")]
        }
        if case .ended = phase { return [dismiss(actor: offer.name)] }
        if offer.isLeaving { return bid(farewell: offer.name) }
        let standing = actors.note(offer.name, session: offer.session)
        if case .gathering = phase {
            epoch = max(epoch, offer.epoch + 1)
            if case .strange = standing { contributionCount += 1 }
            return [probe(mailbox)] + assignIfComplete()
        }
        if case .collecting = phase { return [] }
        if offer.epoch > epoch {
            epoch = offer.epoch
            return rollBack("actor process \(offer.name) is still in epoch \(offer.epoch)")
        }
        switch standing {
        case .known, .old: return []
        case .anew where rounds == nil: return []
        case .anew: return rollBack("actor process \(offer.name) has begun anew, without its cohorts")
        // It may replace one whose loss has not been noticed: look.
        case .strange: return [probe(mailbox)] + probesOfActors()
        }
    }

    /// The actor processes that have cohorts and want to go: a cut is to be taken before they are let go.
    public var leavingActors: [String] {
        if case .training = phase { actors.leavingNames } else { [] }
    }

    /// Takes up that an actor process wants to go: at once where it has no cohorts that learn.
    private mutating func bid(farewell name: String) -> [Action] {
        switch phase {
        // All that they have learned is in the shards, and they are dismissed in a moment.
        case .collecting, .ended: return []
        case .training where actors.names.contains(name):
            actors.note(leaving: name)
            return []
        case .gathering, .preparing, .loading, .training: return letGo(actors: [name])
        }
    }

    /// Lets those go who want to.
    ///
    /// Others take their cohorts where the last checkpoint has them.
    public mutating func letGoActors() -> [Action] { letGo(actors: leavingActors) }

    private mutating func letGo(actors going: [String]) -> [Action] {
        let farewells = going.map { dismiss(actor: $0, because: "it wanted to go, and has no cohorts any more") }
        let hadCohorts = going.map { actors.remove($0) }.contains(true)
        if case .gathering = phase { return farewells }
        guard hadCohorts else { return farewells }
        return farewells + rollBack("actor process \(going.joined(separator: ", ")) goes")
    }

    /// Takes up that an actor process is gone; `nil` for a mailbox of somebody else.
    mutating func lose(actor mailbox: Mailbox) -> [Action]? {
        guard hasActors, let name = actors.presentNames.first(where: { .actorProcess($0) == mailbox }) else {
            return nil
        }
        guard actors.remove(name) else { return [] }
        switch phase {
        // All that they have learned is in the shards.
        case .gathering, .collecting, .ended: return []
        case .preparing, .loading, .training:
            return rollBack("actor process \(name) is gone: \(mailbox) has disappeared")
        }
    }

    /// Probes of the actor processes that are waited for.
    func probesOfActors() -> [Action] {
        switch phase {
        case .gathering: actors.presentNames.map { probe(.actorProcess($0)) }
        case .preparing, .loading, .training: actors.names.map { probe(.actorProcess($0)) }
        case .collecting, .ended: []
        }
    }

    /// Gives the actor processes their cohorts, now that the shards have their cells.
    mutating func handOutCohorts(_ state: RunState) -> [Action] {
        rounds = ActorRounds(cohortCount: learners.count, shardCount: plan.shardCount, round: round)
        issued = Array(repeating: 0, count: plan.shardCount)
        phase = .training
        var actions: [Action] = []
        for (place, name) in actors.names.enumerated() {
            let cohorts = actors.cohorts(of: place)
            let body = description(of: cohorts, goingOn: state.isAnswered).encoded()
            actions.append(
                .publish(Message(type: "COHORTS", correlation: 0, body: body), to: .actorProcess(name))
            )
            guard state.isAnswered else { continue }
            for cohort in cohorts {
                let header = FrameHeader(kind: .state, epoch: epoch, cohort: cohort, sequence: round)
                actions += StateFrame.parts(of: learners[cohort].saved.words, header: header).map {
                    .publish(Message(type: "STATE", correlation: 0, body: $0), to: .actorProcess(name))
                }
            }
        }
        for index in learners.indices { learners[index].letGoWorld() }
        requestCounts = Array(repeating: 1, count: learners.count)
        return actions + directActors()
    }

    private func description(of cohorts: Range<Int>, goingOn: Bool) -> CohortsFrame {
        let workers = roster.workers
        let places = Dictionary(uniqueKeysWithValues: workers.enumerated().map { ($1, $0) })
        return CohortsFrame(
            epoch: epoch,
            cohorts: cohorts,
            of: learners.count,
            round: goingOn ? round : nil,
            description: plan.runDescription,
            partition: plan.partition.rawValue,
            affinityFactor: plan.affinityFactor,
            assignment: plan.assignment ?? [],
            sumsRows: plan.aggregation == .sum,
            mostCohortsPerMessage: max(1, min(plan.mostCohortsPerMessage, cohorts.count / 2)),
            checkpointRounds: plan.checkpointRounds ?? 0,
            workers: workers,
            owners: (0..<plan.shardCount).map { roster.owner(ofShard: $0).flatMap { places[$0] } ?? 0 }
        )
    }

    /// Tells whoever has the first cohort what is wanted of coming rounds: the end, or a cut, one at a time.
    ///
    /// What is wanted changes between messages, so the loop asks for this now and then.
    public mutating func directActors() -> [Action] {
        guard case .training = phase, var rounds, let lead = actors.names.first else { return [] }
        defer { self.rounds = rounds }
        func tell(_ mark: MarkFrame, copy: UInt64 = 0) -> [Action] {
            let body = mark.encoded(epoch: epoch, copy: copy)
            return [.publish(Message(type: "MARK", correlation: copy, body: body), to: .actorProcess(lead))]
        }
        if isStopping {
            defer { rounds.isEndWanted = true }
            return rounds.isEndWanted ? [] : tell(.end)
        }
        let isWanted = captures.isWanted && !postponesCheckpoints
        if let cut = rounds.cut {
            // One that waits until it is due is taken at once, unless it has been.
            guard isWanted, !cut.isImmediate, cut.round == nil else { return [] }
            captures.isWanted = false
            rounds.want(copy: cut.copy, isImmediate: true)
            return tell(.cut, copy: cut.copy)
        }
        guard capture == nil, isWanted || plan.checkpointRounds != nil else { return [] }
        captures.isWanted = captures.isWanted && !isWanted
        captures.copyCount += 1
        rounds.want(copy: captures.copyCount, isImmediate: isWanted)
        return tell(isWanted ? .cut : .cutWhenDue, copy: captures.copyCount)
    }

    /// Takes up how far a cohort is.
    mutating func note(progress words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .training = phase, rounds != nil else { return [] }
        let progress = try ProgressFrame(words)
        let cohort = Int(header.cohort)
        guard cohort < learners.count, header.sequence < 1 << 60 else {
            throw FrameFailure(.malformed, "there is no cohort \(cohort), or no round \(header.sequence)")
        }
        do throws(WordReader.Failure) {
            var figures = try SavedSections(progress.figures)
            let counts = try ShardCounts.take(from: &figures, shardCount: plan.shardCount)
            let isNews = rounds?.note(cohort, round: header.sequence, isDone: progress.isDone, issued: counts)
            guard isNews == true else { return [] }
            try learners[cohort].note(figures: figures)
        } catch {
            return fail(.badAnswer, "what is said of cohort \(cohort) cannot be used: \(error)")
        }
        contributionCount += 1
        noteIssued()
        return rounds?.isDone == true ? beginCollecting() : directActors()
    }

    private mutating func noteIssued() {
        guard let rounds else { return }
        turns.go(to: rounds.round, isBeginning: false)
        let counts = rounds.issued
        for shard in counts.indices {
            loads[shard].updates += counts[shard] > issued[shard] ? counts[shard] - issued[shard] : 0
        }
        issued = counts
    }

    /// Takes up what a cohort is at a cut; with the last one the shards' cells of the same cut are fetched.
    mutating func note(state words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .training = phase, rounds != nil else { return [] }
        let cohort = Int(header.cohort)
        guard cohort < learners.count else { throw FrameFailure(.malformed, "there is no cohort \(cohort)") }
        guard let whole = try rounds?.take(StateFrame(words), of: cohort, round: header.sequence) else { return [] }
        rounds?.forgetCut()
        contributionCount += 1
        do throws(WordReader.Failure) {
            return try beginCapture(whole.states, issued: whole.issued, at: header.sequence, copy: whole.cut.copy)
        } catch {
            return fail(.badAnswer, "what the cohorts are at round \(header.sequence) cannot be used: \(error)")
        }
    }

    private mutating func beginCapture(
        _ states: [SavedSections],
        issued: [UInt64],
        at round: UInt64,
        copy: UInt64
    ) throws(WordReader.Failure) -> [Action] {
        var (steps, transitions): (UInt64, UInt64) = (0, 0)
        for (learner, state) in zip(learners, states) {
            let counts = try learner.counts(in: state)
            steps += counts.steps * UInt64(learner.laneCount)
            transitions += counts.transitions
        }
        let (collector, requests) = collectCells(copy: copy)
        captures.writtenRound = round
        capture = CaptureInProgress(
            round: round,
            issued: issued,
            collector: collector,
            cohorts: states,
            laneSteps: steps,
            transitions: transitions
        )
        return requests
    }

    /// Sends the actor processes home.
    func dismissActors() -> [Action] { actors.presentNames.map { dismiss(actor: $0) } }

    private func dismiss(actor name: String, because reason: String = "the run is complete") -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .stop, epoch: epoch)
        return .publish(Message(type: "STOP", correlation: 0, body: body), to: .actorProcess(name))
    }

    private func refuse(actor name: String, _ reason: String) -> Action {
        let body = NoticeFrame(reason: reason).encoded(kind: .refusal, epoch: epoch)
        return .publish(Message(type: "REFUSE", correlation: 0, body: body), to: .actorProcess(name))
    }
}
