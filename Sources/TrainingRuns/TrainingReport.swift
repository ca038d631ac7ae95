internal import Checkpoints
internal import CommandBasics
package import Evaluation
internal import Foundation
internal import MasterNode
internal import Rounds
package import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning
internal import TurnOrders

/// What a training run prints and leaves.
package struct TrainingReport {
    private let result: TrainingResult
    private let evaluation: EvaluationOutcome?
    private let policy: PolicyFolder<PolicyDescription>
    private let run: TrainingRun
    private let outcome: TrainingOutcome

    /// Computes the digest and, if wanted, compares the learned policy with the scenario's baseline.
    package init(
        _ run: TrainingRun,
        _ configuration: ScenarioConfiguration,
        _ outcome: TrainingOutcome,
        _ course: GreedyCourse?,
        broker: String,
        output: String?,
        evaluate: Bool
    ) async throws {
        guard let table = outcome.table else { throw CommandFailure(.internalError, "the run ended without a table") }
        self.run = run
        self.outcome = outcome
        let description = run.description(configuration, steps: outcome.stepsTaken)
        policy = PolicyFolder(description: description, table: table, space: configuration.scenario.space)
        let isComplete = !outcome.wasInterrupted(of: run)
        evaluation =
            evaluate && isComplete
            ? try await configuration.scenario.evaluate(
                EvaluatedPolicy(
                    table.acting(by: run.parameters.update),
                    parameters: run.parameters,
                    learning: outcome.learning,
                    course: course,
                    on: configuration.scenario,
                    facts: .init(
                        folder: output ?? "",
                        tableDigest: policy.digest.description,
                        trainingSeed: run.seed,
                        trainingSteps: outcome.stepsTaken
                    )
                ),
                isQuiet: true,
                withCharts: output != nil
            ) : nil
        result = TrainingResult(
            scenario: configuration.name.rawValue,
            seed: run.seed,
            steps: outcome.stepsTaken,
            wallSeconds: outcome.wallSeconds,
            stepsPerSecond: Double(outcome.stepsTaken - outcome.stepsBefore) / max(outcome.wallSeconds, 1e-9),
            workers: broker == "none" ? 0 : run.workers,
            actors: run.actors > 0 ? run.actors : nil,
            threads: run.threads,
            shards: broker == "none" ? 1 : run.shards,
            lanes: run.lanes,
            cohorts: run.cohorts,
            cohortsPerMessage: run.cohortsPerMessage,
            broker: broker,
            partition: run.partition.rawValue,
            staleness: run.parameters.staleness.rawValue,
            turns: outcome.turns.map { TurnResult($0) },
            tableDigest: policy.digest.description,
            ledger: .init(outcome, applied: table.updateCount),
            rollbacks: outcome.rollbacks,
            checkpoints: .init(outcome.checkpoints),
            learning: .init(outcome.learning),
            greedy: course,
            evaluation: evaluation.map { EvaluationResult($0) }
        )
    }

    /// Writes the policy folder, if one is wanted.
    package func write(to output: String?) throws {
        guard let output else { return }
        try policy.write(to: URL(fileURLWithPath: output))
        try LearningFiles(outcome.learning).write(to: URL(fileURLWithPath: output))
        if let course = result.greedy { try CourseFiles.write(course, to: output) }
        guard let evaluation else { return }
        let notes = try EvaluationFiles(evaluation).write(to: URL(fileURLWithPath: output))
        for note in notes { Console.note(note) }
    }

    /// The digest of the table.
    package var tableDigest: String { result.tableDigest }

    /// Prints the result as JSON or as text for people.
    package func print(asJSON: Bool) throws {
        try Console.result(asJSON ? result.json : text)
    }

    private var text: String {
        let ledger = result.ledger
        var lines = [
            "\(result.scenario): \(Double(result.steps).short) steps in "
                + "\(String(format: "%.1f", result.wallSeconds)) s (\(result.stepsPerSecond.short) steps/s), "
                + "\(ledger.issued) transitions issued, \(ledger.applied) applied, \(ledger.lost) lost, "
                + "\(ledger.duplicated) duplicated",
            "table digest \(result.tableDigest)",
        ]
        if result.rollbacks > 0 { lines.append("returned to a checkpoint \(result.rollbacks) times") }
        if result.checkpoints.written + result.checkpoints.failed > 0 {
            lines.append(
                "\(result.checkpoints.written) checkpoints, \(result.checkpoints.failed) failed; the rounds stood still for at "
                    + "most \((result.checkpoints.longestStallSeconds * 1000).short) ms"
            )
        }
        if let turns = outcome.turns, !turns.order.isStrict || turns.log != nil {
            lines += TurnResult.lines(turns.order, turns.ages)
        }
        lines += outcome.gauges.map { "\($0.name): \($0.value.short) \($0.unit)" }
        lines = lines.map { Console.prose($0) }
        if let evaluation { lines += ["", EvaluationJob.text(evaluation)] }
        return lines.joined(separator: "\n")
    }
}

/// The object that `--json` prints; documented in `docs/cli.md`.
struct TrainingResult: Encodable {
    struct Ledger: Encodable {
        var issued: UInt64
        var applied: UInt64
        var lost: UInt64
        var duplicated: UInt64
        var issuedByShard: [UInt64]
        var appliedByShard: [UInt64]

        init(_ outcome: TrainingOutcome, applied: UInt64) {
            issued = outcome.statistics.transitions
            self.applied = applied
            lost = outcome.ledger?.lost ?? 0
            duplicated = outcome.ledger?.duplicated ?? 0
            issuedByShard = outcome.ledger?.issued ?? []
            appliedByShard = outcome.ledger?.applied ?? []
        }
    }

    struct Checkpoints: Encodable {
        var written: Int
        var failed: Int
        var lastWritingSeconds: Double
        var longestStallSeconds: Double
        var totalStallSeconds: Double

        init(_ statistics: CheckpointStatistics) {
            written = statistics.written
            failed = statistics.failed
            lastWritingSeconds = statistics.lastWriting.seconds
            longestStallSeconds = statistics.longestStall.seconds
            totalStallSeconds = statistics.totalStall.seconds
        }
    }

    var scenario: String
    var seed: UInt64
    var steps: UInt64
    var wallSeconds: Double
    var stepsPerSecond: Double
    var workers: Int
    var actors: Int?
    var threads: Int
    var shards: Int
    var lanes: Int
    var cohorts: Int
    var cohortsPerMessage: Int
    var broker: String
    var partition: String
    var staleness: Int
    /// There with messages.
    var turns: TurnResult?
    var tableDigest: String
    var ledger: Ledger
    var rollbacks: Int
    var checkpoints: Checkpoints
    var learning: LearningResult
    /// There with `--evaluate-every`.
    var greedy: GreedyCourse?
    var evaluation: EvaluationResult?

    /// The object in one line.
    var json: String { encodeJSON(self) }
}
