internal import Checkpoints
internal import Foundation
internal import MasterNode
internal import Scenarios
internal import TabularLearning

/// Where a run begins and what it can return to: its checkpoints, if it takes any.
struct RunHistory: Sendable {
    private let run: TrainingRun
    /// When and where it takes checkpoints; `nil` for a run that keeps none.
    let checkpoints: RunCheckpoints?
    private let resumes: Bool

    /// Describes a run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - checkpoints: Where it keeps its checkpoints; `nil` for a run that keeps none.
    ///   - resumes: Whether it goes on from the newest of them.
    init(_ run: TrainingRun, checkpoints: RunCheckpoints? = nil, resumes: Bool = false) {
        self.run = run
        self.checkpoints = checkpoints
        self.resumes = resumes
    }

    /// The state to begin or to go on from, and the epoch to do it in.
    func start() throws -> (state: RunState, epoch: UInt32) {
        guard resumes, let checkpoints else { return (try run.beginning(), Self.freshEpoch) }
        guard let (state, epoch) = try checkpoints.newest(run) else {
            throw CommandFailure(.badInput, "\(checkpoints.folder) has no checkpoint to go on from")
        }
        return (state, max(epoch + 1, Self.freshEpoch))
    }

    /// Later than the epochs of masters before this one, of which workers may be left: the seconds since 1970.
    ///
    /// A clock that was set back is made good by what workers say when they join.
    private static var freshEpoch: UInt32 { UInt32(clamping: Int(Date().timeIntervalSince1970)) }

    /// What the master's loop needs of the checkpoints.
    var keeper: RunKeeper {
        let beginning = { @Sendable [run] in try run.beginning() }
        guard let checkpoints else { return RunKeeper(lastState: beginning) }
        return RunKeeper(
            lastState: { [run] in try checkpoints.newest(run)?.state ?? beginning() },
            lastTable: { [run] in
                if let (table, round) = try checkpoints.newestTable() { return (table, round) }
                return run.scenario.initialTable.map { ($0, nil) }
            },
            save: { try checkpoints.write($0) },
            interval: checkpoints.interval.duration
        )
    }
}
