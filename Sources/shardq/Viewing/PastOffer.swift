internal import ArgumentParser
internal import Checkpoints
internal import CommandBasics
internal import RunPages
internal import ScenarioCatalogue
internal import Synchronization
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// What a page tells of a run's past: the run is done once more, as `table at` and `table blame` do it.
final class PastOffer: Sendable {
    private let folder: String
    /// Where the last table was made: a later one goes on from there.
    private let last = Mutex<RunReplay?>(nil)

    private init(_ folder: String) { self.folder = folder }

    /// What there is to be told of a run.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - policy: The table that it has left.
    ///   - seconds: Seconds that the run took, if anybody knows.
    /// - Returns: The past, or why there is none.
    static func past(of folder: String, _ policy: Policy, seconds: Double?) -> Offer<RunPast> {
        guard policy.description.isFromLog != true else {
            return .missing("This table was learned from a log: there is no run to be done once more.")
        }
        let scenario = policy.scenario
        guard type(of: scenario).simulator == nil, scenario.startedCommand == nil else {
            return .missing(
                "A run that needs another program is not done once more from a page: "
                    + "shardq table at \(CommandText.quoted(folder)) --step N does it in a terminal."
            )
        }
        let offer = PastOffer(folder)
        return .ready(
            RunPast(
                span: RunPast.Span(steps: policy.description.steps, seconds: seconds),
                past: { try offer.policy(at: $0, $1) },
                why: { try offer.story(of: $0, $1, upTo: $2, $3) }
            )
        )
    }

    private func run() throws -> PastRun { try PastRun(folder, NamedPrograms.parse([])) }

    private func policy(at step: UInt64, _ pace: RunPast.Pace) throws -> ShownPolicy {
        let past = try run()
        let round = past.clock.round(applying: step)
        var replay = try start(past, notAfter: round)
        let first = replay.round
        while replay.round < round, !replay.isFinished {
            try replay.runRound()
            if replay.round % 64 == 0 { try pace(Double(replay.round - first) / Double(round - first)) }
        }
        last.withLock { $0 = replay }
        let (scenario, space) = (past.description.scenario.scenario, past.space)
        let policy = PolicyFolder(description: past.description, table: replay.table)
        return ShownPolicy(
            table: replay.table.acting(by: past.description.parameters.update),
            space: space,
            digest: policy.digest.description,
            source: "the table at step \(past.clock.laneSteps(appliedAfter: round))",
            plan: scenario.floorPlan,
            explanation: { "state \($0): \(space.describe($0))" }
        )
    }

    /// The latest of what there is to begin with.
    private func start(_ past: PastRun, notAfter round: UInt64) throws -> RunReplay {
        let kept = last.withLock { $0 }
        let start = try past.start(notAfter: round)
        guard let kept, kept.round <= round, kept.round > start.round else { return start }
        return kept
    }

    private func story(
        of state: UInt64,
        _ action: Int,
        upTo step: UInt64,
        _ pace: RunPast.Pace
    ) throws -> UpdateStory {
        let past = try run()
        let round = past.clock.round(applying: step)
        var replay = try past.beginning(watching: .one(state))
        var history = RowHistory(of: state, in: replay.table)
        while replay.round < round, !replay.isFinished {
            try replay.runRound()
            history.add(replay.applied)
            if replay.round % 64 == 0 { try pace(Double(replay.round) / Double(round)) }
        }
        let parameters = past.run.parameters
        let isChecked = history.makes(rowOf: replay.table, with: parameters)
        let table = round == past.endRound ? past.policy?.table : nil
        return UpdateStory(
            history.updates.filter { $0.action == action },
            of: state,
            action,
            in: past.space,
            stepsAtOnce: past.clock.stepsAtOnce,
            hasPlanes: parameters.update.planeCount > 1,
            verdict: Self.verdict(isChecked, table.map { history.makes(rowOf: $0, with: parameters) })
        )
    }

    /// What the list is worth.
    private static func verdict(_ makesRun: Bool, _ makesFolder: Bool?) -> String {
        guard makesRun else { return "These updates do not make the run's value: this is a fault of the program." }
        return switch makesFolder {
        case true?: "Checked: all updates of this state, one after another, make the bits of the table in the folder."
        case false?: "These updates make the run's value, and the folder has another: see shardq verify."
        case nil: "Checked: all updates of this state up to here, one after another, make its bits at this step."
        }
    }
}
