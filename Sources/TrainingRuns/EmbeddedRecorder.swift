internal import EmbeddedNode
internal import Logging
internal import MasterNode
internal import RunOptions
internal import TabularLearning

/// Takes the checkpoints of a run without messages, between its rounds.
struct EmbeddedRecorder {
    /// What they have cost; the rounds stand still for all of it.
    private(set) var statistics = CheckpointStatistics()

    private let checkpoints: RunCheckpoints?
    private let evaluations: GreedyEvaluations?
    private let epoch: UInt32
    private let logger: Logger
    private var last = Duration.zero
    private var hasRecordedLast = false

    init(_ history: RunHistory, epoch: UInt32, logger: Logger) {
        checkpoints = history.checkpoints
        evaluations = history.evaluations
        self.epoch = epoch
        self.logger = logger
    }

    /// How many rounds may be run before a checkpoint or an evaluation can be due.
    func roundsUntilDue(after round: UInt64) -> Int {
        guard !hasRecordedLast else { return .max }
        let next = evaluations.map { Int(clamping: $0.marks.rounds(after: round)) } ?? .max
        guard case .rounds(let rounds) = checkpoints?.interval else { return next }
        return min(next, Int(clamping: rounds - round % rounds))
    }

    /// Hands the table over to be evaluated and takes a checkpoint, when one is due.
    mutating func record(_ team: RoundTeam, at elapsed: Duration) {
        if let evaluations, evaluations.marks.contains(team.round), !hasRecordedLast, let table = team.state.table {
            evaluations.submit(round: team.round) { table }
        }
        guard let interval = checkpoints?.interval, !hasRecordedLast else { return }
        switch interval {
        case .rounds(let rounds): if team.round.isMultiple(of: rounds) { write(team.state) }
        case .seconds(let seconds):
            guard elapsed - last > .seconds(seconds) else { return }
            last = elapsed
            write(team.state)
        }
    }

    /// Takes the checkpoint of a run that is to end early, once.
    mutating func recordLast(_ team: RoundTeam) {
        guard !hasRecordedLast else { return }
        hasRecordedLast = true
        write(team.state)
    }

    private mutating func write(_ state: RunState) {
        guard let checkpoints, let table = state.table, state.learners.allSatisfy(\.isRestorable) else { return }
        let begin = ContinuousClock.now
        evaluations?.waitUntilWritten()
        do {
            try checkpoints.write(state.point(epoch: epoch), table, state.saved)
            statistics.written += 1
        } catch {
            statistics.failed += 1
            logger.warning("no checkpoint at round \(state.round), the earlier ones stay valid: \(error)")
        }
        let elapsed = ContinuousClock.now - begin
        statistics.lastWriting = elapsed
        statistics.add(stall: elapsed)
    }
}
