internal import CommandBasics
internal import EmbeddedNode
internal import Logging
internal import MasterNode
package import Messaging
internal import ProcessLimits
internal import Synchronization
internal import TabularLearning

extension TrainingRunner {
    /// Runs on one table in one process, without messages, with as many threads as the run says.
    func runEmbedded() async throws -> TrainingOutcome {
        try ThreadBudget.own.check(
            run.threads,
            stackSize: DedicatedThread.stackSize,
            for: "--threads \(run.threads)",
            "use fewer --threads"
        )
        let (team, epoch) = try await DedicatedThread.run(named: "start") {
            let (state, epoch, _) = try history.start()
            return (RoundTeam(state, parameters: run.parameters), epoch)
        }
        let refusal = Refusal()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<run.threads {
                group.addTask {
                    do {
                        try await DedicatedThread.run(named: "helper \(number)") { team.help() }
                    } catch {
                        refusal.note(error)
                    }
                }
            }
            defer { team.end() }
            return try await DedicatedThread.run(named: "master") { try lead(team, epoch: epoch, refusal) }
        }
    }

    private func lead(_ team: RoundTeam, epoch: UInt32, _ refusal: Refusal) throws -> TrainingOutcome {
        let stepsBefore = team.learners.laneSteps
        var recorder = EmbeddedRecorder(history, epoch: epoch, logger: logger)
        var stretch = Stretch()
        let stopwatch = Stopwatch()
        var lastShown = Duration.zero
        var isRunning = true
        func show(_ elapsed: Duration) {
            let (learners, statistics) = (team.learners, recorder.statistics)
            let progress = Progress(learners: learners, statistics, run: run, after: stepsBefore, elapsed: elapsed)
            observer.show(progress)
            self.recorder?.note(progress, learners)
        }
        logger.info("the rounds go on", metadata: [LogKey.round: .stringConvertible(team.round)])
        while isRunning {
            let limit = recorder.roundsUntilDue(after: team.round)
            try refusal.check()
            isRunning = try stretch.time(atMost: limit) { try team.run(rounds: $0) }
            recorder.record(team, at: stopwatch.elapsed)
            let elapsed = stopwatch.elapsed
            guard elapsed - lastShown > .milliseconds(50) else { continue }
            lastShown = elapsed
            show(elapsed)
            if run.stop.isRaised, isRunning {
                recorder.recordLast(team)
                team.stopEarly()
            }
        }
        let elapsed = stopwatch.elapsed
        show(elapsed)
        let outcome = TrainingOutcome(
            team.state,
            recorder.statistics,
            collectsTable: run.collectsTable,
            after: stepsBefore,
            elapsed: elapsed
        )
        try outcome.ledger?.check()
        return outcome
    }
}

/// Why a thread that was asked for is not there: fewer than that are not what somebody asked for.
package final class Refusal: Sendable {
    private let reason = Mutex<(any Error)?>(nil)

    /// Nobody has refused.
    package init() {}

    package func note(_ error: any Error) { reason.withLock { $0 = $0 ?? error } }

    package func check() throws { if let error = reason.withLock({ $0 }) { throw error } }

    /// Runs a node on a thread of its own; where it fails, the others are stopped.
    ///
    /// - Throws: What it has thrown.
    package func run(_ name: String, stopping stop: StopFlag, _ node: @escaping @Sendable () throws -> Void)
        async throws
    {
        do {
            try await DedicatedThread.run(named: name, node)
        } catch {
            note(error)
            stop.raise()
            throw error
        }
    }
}

/// How many rounds to run before somebody looks: about 20 ms of them, whatever a round takes.
package struct Stretch {
    private var rounds = 1

    /// Begins with one round.
    package init() {}

    /// Times a stretch, and makes the next one longer or shorter.
    package mutating func time<Result>(atMost limit: Int, _ run: (_ rounds: Int) throws -> Result) rethrows -> Result {
        let stopwatch = Stopwatch()
        rounds = min(rounds, limit)
        let result = try run(rounds)
        switch stopwatch.elapsed {
        case ..<(.milliseconds(10)): rounds *= 2
        case (.milliseconds(40))...: rounds = max(rounds / 2, 1)
        default: break
        }
        return result
    }
}
