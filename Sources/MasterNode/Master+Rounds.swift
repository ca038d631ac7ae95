internal import Messaging
internal import TabularLearning
internal import WireProtocol

/// The rounds of all cohorts.
extension Master {
    /// Builds a cohort's next round, which may wait for those of other cohorts.
    mutating func request(_ cohort: Int) -> [Action] {
        let requests = exchanges[cohort].requests(for: learners[cohort]) { shard in
            FrameHeader(kind: .round, epoch: epoch, shard: shard, cohort: cohort, sequence: sequences[shard])
        }
        let others = outbox.hasRoom(for: requests) ? [] : release()
        requestCounts[cohort] += 1
        for request in requests {
            let entry = RoundLog.Entry(cohort: cohort, request: requestCounts[cohort], words: request.words)
            log?.append(entry, shard: request.shard)
            sequences[request.shard] += 1
            issued[request.shard] += UInt64(request.updateCount)
            loads[request.shard].count(request)
        }
        outbox.append(requests)
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
        let messages = outbox.release()
        messageCount += UInt64(messages.count)
        return messages
    }

    mutating func takeUp(_ words: [UInt32], _ header: FrameHeader) throws(FrameFailure) -> [Action] {
        guard case .training = phase else { return [] }
        let (cohort, shard) = (Int(header.cohort), Int(header.shard))
        guard cohort < learners.count else { throw FrameFailure(.malformed, "there is no cohort \(cohort)") }
        // What is not the answer to the question that is open, is old or came twice.
        guard
            exchanges[cohort].isWaiting(for: header.sequence, of: shard)
                || defects.contains(.takesFramesTwice) && exchanges[cohort].waitingShards.contains(shard)
        else { return [] }
        do throws(FrameFailure) {
            let answer = try AnswersFrame(words, header: header, actionCount: plan.space.actionCount)
            try exchanges[cohort].accept(answer, from: shard, into: &learners[cohort].answers)
        } catch {
            return fail(.badAnswer, "the answer of shard \(shard) cannot be used: \(error)")
        }
        answerCount += 1
        contributionCount += 1
        return drain()
    }

    /// Takes up every complete cohort, strictly in their order, and asks its next round.
    mutating func drain() -> [Action] {
        var actions: [Action] = []
        while case .training(let next) = phase, exchanges[next].isComplete {
            if learners.allSatisfy({ $0.isFinished && $0.updates.count == 0 }) {
                return actions + beginCollecting()
            }
            if next == 0 { actions += beginCaptureIfDue() }
            exchanges[next].deliver(to: &learners[next])
            capture?.note(learners[next])
            do throws(EnvironmentFailure) {
                try learners[next].advance()
            } catch {
                return actions + fail(.environment, error.description)
            }
            actions += request(next)
            phase = .training(next: (next + 1) % learners.count)
            if next == learners.count - 1 {
                round += 1
                actions += finishCaptureIfComplete()
            }
        }
        return actions
    }
}
