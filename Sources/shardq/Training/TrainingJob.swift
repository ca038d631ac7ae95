/// What `train` and `master` have in common: carry a run out, report it, leave with the right exit code.
struct TrainingJob {
    let run: TrainingRun
    let configuration: ScenarioConfiguration
    /// The kind of broker, for the result.
    let broker: String
    let options: ResultOptions
    let signals: SignalWatch
    let display: ProgressDisplay

    /// Carries the run out and delivers its result.
    ///
    /// - Throws: What the run threw; `CommandFailure` with the signal's exit code when the user ended it early.
    func perform(_ train: () async throws -> TrainingOutcome) async throws {
        let outcome = try await outcome(of: train)
        let report = try TrainingReport(
            run,
            configuration,
            outcome,
            broker: broker,
            evaluate: options.evaluates
        )
        try report.write(to: options.output)
        try report.print(asJSON: options.json)
        if outcome.wasInterrupted(of: run) {
            throw CommandFailure(signals.exitCode, "interrupted after \(outcome.stepsTaken) of \(run.steps) steps")
        }
    }

    private func outcome(of train: () async throws -> TrainingOutcome) async throws -> TrainingOutcome {
        defer { display.finish() }
        do {
            return try await train()
        } catch  where signals.hasReceived {
            throw CommandFailure(signals.exitCode, "interrupted before the run began")
        }
    }
}
