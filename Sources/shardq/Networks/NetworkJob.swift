internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Logging
internal import Messaging
internal import NeuralLearning
internal import NeuralNodes
internal import NeuralRuns
internal import NodeLaunching
internal import RunOptions
internal import ScenarioCatalogue
internal import TabularLearning
internal import TerminalText

/// A run of a network from where it stands to its result.
struct NetworkJob<Entry: ControlEntry, Way: LearnerWay>: Sendable {
    typealias Learner = Way.Learner

    let output: String?
    let options: NetworkResultOptions
    let layout: NetworkLayout
    let signals: SignalWatch

    /// Episodes of the last figure.
    private static var figureEpisodes: Int { 100 }

    /// The object that `--json` prints; documented in `docs/cli.md`.
    private struct Result: Encodable {
        var scenario: String
        var learner: String
        var seed: UInt64
        var steps: UInt64
        var updates: UInt64
        var episodes: UInt64
        var meanReturn: Double
        var bestReturn: Double?
        var weightsDigest: String
        var policyDigest: String
        var wallSeconds: Double
        var broker: String
        var workers: Int?
        var slicesOfWorkers: UInt64?
        var slicesHere: UInt64?
        var output: String?
    }

    /// Where a run ended, and how long that took.
    private struct Ended: Sendable {
        /// `nil` where it was asked to stop.
        var learner: Learner?
        var seconds: Double
    }

    /// Trains, writes the folder, and prints what came of it.
    ///
    /// - Parameters:
    ///   - learner: At the beginning, or where a checkpoint left it.
    ///   - note: Hears of the end.
    /// - Throws: `CommandFailure` where a signal ended it.
    func perform(_ learner: Learner, note: @escaping @Sendable (NetworkJournal.Ending) -> Void) async throws {
        let runner = NetworkRunner(
            computer: learner.computer,
            rowsOfSlice: learner.settings.rowsOfSlice,
            layout: layout,
            stop: signals.stop,
            logger: .console(verbose: false)
        )
        let result: NetworkRunner<Learner.Computer>.Result<Ended>
        do {
            result = try await runner.run { computing in try train(learner, by: &computing) }
        } catch  where signals.hasReceived {
            throw CommandFailure(signals.exitCode, "\(error)")
        }
        let seconds = result.outcome.seconds
        guard let finished = result.outcome.learner else {
            note(.interrupted)
            let goesOn = output.map { "; shardq train --resume \($0) goes on" } ?? ""
            if let cause = result.cause { throw CommandFailure(.unavailable, cause + goesOn) }
            throw CommandFailure(signals.exitCode, "ended early by a signal" + goesOn)
        }
        if let output {
            try NetworkFolder.write(
                finished,
                scenario: Entry.name,
                actions: Way.actions,
                forces: Way.forces,
                version: ProgramVersion.current,
                to: output
            )
        }
        let digest = NetworkDigest(finished.learning).description
        note(.complete(steps: finished.stepsTaken, digest: digest, wallSeconds: seconds))
        try report(finished, seconds, result.statistics)
    }

    /// Runs to the end, or to where it is asked to stop.
    private func train(
        _ learner: Learner,
        by computing: inout any SliceComputing<Learner.Computer>
    ) throws -> Ended {
        let begun = ContinuousClock.now
        let display = NetworkProgress(isQuiet: options.quiet, begun: begun, from: learner.stepsTaken)
        var run = NetworkRun(learner, checkpointEvery: output == nil ? 0 : options.checkpointEvery ?? 10_000)
        let isComplete = try run.run(
            &computing,
            shouldStop: { signals.stop.isRaised },
            observe: { display.show($0) },
            checkpoint: { if let output { try NetworkCheckpoint.write($0, scenario: Entry.name, to: output) } }
        )
        display.finish()
        return Ended(
            learner: isComplete ? run.learner : nil,
            seconds: (ContinuousClock.now - begun).seconds
        )
    }

    private func report(
        _ learner: Learner,
        _ seconds: Double,
        _ counts: NetworkRunner<Learner.Computer>.Statistics?
    ) throws {
        let description = NetworkDescription(
            learner,
            scenario: Entry.name,
            actions: Way.actions,
            forces: Way.forces
        )
        let meanReturn = learner.meanReturn(episodes: Self.figureEpisodes, stream: .controller)
        if options.json {
            return try Console.result(
                encodeJSON(
                    Result(
                        scenario: Entry.name,
                        learner: Way.name,
                        seed: learner.settings.seed,
                        steps: learner.stepsTaken,
                        updates: learner.updateCount,
                        episodes: learner.episodeCount,
                        meanReturn: meanReturn,
                        bestReturn: learner.bestReturn,
                        weightsDigest: description.weightsDigest,
                        policyDigest: description.policyDigest,
                        wallSeconds: seconds,
                        broker: layout.brokerArgument.kind,
                        workers: counts.map { _ in layout.workers },
                        slicesOfWorkers: counts?.slicesOfWorkers,
                        slicesHere: counts?.slicesHere,
                        output: output
                    )
                )
            )
        }
        let best = learner.bestReturn.map { ", the best of \(learner.curve.count) evaluations (\(decimal($0)))" } ?? ""
        try Console.result(
            """
            \(Entry.name): \(learner.stepsTaken) steps, \(learner.updateCount) updates, \(learner.episodeCount) episodes in \
            \(timeText(seconds))
            policy\(best): mean return \(decimal(meanReturn)) of \(Self.figureEpisodes) new episodes
            weights digest \(description.weightsDigest)
            policy digest  \(description.policyDigest)
            """
                + (counts.map {
                    "\n\(layout.workers) workers computed \($0.slicesOfWorkers) slices of minibatches, this process \($0.slicesHere)"
                } ?? "")
        )
    }
}
