internal import Checkpoints
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// Finds the step from which a condition of `evaluate` holds: by halves, each table made once more and evaluated.
///
/// Every look costs an evaluation, so that not every table is looked at: that the condition stays true once it is, is taken for granted.
struct PolicyBisection {
    private let past: PastRun
    private let requirement: Requirement
    private let resolution: UInt64
    private let isQuiet: Bool

    /// A look at a table.
    struct Look: Encodable {
        var step: UInt64
        var holds: Bool
        var metric: String
        var left: Double
        var right: Double
    }

    /// What was found.
    struct Answer: Encodable {
        var folder: String
        var condition: String
        /// Whether it holds at the end.
        var holds: Bool
        /// The earliest step at which it was seen to hold, as far as the steps between were looked at.
        var since: UInt64?
        /// The last step before at which it was seen not to.
        var notYet: UInt64?
        /// In the order of the steps.
        var looks: [Look]
        var steps: UInt64
        var wallSeconds: Double

        /// The answer for people.
        var text: String {
            let rows = looks.map {
                [String($0.step), decimal($0.left), decimal($0.right), $0.holds ? "holds" : "does not"]
            }
            let table = TextTable(header: ["step", looks.first?.metric ?? "", "against", condition], rows: rows)
            let found =
                switch (since, notYet) {
                case (nil, _): "\(condition) does not hold at the end, step \(steps)"
                case (0?, _): "\(condition) holds from the beginning"
                case (let since?, let before?): "\(condition) holds at step \(since), and not yet at step \(before)"
                case (let since?, nil): "\(condition) holds at step \(since)"
                }
            guard holds else { return found + "\n\n" + table.plainText(width: Console.resultColumns).dropLast() }
            return found
                + "\nlooked at \(looks.count) tables by halves: that it stays true once it is, is taken for granted\n\n"
                + table.plainText(width: Console.resultColumns).dropLast()
        }
    }

    /// Prepares a search.
    ///
    /// - Parameters:
    ///   - past: The run.
    ///   - requirement: What is to hold.
    ///   - resolution: The lane-steps below which no half is looked for.
    ///   - isQuiet: Whether to show no progress.
    init(_ past: PastRun, _ requirement: Requirement, resolution: UInt64, isQuiet: Bool) {
        self.past = past
        self.requirement = requirement
        self.resolution = max(resolution, past.clock.stepsAtOnce)
        self.isQuiet = isQuiet
    }

    /// Searches.
    ///
    /// - Throws: `CommandFailure` for a condition about something that is not measured, and what keeps the run from being done once more.
    func run() async throws -> Answer {
        let stopwatch = Stopwatch()
        let end = past.clock.laneSteps(appliedAfter: past.endRound)
        var answer = Answer(
            folder: past.folder,
            condition: requirement.text,
            holds: false,
            looks: [],
            steps: end,
            wallSeconds: 0
        )
        // The end says most, and needs no run where the folder has its table.
        var late = end
        answer.looks.append(try await look(at: end, try past.ownTable() ?? replay(to: end, from: nil).table))
        answer.holds = answer.looks[0].holds
        if answer.holds {
            var early: (step: UInt64, replay: RunReplay?) = (0, try replay(to: 0, from: nil))
            answer.looks.append(try await look(at: 0, early.replay?.table))
            if answer.looks[1].holds { late = 0 }
            while late > early.step, late - early.step > resolution {
                let atOnce = past.clock.stepsAtOnce
                let middle = (early.step / atOnce + late / atOnce) / 2 * atOnce
                let replay = try replay(to: middle, from: early.replay)
                let look = try await look(at: middle, replay.table)
                answer.looks.append(look)
                if look.holds { late = middle } else { early = (middle, keeps ? replay : nil) }
            }
            answer.since = late
            answer.notYet = late == 0 ? nil : early.step
        }
        answer.looks.sort { $0.step < $1.step }
        answer.wallSeconds = stopwatch.elapsed.seconds
        return answer
    }

    /// Whether a run that stands somewhere can be gone on with twice: not where its worlds are processes of others.
    private var keeps: Bool {
        let scenario = past.scenario
        return scenario.startedCommand == nil && scenario.simulatorVersion == nil
    }

    /// The run at a step, from where it is already, or from the nearest checkpoint.
    private func replay(to step: UInt64, from earlier: RunReplay?) throws -> RunReplay {
        let round = past.clock.round(applying: step)
        let kept = try past.checkpoints.rounds.last { $0 <= round } ?? 0
        var replay: RunReplay
        if keeps, let earlier, earlier.round >= kept {
            replay = earlier
        } else {
            replay = try past.start(notAfter: round)
        }
        try past.run(&replay, to: round, isQuiet: isQuiet)
        return replay
    }

    private func look(at step: UInt64, _ table: ActionValueTable?) async throws -> Look {
        guard let table else { throw CommandFailure(.internalError, "there is no table of step \(step)") }
        let parameters = past.run.parameters
        let facts = EvaluationOutcome.PolicyFacts(
            folder: past.folder,
            tableDigest: TableDigest(of: table).description,
            trainingSeed: past.description.seed,
            trainingSteps: step
        )
        let policy = EvaluatedPolicy(
            table.acting(by: parameters.update),
            parameters: parameters,
            learning: LearningHistory([]),
            facts: facts
        )
        let scenario = past.scenario
        guard let outcome = try await scenario.evaluate(policy, isQuiet: true, withCharts: false) else {
            throw CommandFailure(
                .usage,
                "--until \(requirement.text): \(past.description.scenario.name) has no evaluation"
            )
        }
        do throws(RequirementError) {
            let finding = try requirement.check(outcome.comparison)
            return Look(
                step: step,
                holds: finding.holds,
                metric: finding.metric,
                left: finding.left,
                right: finding.right
            )
        } catch {
            throw CommandFailure(.usage, "--until \(error)")
        }
    }
}
