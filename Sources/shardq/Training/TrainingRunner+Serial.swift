internal import MasterNode
internal import Messaging
internal import TabularLearning

extension TrainingRunner {
    /// Runs on one table in one thread, without messages.
    func runSerially() async throws -> TrainingOutcome {
        try await DedicatedThread.run(named: "master") {
            let (state, epoch) = try history.start()
            let stepsBefore = state.learners.laneSteps
            var reference = SerialReference(consume state, parameters: run.parameters)
            var recorder = SerialRecorder(history.serialCheckpoints, epoch: epoch, logger: logger)
            let stopwatch = Stopwatch()
            var lastShown = Duration.zero
            var isRunning = true
            while isRunning {
                isRunning = try reference.runRound()
                recorder.record(reference, at: stopwatch.elapsed)
                let elapsed = stopwatch.elapsed
                guard elapsed - lastShown > .milliseconds(50) else { continue }
                lastShown = elapsed
                observer.show(Progress(learners: reference.learners, recorder.statistics, run: run, elapsed: elapsed))
                if run.stop.isRaised, isRunning {
                    recorder.recordLast(reference)
                    reference.stopEarly()
                }
            }
            let elapsed = stopwatch.elapsed
            observer.show(Progress(learners: reference.learners, recorder.statistics, run: run, elapsed: elapsed))
            let outcome = TrainingOutcome(
                reference,
                recorder.statistics,
                collectsTable: run.collectsTable,
                after: stepsBefore,
                elapsed: elapsed
            )
            try outcome.ledger?.check()
            return outcome
        }
    }
}
