internal import Checkpoints
internal import MasterNode
internal import TabularLearning
internal import TimeTravel

extension PastRun {
    /// The run at its beginning, with an eye on some states.
    func beginning(watching watched: WatchedStates = .none) throws -> RunReplay {
        RunReplay(try run.beginning(), parameters: run.parameters, watching: watched)
    }

    /// The run at the newest whole checkpoint that is not later than a round, or at its beginning.
    func start(notAfter round: UInt64) throws -> RunReplay {
        for kept in try checkpoints.rounds.reversed() where kept <= round {
            do {
                let state = try checkpoints.state(of: run, in: checkpoints.checkpoint(ofRound: kept))
                return RunReplay(state, parameters: run.parameters)
            } catch let failure as FileFailure {
                Console.note("not begun at the checkpoint of round \(kept): \(failure)")
            }
        }
        return try beginning()
    }
}

/// Runs something round by round, and shows now and then how far it is.
struct ReplayPace {
    private let run: TrainingRun
    private let display: ProgressDisplay
    private let stopwatch = Stopwatch()
    private let before: UInt64
    private var lastShown = Duration.zero

    /// - Parameters:
    ///   - run: As far as it is to be run.
    ///   - before: The lane-steps that it begins with.
    ///   - isQuiet: Whether to show nothing at all.
    init(_ run: TrainingRun, after before: UInt64 = 0, isQuiet: Bool) {
        self.run = run
        self.before = before
        display = ProgressDisplay(isQuiet: isQuiet)
    }

    /// Shows the learners, unless that was done a moment ago.
    mutating func show(_ learners: @autoclosure () -> [CohortLearner]) {
        let elapsed = stopwatch.elapsed
        guard elapsed - lastShown > .milliseconds(50) else { return }
        lastShown = elapsed
        display.show(
            Progress(learners: learners(), CheckpointStatistics(), run: run, after: before, elapsed: elapsed)
        )
    }

    /// Ends the display.
    func finish() { display.finish() }

    /// The time since the beginning.
    var elapsed: Duration { stopwatch.elapsed }
}
