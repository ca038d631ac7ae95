internal import ArgumentParser
internal import CommandBasics
internal import Evaluation
internal import Foundation
internal import MasterNode
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

extension TableCommand {
    /// Finds the step from which something was true of a table.
    struct Bisect: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find the step from which a condition holds for good; exit code 3 if it does not at the end.",
            discussion: """
                The run is done once more from its beginning, and the condition looked at whenever its state's row has changed: \
                action(STATE) = ACTION, value(STATE, ACTION) > NUMBER, value(STATE) > NUMBER, visits(STATE) >= NUMBER. \
                A condition of evaluate --fail-unless is looked for by halves, each table made once more and evaluated.

                Examples:
                  shardq table bisect runs/one --until "action(17) = right"
                  shardq table bisect runs/grid --until "delay(learned) <= delay(fixed)"
                """
        )

        @Argument(help: "The run's folder.", completion: .directory) var folder: String

        @Option(help: ArgumentHelp("What came true.", valueName: "condition")) var until: String

        @Option(
            help: ArgumentHelp(
                "With a condition of evaluate: lane-steps below which no half is looked for (default: a hundredth of the run).",
                valueName: "n"
            )
        )
        var within: UInt64?

        @OptionGroup var programs: NamedPrograms

        @Flag(help: "Print one JSON object, described in docs/cli.md.") var json = false

        @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

        func validate() throws {
            if let within, within == 0 { throw ValidationError("--within 0: at least 1 lane-step") }
            if let within, TableCondition.isMeant(by: until) {
                throw ValidationError(
                    "--within \(within) is for conditions of evaluate: one on a state is found to the step"
                )
            }
        }

        func run() async throws {
            let past = try PastRun(folder, programs)
            guard TableCondition.isMeant(by: until) else { return try await runByHalves(past) }
            let condition = try condition(of: past)
            var replay = try past.beginning(watching: .one(condition.state))
            var history = ConditionHistory()
            let parameters = past.run.parameters
            let rule = parameters.update
            history.note(condition.holds(in: replay.table, by: rule), at: .init(round: 0, laneSteps: 0))
            var (row, cause) = (replay.table.row(of: condition.state), AppliedUpdate?.none)
            let end = past.endRound
            var pace = ReplayPace(past.until(end), isQuiet: quiet)
            while replay.round < end, !replay.isFinished {
                try replay.runRound()
                pace.show(replay.learners)
                guard !replay.applied.isEmpty else { continue }
                // Within a round it may come and go; what counts is how the round leaves it.
                for update in replay.applied {
                    let held = condition.holds(row: row, of: replay.table, by: rule)
                    let actionCount = replay.table.actionCount
                    let column = update.plane * actionCount + update.action
                    parameters.move(&row, column, toward: update.target, actionCount: actionCount)
                    if !held, condition.holds(row: row, of: replay.table, by: rule) { cause = update }
                }
                let round = replay.round
                history.note(
                    condition.holds(in: replay.table, by: rule),
                    at: .init(round: round, laneSteps: past.clock.laneSteps(appliedAfter: round))
                )
            }
            pace.finish()
            let answer = Answer(
                condition,
                history,
                cause: history.since?.round == 0 ? nil : cause,
                found: condition.found(in: replay.table, by: rule),
                past,
                seconds: pace.elapsed.seconds
            )
            try Console.result(json ? encodeJSON(answer) : answer.text(past.space))
            if !answer.holds { throw ExitCode(EvaluationJob.conditionFailed) }
        }

        private func runByHalves(_ past: PastRun) async throws {
            let requirement: Requirement
            do throws(RequirementError) {
                requirement = try Requirement(parsing: until)
            } catch {
                throw CommandFailure(
                    .usage,
                    "--until \(error); on a state write action(STATE) = ACTION, value(STATE) > NUMBER or visits(STATE) >= NUMBER"
                )
            }
            let resolution = within ?? past.description.plannedSteps / 100
            let answer = try await PolicyBisection(past, requirement, resolution: resolution, isQuiet: quiet).run()
            try Console.result(json ? encodeJSON(answer) : answer.text)
            if !answer.holds { throw ExitCode(EvaluationJob.conditionFailed) }
        }

        private func condition(of past: PastRun) throws -> TableCondition {
            do {
                return try TableCondition(parsing: until, space: past.space)
            } catch {
                throw CommandFailure(.usage, "--until \(error)")
            }
        }
    }
}

extension TableCommand.Bisect {
    /// When it came true.
    struct Answer: Encodable {
        struct Moment: Encodable {
            var step: UInt64
            var round: UInt64
        }

        var folder: String
        var condition: String
        /// Whether it holds at the end.
        var holds: Bool
        /// From when it holds for good.
        var since: Moment?
        /// When it held for the first time.
        var first: Moment?
        /// When it ceased to hold for the last time.
        var lastEnd: Moment?
        /// How often it came true.
        var beginnings: Int
        /// What is looked at, at the end.
        var found: Double?
        /// The update with which it came true last.
        var update: BlameReport.Object.Update?
        var steps: UInt64
        var wallSeconds: Double

        init(
            _ condition: TableCondition,
            _ history: ConditionHistory,
            cause: AppliedUpdate?,
            found: Double?,
            _ past: PastRun,
            seconds: Double
        ) {
            func moment(_ moment: ConditionHistory.Moment?) -> Moment? {
                moment.map { Moment(step: $0.laneSteps, round: $0.round) }
            }
            folder = past.folder
            self.condition = condition.description
            holds = history.since != nil
            (since, first, lastEnd) = (moment(history.since), moment(history.first), moment(history.lastEnd))
            beginnings = history.beginnings
            self.found = found
            let hasPlanes = past.run.parameters.update.planeCount > 1
            update = cause.map {
                BlameReport.object(of: $0, stepsAtOnce: past.clock.stepsAtOnce, hasPlanes: hasPlanes)
            }
            steps = past.clock.laneSteps(appliedAfter: past.endRound)
            wallSeconds = seconds
        }

        func text(_ space: StateSpace) -> String {
            func words(_ moment: Moment) -> String {
                moment.round == 0 ? "the beginning" : "step \(moment.step) (round \(moment.round))"
            }
            guard let first else { return "\(condition) has never held, to the end at step \(steps)" }
            guard let since else {
                let end = lastEnd.map { ", and for the last time until \(words($0))" } ?? ""
                return "\(condition) does not hold at the end, step \(steps)\n"
                    + "it held for the first time from \(words(first))\(end)"
            }
            var lines = ["\(condition) holds for good from \(words(since))"]
            lines.append(
                beginnings == 1
                    ? "it came true this once" : "it came true \(beginnings) times, first at \(words(first))"
            )
            if let update {
                let change = String(format: "%.6g → %.6g", Double(update.before), Double(update.after))
                lines.append(
                    "with an update of action \(update.action) (\(space.actions[update.action])): \(change)"
                )
            }
            return lines.joined(separator: "\n")
        }
    }
}
