internal import Checkpoints
internal import CommandBasics
internal import EmbeddedNode
internal import Evaluation
internal import Foundation
internal import MasterNode
internal import Messaging
internal import Provenance
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// Does a run once more and compares what its folder holds with what comes out.
struct Verification {
    private let past: PastRun
    private let display: ProgressDisplay

    /// Prepares to verify a run.
    init(_ past: PastRun, _ display: ProgressDisplay) {
        self.past = past
        self.display = display
    }

    /// Something in the folder that is not what the run makes.
    struct Difference: Encodable {
        /// The round after which it shows; absent where no round is concerned.
        var round: UInt64?
        /// Where it is.
        var place: String
        /// What it is.
        var text: String
    }

    /// What was found.
    struct Finding: Encodable {
        var folder: String
        var confirmed: Bool
        /// The digest that the run ends in when it is done once more.
        var tableDigest: String
        var steps: UInt64
        var rounds: UInt64
        /// The rounds whose checkpoints were compared.
        var checkpoints: [UInt64]
        /// Whether there was a table at the end to compare.
        var hasPolicy: Bool
        /// The earliest first.
        var differences: [Difference]
        var wallSeconds: Double
    }

    /// Runs it, as far as the folder goes.
    ///
    /// - Throws: What keeps the run from being done once more.
    func run() async throws -> Finding {
        let (past, display) = (past, display)
        let team = try await DedicatedThread.run(named: "start") {
            RoundTeam(try past.run.beginning(), parameters: past.run.parameters)
        }
        let refusal = Refusal()
        defer { display.finish() }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<past.run.threads {
                group.addTask {
                    do {
                        try await DedicatedThread.run(named: "helper \(number)") { team.help() }
                    } catch {
                        refusal.note(error)
                    }
                }
            }
            defer { team.end() }
            return try await DedicatedThread.run(named: "verification") { try lead(team, refusal) }
        }
    }

    private func lead(_ team: RoundTeam, _ refusal: Refusal) throws -> Finding {
        let stopwatch = Stopwatch()
        let kept = try past.checkpoints.rounds
        let end = max(past.policy == nil ? 0 : past.endRound, kept.last ?? 0)
        var pace = Pace(past.until(end), display)
        var differences: [Difference] = []
        var compared: [UInt64] = []
        for round in Set(kept + (past.policy == nil ? [] : [past.endRound])).sorted() {
            try pace.run(team, to: round, refusal)
            if kept.contains(round) {
                switch compare(team, withCheckpointOf: round) {
                case .same: compared.append(round)
                case .other(let difference): differences.append(difference)
                case .foreign(let note): Console.note(note)
                }
            }
            if past.policy != nil, round == past.endRound { differences += compareWithPolicy(team) }
        }
        let table = team.state.table
        return Finding(
            folder: past.folder,
            confirmed: differences.isEmpty,
            tableDigest: table.map { TableDigest(of: $0).description } ?? "",
            steps: past.clock.laneSteps(appliedAfter: team.round),
            rounds: team.round,
            checkpoints: compared,
            hasPolicy: past.policy != nil,
            differences: differences,
            wallSeconds: stopwatch.elapsed.seconds
        )
    }

    private enum Verdict {
        case same
        case other(Difference)
        case foreign(String)
    }

    private func compare(_ team: RoundTeam, withCheckpointOf round: UInt64) -> Verdict {
        let state = team.state
        func difference(_ text: String) -> Verdict {
            .other(Difference(round: round, place: "the checkpoint of round \(round)", text: text))
        }
        do throws(FileFailure) {
            let checkpoint = try past.checkpoints.checkpoint(ofRound: round)
            guard state.round == round, let table = state.table else {
                return difference("the run is over after \(state.round) rounds")
            }
            guard Self.haveOneForm(checkpoint.table, table) else { return difference("its table has another form") }
            if let other = TableDifference(checkpoint.table, table) { return difference(Self.text(other, past.space)) }
            guard checkpoint.sections.takingTurns.others == state.saved else {
                return difference("its table is the run's, but not what its worlds and learners were")
            }
            return .same
        } catch  where error.code == .foreign {
            return .foreign("not compared: \(error)")
        } catch {
            return difference("\(error)")
        }
    }

    private static func haveOneForm(_ one: ActionValueTable, _ other: ActionValueTable) -> Bool {
        one.rowCount == other.rowCount && one.width == other.width
    }

    private static func text(_ difference: TableDifference, _ space: StateSpace) -> String {
        difference.text(space, ("in the folder", "when it is run again"))
    }

    private func compareWithPolicy(_ team: RoundTeam) -> [Difference] {
        guard let policy = past.policy, let table = team.state.table else { return [] }
        var found: [Difference] = []
        func add(_ place: String, _ text: String) {
            found.append(Difference(round: team.round, place: place, text: text))
        }
        if let other = TableDifference(policy.table, table) {
            add("the table after \(policy.description.steps) steps", Self.text(other, past.space))
        }
        if policy.statedDigest != policy.digest.description {
            add("policy.json", "it says digest \(policy.statedDigest), the table beside it has \(policy.digest)")
        }
        if policy.description.steps == past.description.plannedSteps,
            let history = LearningFiles.read(from: past.folder), history != LearningHistory(team.learners)
        {
            add("learning.json", "it is not the learning curve of this run")
        }
        if let text = contradictionOfRecord(to: policy) { add(RunRecord.fileName, text) }
        return found
    }

    /// What `run.json` says otherwise than the policy beside it.
    private func contradictionOfRecord(to policy: PolicyFolder<PolicyDescription>) -> String? {
        do {
            guard let record = try RunRecord.read(from: past.folder) else { return nil }
            guard record.runIdentity == past.description.identity.description else {
                let isOpen = record.sessions.last?.end?.tableDigest == nil
                return "it is about another run" + (isOpen ? ", which has come to no result here" : "")
            }
            let ends = record.sessions.compactMap(\.end)
            guard let end = ends.last(where: { $0.tableDigest != nil }), end.steps == policy.description.steps,
                let digest = end.tableDigest, digest != policy.statedDigest
            else { return nil }
            return "it says digest \(digest), policy.json says \(policy.statedDigest)"
        } catch {
            return "\(error)"
        }
    }
}

/// Runs a team in stretches, and shows how far it is.
private struct Pace {
    private let run: TrainingRun
    private let display: ProgressDisplay
    private let stopwatch = Stopwatch()
    private var stretch = Stretch()
    private var lastShown = Duration.zero

    init(_ run: TrainingRun, _ display: ProgressDisplay) {
        self.run = run
        self.display = display
    }

    /// Runs to a round, or to the end of the run.
    mutating func run(_ team: RoundTeam, to round: UInt64, _ refusal: Refusal) throws {
        var isRunning = true
        while isRunning, team.round < round {
            try refusal.check()
            let rounds = Int(clamping: round - team.round)
            isRunning = try stretch.time(atMost: rounds) { try team.run(rounds: $0) }
            guard stopwatch.elapsed - lastShown > .milliseconds(50) else { continue }
            lastShown = stopwatch.elapsed
            display.show(
                Progress(
                    learners: team.learners,
                    CheckpointStatistics(),
                    run: run,
                    after: 0,
                    elapsed: lastShown
                )
            )
        }
    }
}
