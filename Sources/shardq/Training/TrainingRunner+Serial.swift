internal import Messaging
internal import TabularLearning

extension TrainingRunner {
    /// Runs on one table in one thread, without messages.
    func runSerially() async throws -> TrainingOutcome {
        try await DedicatedThread.run(named: "master") {
            let stopwatch = Stopwatch()
            var reference = SerialReference(learners: run.makeLearners(), parameters: run.parameters)
            stopwatch.restart()
            var lastShown = Duration.zero
            var isRunning = true
            while isRunning {
                isRunning = reference.runRound()
                let elapsed = stopwatch.elapsed
                guard elapsed - lastShown > .milliseconds(50) else { continue }
                lastShown = elapsed
                observer.show(Progress(learners: reference.learners, run: run, elapsed: elapsed))
                if run.stop.isRaised, isRunning { reference.stopEarly() }
            }
            observer.show(Progress(learners: reference.learners, run: run, elapsed: stopwatch.elapsed))
            return TrainingOutcome(
                table: run.collectsTable ? reference.table : nil,
                learners: reference.learners,
                elapsed: stopwatch.elapsed
            )
        }
    }
}
