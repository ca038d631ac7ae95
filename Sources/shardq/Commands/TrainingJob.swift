internal import CommandBasics
internal import Evaluation
internal import MasterNode
internal import NodeLaunching
internal import ScenarioCatalogue
internal import TrainingRuns
internal import TurnOrders

/// What `train` and `master` have in common: carry a run out, report it, leave with the right exit code.
struct TrainingJob {
    let setup: TrainingSetup
    /// What `run.json` says of it; `nil` for a run without a folder.
    let journal: RunJournal?
    /// What `progress.json` says of it; `nil` for a run without a folder.
    let recorder: ProgressRecorder?
    /// The kind of broker, for the result.
    let broker: String
    let options: ResultOptions
    let signals: SignalWatch
    let display: ProgressDisplay

    /// Carries the run out and delivers its result.
    ///
    /// - Throws: What the run threw; `CommandFailure` with the signal's exit code when the user ended it early.
    func perform(_ train: () async throws -> TrainingOutcome) async throws {
        defer { recorder?.finish() }
        let outcome = try await outcome(of: train)
        recorder?.note(outcome)
        let run = setup.run
        if setup.evaluations != nil { display.tell("evaluating the tables on the way") }
        let course = try await noted { try await setup.evaluations?.finish(outcome) }
        if options.evaluates { display.tell("comparing with baselines") }
        let report = try await noted { try await self.report(on: outcome, course) }
        display.tell("")
        try await noted { try writeTurns(of: outcome) }
        try journal?.end(outcome, digest: report.tableDigest, isComplete: !outcome.wasInterrupted(of: run))
        recorder?.noteEnd()
        try report.print(asJSON: options.json)
        guard outcome.wasInterrupted(of: run) else {
            try setup.checkpoints?.finish()
            if !options.quiet { Console.note(farewell) }
            return
        }
        let hint = outcome.checkpoints.written > 0 ? setup.output.map { "; --resume \($0) goes on with it" } : nil
        throw CommandFailure(
            signals.exitCode,
            "interrupted after \(outcome.stepsTaken) of \(run.steps) steps" + (hint ?? "")
        )
    }

    /// Writes the turns that were taken to the file that is to have them.
    private func writeTurns(of outcome: TrainingOutcome) throws {
        guard let file = setup.run.turns.record,
            let record = TurnRecord(outcome, of: setup.run, setup.configuration)
        else { return }
        try TurnFile(file).write(record)
    }

    /// Where everything is, and what to do with it.
    private var farewell: String {
        guard let output = setup.output.map(CommandText.quoted) else {
            return "nothing was kept: --output FOLDER keeps the policy, the learning curve and the evaluation"
        }
        return "everything is in \(output): shardq view \(output) shows it, "
            + "shardq table show \(output) says what it decides"
    }

    private func outcome(of train: () async throws -> TrainingOutcome) async throws -> TrainingOutcome {
        defer { display.finish() }
        return try await noted {
            do {
                return try await train()
            } catch  where signals.hasReceived {
                throw CommandFailure(signals.exitCode, "\(error)")
            }
        }
    }

    private func report(on outcome: TrainingOutcome, _ course: GreedyCourse?) async throws -> TrainingReport {
        let report = try await TrainingReport(
            setup.run,
            setup.configuration,
            outcome,
            course,
            broker: broker,
            output: setup.output,
            evaluate: options.evaluates
        )
        try report.write(to: setup.output)
        return report
    }

    /// Does something without which there is no result, and notes why there is none.
    private func noted<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            journal?.end(error, wasInterrupted: signals.hasReceived)
            throw error
        }
    }
}
