internal import Messaging
internal import Rounds
public import TabularLearning
internal import TurnOrders
internal import WireProtocol

/// The rounds of all cohorts.
extension Master {
    /// Builds a cohort's next round, which may wait for those of other cohorts.
    mutating func request(_ cohort: Int) -> [Action] {
        let requests = exchanges[cohort].requests(for: learners[cohort]) { shard in
            FrameHeader(kind: .round, epoch: epoch, shard: shard, cohort: cohort, sequence: sequences[shard])
        }
        let others = outbox.hasRoom(for: requests, from: roster.place) ? [] : release()
        requestCounts[cohort] += 1
        for request in requests {
            let entry = RoundLog.Entry(cohort: cohort, request: requestCounts[cohort], words: request.words)
            log?.append(entry, shard: request.shard)
            sequences[request.shard] += 1
            issued[request.shard] += UInt64(request.updateCount)
            loads[request.shard].count(request)
        }
        outbox.append(
            moves.isHolding && !defects.contains(.servesWhileGiving) ? moves.hold(requests) : requests,
            to: roster.place
        )
        // With more than there are cohorts nothing but silence would send them.
        let most = min(plan.mostCohortsPerMessage, learners.count)
        let isComplete = outbox.cohortCount >= most || outbox.isFull
        return isComplete ? others + release() : others
    }

    /// Whether rounds wait for those of other cohorts, to be sent with them.
    ///
    /// They wait until nothing is left to be heard: then call `release()`.
    public var holdsRounds: Bool { !outbox.isEmpty }

    /// Sends the rounds that wait.
    public mutating func release() -> [Action] {
        let messages = outbox.release { place in
            guard let worker = roster.worker(at: place) else { preconditionFailure("place \(place) is taken") }
            return .worker(worker)
        }
        messageCount += UInt64(messages.count)
        return messages.map { .publish($0.message, to: $0.mailbox) }
    }

    mutating func takeUp(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .training = phase, !hasActors else { return [] }
        let (cohort, shard) = (Int(header.cohort), Int(header.shard))
        guard cohort < learners.count else { throw FrameFailure(.malformed, "there is no cohort \(cohort)") }
        // What is not the answer to the question that is open, is old or came twice.
        guard
            exchanges[cohort].isWaiting(for: header.sequence, of: shard)
                || defects.contains(.takesFramesTwice) && exchanges[cohort].waitingShards.contains(shard)
        else { return [] }
        do throws(FrameFailure) {
            let answer = try AnswersFrame(
                words,
                header: header,
                actionCount: plan.space.actionCount,
                planeCount: plan.parameters.update.planeCount
            )
            let masks = learners[cohort].queries.masks
            try exchanges[cohort].accept(answer, from: shard, under: masks, into: &learners[cohort].answers)
        } catch {
            return fail(.badAnswer, "the answer of shard \(shard) cannot be used: \(error)")
        }
        answerCount += 1
        contributionCount += 1
        return drain()
    }

    /// Takes up that a world's job is done; one that belongs to nothing any more is let go.
    public mutating func take(_ job: WorldJob, of cohort: Int) -> [Action] {
        guard !isEnded, !isRewinding, learners.indices.contains(cohort) else { return [] }
        do throws(EnvironmentFailure) {
            let (isMine, saved) = try learners[cohort].take(job)
            guard isMine else { return [] }
            if let saved { capture?.note(world: saved, of: cohort) }
        } catch {
            return fail(.environment, error.description)
        }
        contributionCount += 1
        return drain()
    }

    /// Takes up every complete cohort whose turn it is.
    ///
    /// Worlds that are stepped elsewhere may be away at the same time; the rounds that follow are sent as the order of turns
    /// has it.
    mutating func drain() -> [Action] {
        guard !hasActors else { return directActors() }
        var actions: [Action] = []
        while case .training = phase {
            if let cohort = cohortToEnd {
                actions += endTurn(of: cohort)
            } else if waitsForCapture {
                break
            } else if turns.isNobodyAway, areAllDone {
                // A table of the curve is still on its way; its last cells come by here again.
                guard capture?.waitsForCellsOnly != true else { break }
                // What is held back for a shard that moves is not all sent.
                guard !moves.isHolding else { break }
                return actions + (turns.hasMoreOfScript ? failAtScript() : beginCollecting())
            } else if let cohort = cohortToBegin {
                actions += takeUp(cohort)
            } else if turns.isAtEndOfScript, turns.isNobodyAway {
                return actions + failAtScript()
            } else {
                break
            }
        }
        return actions
    }

    // Asked apart from what changes the master: a closure in a mutating function copies all of it.

    /// The cohort whose world has been stepped and whose round is to be sent next.
    private var cohortToEnd: Int? { turns.nextToEnd(isBack: { !learners[$0].isWorldAway }) }

    /// The cohort whose answers are there and whose turn it is.
    private var cohortToBegin: Int? {
        turns.nextToBegin(cut: cut, isReady: { exchanges[$0].isComplete }, isDone: { isDone($0) })
    }

    /// Whether no cohort has anything to do.
    private var areAllDone: Bool { learners.indices.allSatisfy { isDone($0) } }

    /// Whether a cohort has nothing to do.
    private func isDone(_ cohort: Int) -> Bool { learners[cohort].isFinished && learners[cohort].updates.count == 0 }

    /// Has a cohort use its answers, and its world stepped.
    private mutating func takeUp(_ cohort: Int) -> [Action] {
        var actions = turns.isLevel ? beginCaptureIfDue() : []
        exchanges[cohort].deliver(to: &learners[cohort])
        let isApart = plan.stepping == .apart || plan.stepping == .automatic && learners[cohort].mayTakeLong
        let isWorldWanted = capture?.note(learners[cohort], withWorld: !isApart) ?? false
        let steps = learners[cohort].answered()
        turns.begin(cohort)
        if isApart, steps || isWorldWanted {
            actions.append(
                .perform(learners[cohort].lendWorld(stepping: steps, saving: isWorldWanted), cohort: cohort)
            )
        } else if steps {
            do throws(EnvironmentFailure) {
                try learners[cohort].stepWorld()
            } catch {
                actions += fail(.environment, error.description)
            }
        }
        return actions
    }

    /// Sends what a cohort asks now that its world has been stepped.
    private mutating func endTurn(of cohort: Int) -> [Action] {
        var actions = request(cohort)
        let roundBefore = round
        turns.end(cohort, updateCount: learners[cohort].updates.count)
        guard round > roundBefore else { return actions }
        actions += finishCaptureIfComplete()
        if moves.isDue { actions += moveOn() }
        return actions
    }

    /// The turns that are taken once more are not those of this run.
    private mutating func failAtScript() -> [Action] {
        fail(
            .configuration,
            turns.hasMoreOfScript
                ? "the run is over before all turns of the log have been taken: it is the log of another run"
                : "the log of turns ends before the run does: it is the log of another run"
        )
    }
}
