internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import MasterNode
internal import RunOptions
internal import Scenarios
package import TabularLearning
package import TurnOrders

/// Where a run begins and what it can return to: its checkpoints, if it takes any.
package struct RunHistory: Sendable {
    private let run: TrainingRun
    /// When and where it takes checkpoints; `nil` for a run that keeps none.
    package let checkpoints: RunCheckpoints?
    /// Whether it goes on from the newest of them.
    package let resumes: Bool
    /// What is found out of its tables on the way; `nil` where nobody asks.
    package var evaluations: GreedyEvaluations?
    /// Hears with which state a process begins that goes on with the run.
    package var resumed: @Sendable (RunState) throws -> Void = { _ in }

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - checkpoints: Where it keeps its checkpoints; `nil` for a run that keeps none.
    ///   - resumes: Whether it goes on from the newest of them.
    package init(_ run: TrainingRun, checkpoints: RunCheckpoints? = nil, resumes: Bool = false) {
        self.run = run
        self.checkpoints = checkpoints
        self.resumes = resumes
    }

    /// The state to begin or to go on from, the epoch to do it in, and the turns so far, where they are recorded.
    package func start() throws -> (state: RunState, epoch: UInt32, turns: TurnLog?) {
        guard resumes, let checkpoints else {
            let turns = run.turns.record.map { _ in TurnLog(cohortCount: run.cohorts) }
            return (try run.beginning(), Self.beginning(after: nil), turns)
        }
        guard let (state, epoch, turns) = try checkpoints.newest(run) else {
            throw CommandFailure(.badInput, "\(checkpoints.folder) has no checkpoint to go on from")
        }
        try resumed(state)
        let beginning = Self.beginning(after: epoch)
        if beginning <= epoch {
            Console.note(
                "the checkpoint is of epoch \(epoch), which leaves too few behind it; the run goes on in epoch \(beginning): "
                    + "start workers anew that are left from before"
            )
        }
        return (state, beginning, try recorded(turns, at: state.round))
    }

    /// The turns that a run goes on to record.
    private func recorded(_ turns: TurnLog?, at round: UInt64) throws -> TurnLog? {
        guard let file = run.turns.record else { return nil }
        guard let turns else {
            throw CommandFailure(
                .usage,
                "--record-turns \(file): the run was begun without it, and a log has every turn from the first on: leave it out"
            )
        }
        guard turns.cohortCount == run.cohorts, turns.prefix(rounds: round) != nil else {
            throw FileFailure(.damaged, "the turns that the checkpoint of round \(round) holds do not lead there")
        }
        return turns
    }

    /// A clock that was set back is made good by what workers say when they join, for up to a year.
    private static func beginning(after checkpoint: UInt32?) -> UInt32 {
        RunEpochs.beginning(after: checkpoint, secondsSince1970: Int(Date().timeIntervalSince1970))
    }

    /// What the master's loop needs of the checkpoints.
    var keeper: RunKeeper {
        let beginning = { @Sendable [run] in try run.beginning() }
        guard let checkpoints else { return RunKeeper(lastState: beginning) }
        let evaluations = evaluations
        var evaluate: (@Sendable (RunCapture) -> Void)?
        if let evaluations { evaluate = { capture in evaluations.take(capture) } }
        return RunKeeper(
            lastState: { [run] in try checkpoints.newest(run)?.state ?? beginning() },
            lastTable: { [run] in
                if let (table, round) = try checkpoints.newestTable() { return (table, round) }
                return run.initialTable.map { ($0, nil) }
            },
            save: { (capture: RunCapture) in
                evaluations?.waitUntilWritten()
                try checkpoints.write(capture)
            },
            interval: checkpoints.interval.duration,
            evaluate: evaluate
        )
    }
}
