internal import ArgumentParser
internal import Evaluation
internal import Messaging
internal import NeuralLearning
internal import NeuralRuns
internal import TabularLearning
internal import TerminalText

/// A run of a network from where it stands to its result.
struct NetworkJob<Entry: ControlEntry, Way: LearnerWay>: Sendable {
    typealias Learner = Way.Learner

    let output: String?
    let options: NetworkResultOptions
    let threads: Int
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
        var output: String?
    }

    /// Trains, writes the folder, and prints what came of it.
    ///
    /// - Parameters:
    ///   - learner: At the beginning, or where a checkpoint left it.
    ///   - note: Hears of the end.
    /// - Throws: `CommandFailure` where a signal ended it.
    func perform(_ learner: Learner, note: @escaping @Sendable (NetworkJournal.Ending) -> Void) async throws {
        let clock = ContinuousClock()
        let begun = clock.now
        let finished = try await DedicatedThread.run(named: "learner") { try train(learner, since: begun) }
        let seconds = (clock.now - begun).seconds
        guard let finished else {
            note(.interrupted)
            let goesOn = output.map { "; shardq train --resume \($0) goes on" } ?? ""
            throw CommandFailure(signals.exitCode, "ended early by a signal" + goesOn)
        }
        if let output {
            try NetworkFolder.write(
                finished,
                scenario: Entry.name,
                actions: Way.actions,
                forces: Way.forces,
                version: ShardQ.configuration.version,
                to: output
            )
        }
        let digest = NetworkDigest(finished.learning).description
        note(.complete(steps: finished.stepsTaken, digest: digest, wallSeconds: seconds))
        try report(finished, seconds)
    }

    /// Runs to the end; `nil` where it was asked to stop.
    private func train(_ learner: Learner, since begun: ContinuousClock.Instant) throws -> Learner? {
        var team = SliceTeam(threads: threads, learner.computer)
        let display = NetworkProgress(isQuiet: options.quiet, begun: begun, from: learner.stepsTaken)
        var run = NetworkRun(learner, checkpointEvery: output == nil ? 0 : options.checkpointEvery ?? 10_000)
        let isComplete = try run.run(
            &team,
            shouldStop: { signals.stop.isRaised },
            observe: { display.show($0) },
            checkpoint: { if let output { try NetworkCheckpoint.write($0, scenario: Entry.name, to: output) } }
        )
        display.finish()
        return isComplete ? run.learner : nil
    }

    private func report(_ learner: Learner, _ seconds: Double) throws {
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
        )
    }
}
