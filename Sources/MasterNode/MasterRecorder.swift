internal import CoreMetrics
internal import Messaging
internal import TabularLearning

/// Turns what a master has counted into metrics, and times its questions; the master itself knows of neither.
struct MasterRecorder {
    private let metrics: MasterMetrics
    private var last = Counts()
    private var loads: [ShardLoad]
    private var open: [Question: ContinuousClock.Instant] = [:]

    /// What grows, and falls only when the run returns to a checkpoint.
    private struct Counts {
        var round: UInt64 = 0
        var malformedFrames: UInt64 = 0
        var rollbacks = 0
        var statistics = LearnerStatistics()

        init() {}

        init(_ master: Master) {
            round = master.round
            malformedFrames = master.malformedFrameCount
            rollbacks = master.rollbackCount
            statistics = master.statistics
        }
    }

    /// A message with questions, by what those with the answers repeat.
    private struct Question: Hashable {
        let epoch: UInt32
        let number: UInt64

        init?(_ message: Message) {
            guard message.body.count > 2 else { return nil }
            epoch = message.body[2]
            number = message.correlation
        }
    }

    init(_ metrics: MasterMetrics, _ master: Master) {
        self.metrics = metrics
        last = Counts(master)
        loads = master.loads
    }

    /// Notes a message that leaves.
    mutating func notePublished(_ message: Message) {
        guard message.type.hasSuffix("COMPUTE_Q"), let question = Question(message) else { return }
        open[question] = .now
    }

    /// Notes an event before the master takes it up.
    mutating func noteHeard(_ event: MessagingEvent) {
        guard case .delivery(let message, .replies) = event, message.type == "Q_VALUES",
            let question = Question(message), let begin = open.removeValue(forKey: question)
        else { return }
        metrics.recordRoundTrip(.now - begin)
    }

    /// Records what has been added since the last time.
    mutating func observe(_ master: Master) {
        let counts = Counts(master)
        let (statistics, before) = (counts.statistics, last.statistics)
        metrics.rounds.increment(by: added(counts.round, last.round))
        metrics.transitions.increment(by: added(statistics.transitions, before.transitions))
        metrics.malformedFrames.increment(by: added(counts.malformedFrames, last.malformedFrames))
        metrics.rollbacks.increment(by: max(0, counts.rollbacks - last.rollbacks))
        let episodes = added(statistics.episodes, before.episodes)
        if episodes > 0 {
            metrics.episodes.increment(by: episodes)
            metrics.episodeReturn.set((statistics.episodeReturnSum - before.episodeReturnSum) / Double(episodes))
        }
        metrics.missingWorkers.set(master.neededWorkerCount - master.workers.count)
        last = counts
        observeLoads(of: master)
        // What was asked in an earlier epoch is never answered.
        open = open.filter { $0.key.epoch == master.epoch }
        metrics.messagesInFlight.set(open.count)
    }

    /// Takes up that the run was put back: what falls then is no progress undone, but a new beginning.
    mutating func rebase(_ master: Master) {
        last = Counts(master)
    }

    private mutating func observeLoads(of master: Master) {
        var words: UInt64 = 0
        for (shard, load) in master.loads.enumerated() {
            let before = loads[shard]
            metrics.recordLoad(
                shard: shard,
                updates: load.updates - before.updates,
                queries: load.queries - before.queries
            )
            words += load.words - before.words
        }
        loads = master.loads
        metrics.roundBytes.increment(by: words * 4)
        let total = loads.reduce(0) { $0 + $1.updates }
        guard total > 0, let most = loads.map(\.updates).max() else { return }
        metrics.imbalance.set(Double(most) * Double(loads.count) / Double(total))
    }

    private func added(_ count: UInt64, _ before: UInt64) -> UInt64 { count > before ? count - before : 0 }
}
