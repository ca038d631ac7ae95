internal import Checkpoints
internal import CommandBasics
internal import MasterNode
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

extension PastRun {
    /// Its lanes and steps.
    var shape: RunShape {
        RunShape(
            laneCount: run.lanes * run.cohorts,
            agentCount: run.scenario.lanesPerReplica,
            cohortCount: run.cohorts,
            laneSteps: description.plannedSteps
        )
    }

    /// The run at its beginning, with an eye on some states, or without something.
    func beginning(
        watching watched: WatchedStates = .none,
        omitting omissions: [Omission] = []
    ) throws -> RunReplay {
        try refuseTiles(watched, omissions)
        return RunReplay(try run.beginning(), parameters: run.parameters, watching: watched, omitting: omissions)
    }

    /// The run at the newest whole checkpoint that is not later than a round, or at its beginning.
    func start(notAfter round: UInt64, omitting omissions: [Omission] = []) throws -> RunReplay {
        try refuseTiles(.none, omissions)
        for kept in try checkpoints.rounds.reversed() where kept <= round {
            do {
                let state = try checkpoints.state(of: run, in: checkpoints.checkpoint(ofRound: kept))
                return RunReplay(state, parameters: run.parameters, omitting: omissions)
            } catch let failure as FileFailure {
                Console.note("not begun at the checkpoint of round \(kept): \(failure)")
            }
        }
        return try beginning(omitting: omissions)
    }

    /// Refuses to look at single updates of sums over tiles.
    private func refuseTiles(_ watched: WatchedStates, _ omissions: [Omission]) throws {
        guard run.scenario.tiles != nil, watched != .none || !omissions.isEmpty else { return }
        throw CommandFailure(
            .usage,
            "\(folder) was learned as sums over tiles, where an update of a weight comes of many states: learn it with --bins to "
                + "look at its updates"
        )
    }

    /// Runs on to a round, or to the end of the run.
    ///
    /// - Parameters:
    ///   - replay: What is run.
    ///   - round: The round.
    ///   - isQuiet: Whether to show no progress.
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    func run(_ replay: inout RunReplay, to round: UInt64, isQuiet: Bool) throws {
        var pace = ReplayPace(until(round), after: replay.learners.laneSteps, isQuiet: isQuiet)
        defer { pace.finish() }
        while replay.round < round, !replay.isFinished {
            try replay.runRound()
            pace.show(replay.learners)
        }
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
