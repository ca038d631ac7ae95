internal import Checkpoints
internal import CommandBasics
internal import Foundation
internal import MasterNode
package import RunOptions
package import ScenarioCatalogue
internal import TabularLearning
package import TurnOrders

/// In which order the cohorts of a run take their turns, and what is kept of it.
package struct TurnChoice: Sendable {
    /// The rule.
    package var order = TurnOrder.strict
    /// The turns that are taken once more.
    package var script: TurnLog?
    /// The file that gets the turns.
    package var record: String?

    /// The order as the run's description has it; `nil` where the bits are those of the serial reference.
    var describedOrder: String? { order.isStrict ? nil : order.argument }

    /// What tells the turns that are taken once more from all others; `nil` where the rule says them.
    var describedTurns: String? { order.isStrict ? nil : script?.digest }
}

extension TrainingRun {
    /// Takes up what the user wants of the order of turns.
    ///
    /// - Parameters:
    ///   - order: The rule; `nil` for that of the run.
    ///   - files: The logs that are read or written.
    ///   - configuration: The scenario as it is written down.
    ///   - former: What a run that is gone on with says of itself; `nil` for a new one.
    ///   - usesShards: Whether there are messages.
    /// - Throws: `CommandFailure` when they do not go together, `FileFailure` when a file cannot be read.
    package mutating func choose(
        _ order: TurnOrder?,
        _ files: TurnFileOptions,
        of configuration: ScenarioConfiguration,
        former: PolicyDescription? = nil,
        usesShards: Bool
    ) throws {
        let given = [
            order.map { _ in "--order" }, files.record.map { _ in "--record-turns" },
            files.replay.map { _ in "--replay-turns" },
        ]
        if !usesShards, let option = given.compactMap(\.self).first {
            throw CommandFailure(
                .usage,
                "\(option) is about answers that come at different times, and --broker none has no messages: leave it out"
            )
        }
        if actors > 0, let option = given.compactMap(\.self).first, order.map({ !$0.isStrict }) ?? true {
            throw CommandFailure(
                .usage,
                "\(option) with --actors \(actors): actor processes take their turns in the strict order, and the master sees none "
                    + "of them: leave out one of the two"
            )
        }
        if let order { turns.order = order }
        if let file = files.replay { try take(turnsOf: file, configuration, order, former) }
        try checkOrder(former, usesShards: usesShards)
        guard let file = files.record else { return }
        guard mostTurns <= TurnLog.limit else {
            throw CommandFailure(
                .usage,
                "--record-turns \(file): \(mostTurns) turns are more than the \(TurnLog.limit) that a log takes: use more "
                    + "--lanes or fewer --steps"
            )
        }
        try TurnFile(file).check()
        turns.record = file
    }

    /// The turns of the run, and a few more.
    private var mostTurns: UInt64 {
        let rounds = steps / UInt64(lanes * cohorts) + UInt64(LearningParameters.Staleness.limits.upperBound) + 2
        return rounds.multipliedReportingOverflow(by: UInt64(cohorts)).overflow ? .max : rounds * UInt64(cohorts)
    }

    private mutating func take(
        turnsOf file: String,
        _ configuration: ScenarioConfiguration,
        _ order: TurnOrder?,
        _ former: PolicyDescription?
    ) throws {
        guard order == nil else {
            throw CommandFailure(.usage, "--replay-turns \(file) says the order of turns: leave --order out")
        }
        let record = try TurnFile(file).read()
        if former == nil { turns.order = record.order }
        let identity = description(configuration, steps: steps).identity.description
        guard record.runIdentity == identity, record.order == turns.order, record.log.cohortCount == cohorts else {
            throw CommandFailure(
                .usage,
                "--replay-turns \(file) is the log of another run: give the scenario, seed and settings that it was made with"
            )
        }
        guard record.isComplete else {
            throw CommandFailure(
                .usage,
                "--replay-turns \(file) is the log of a run that was interrupted: finish that run with --resume and "
                    + "--record-turns first"
            )
        }
        turns.script = record.log
    }

    private func checkOrder(_ former: PolicyDescription?, usesShards: Bool) throws {
        if let former, former.turns != turns.describedTurns {
            throw CommandFailure(
                .usage,
                former.turns == nil
                    ? "--replay-turns takes the turns of a run from its beginning: it does not go on with one that was begun "
                        + "without it"
                    : "this run takes the turns of a log once more: --resume goes on with it with the same --replay-turns"
            )
        }
        guard !turns.order.isStrict else { return }
        let name = "--order \(turns.order.argument)"
        guard usesShards else {
            throw CommandFailure(
                .usage,
                "the run was begun with \(name), which is about answers that come at different times, and --broker none has no "
                    + "messages: use --broker memory"
            )
        }
        guard cohorts > 1 else {
            throw CommandFailure(
                .usage,
                "\(name) with one cohort, whose turns have one order: leave it out, or use more --cohorts"
            )
        }
    }

    /// Checks that a log of turns has a cut wherever the table is to be evaluated.
    ///
    /// - Throws: `CommandFailure` that names the first round without one.
    func checkEvaluations() throws {
        guard let script = turns.script, let marks = evaluationRounds else { return }
        var next = marks.first
        var missing: UInt64?
        script.forEachLevel { round in
            guard round >= next else { return true }
            if round > next { missing = next }
            next = round + marks.rounds(after: round)
            return missing == nil
        }
        guard let missing else { return }
        throw CommandFailure(
            .usage,
            "--evaluate-every: the log of turns has no place at which all cohorts have taken \(missing) turns: use the "
                + "distance that the log was recorded with, or none"
        )
    }
}

/// A file with the turns of a run.
package struct TurnFile {
    private let path: String

    /// Names a file.
    package init(_ path: String) { self.path = path }

    private var url: URL { URL(fileURLWithPath: path) }

    /// Reads it.
    ///
    /// - Throws: `FileFailure` when it cannot be read, `CommandFailure` when it holds no log of turns.
    package func read() throws -> TurnRecord {
        let data = try AtomicFile.read(url)
        do {
            return try TurnRecord(data)
        } catch {
            throw CommandFailure(.badInput, "\(path): \(error)")
        }
    }

    /// Writes it as a whole.
    ///
    /// - Throws: `FileFailure` when it cannot be written.
    package func write(_ record: TurnRecord) throws { try AtomicFile.write(record.data, to: url) }

    /// Finds out before the work whether its log can be kept, and that nothing else is written over.
    package func check() throws {
        if FileManager.default.fileExists(atPath: path) {
            let handle = try? FileHandle(forReadingFrom: url)
            let beginning = try? handle?.read(upToCount: TurnRecord.magic.count)
            guard beginning == TurnRecord.magic else {
                throw CommandFailure(.usage, "--record-turns \(path) exists and is no log of turns: name another file")
            }
        }
        try ResultOptions.checkOutput(url.deletingLastPathComponent().path)
    }
}

extension TurnRecord {
    /// The turns of a run that has ended; `nil` where nobody wanted them.
    package init?(_ outcome: TrainingOutcome, of run: TrainingRun, _ configuration: ScenarioConfiguration) {
        guard let log = outcome.turns?.log else { return nil }
        self.init(
            log,
            order: run.turns.order,
            runIdentity: run.description(configuration, steps: run.steps).identity.description,
            isComplete: !outcome.wasInterrupted(of: run)
        )
    }
}
