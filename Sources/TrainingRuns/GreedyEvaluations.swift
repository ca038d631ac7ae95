internal import Checkpoints
internal import CommandBasics
internal import Dispatch
package import Evaluation
internal import Foundation
internal import Logging
internal import MasterNode
internal import Messaging
internal import ScenarioCatalogue
internal import Synchronization
internal import TabularLearning
internal import TimeTravel

/// Finds out what the greedy policy is worth while a run goes on, at fixed steps of the run, and keeps `evaluations.csv`.
///
/// The rounds pay for a copy of the table. What it is worth is found out beside them, one table after another; the rounds wait
/// only where one table waits already. A checkpoint is written behind the evaluations that come before it, so that whoever goes
/// on from it misses none.
package final class GreedyEvaluations: Sendable {
    /// After which rounds the table is taken.
    let marks: RoundMarks

    private let folder: String
    private let scenario: any CataloguedScenario
    private let run: TrainingRun
    private let clock: RoundClock
    private let logger: Logger
    private let course: Mutex<GreedyCourse>
    private let failures = Mutex<[String]>([])
    /// Room for tables: one that is looked at, and one that waits.
    private let room = DispatchSemaphore(value: 2)
    private let queue = DispatchQueue(label: "evaluations")

    /// Takes up the curve of a run.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - every: Lane-steps from one point to the next, rounded up to whole steps of all lanes; `nil` for those of the curve
    ///     that is gone on with.
    ///   - setup: What is trained.
    ///   - resumes: Whether the run goes on, and its curve with it.
    ///   - logger: Hears what could not be found out.
    /// - Returns: `nil` where nobody asks for a curve.
    /// - Throws: `CommandFailure` for a distance that is not the curve's, or a scenario without a figure.
    static func take(
        up folder: String?,
        every: UInt64?,
        _ setup: (run: TrainingRun, configuration: ScenarioConfiguration),
        resumes: Bool,
        logger: Logger
    ) throws -> GreedyEvaluations? {
        let run = setup.run
        let identity = run.description(setup.configuration, steps: run.steps).identity.description
        let earlier = resumes ? folder.flatMap(CourseFiles.read).flatMap { $0.runIdentity == identity ? $0 : nil } : nil
        guard let wanted = every ?? earlier?.every else { return nil }
        guard let folder else {
            throw CommandFailure(.usage, "--evaluate-every needs --output, the folder for \(CourseFiles.tableName)")
        }
        guard setup.configuration.scenario.hasFigure else {
            throw CommandFailure(
                .usage,
                "--evaluate-every \(wanted): \(setup.configuration.name) has nothing to evaluate; leave it out"
            )
        }
        let lanes = UInt64(run.lanes * run.cohorts)
        guard wanted <= run.steps else {
            throw CommandFailure(
                .usage,
                "--evaluate-every \(wanted): the run has \(run.steps) lane-steps; use at most as many"
            )
        }
        // Not beyond the run, whose steps are whole steps of all lanes.
        let rounded = (wanted + lanes - 1) / lanes * lanes
        if let earlier, earlier.every != rounded {
            throw CommandFailure(
                .usage,
                "--evaluate-every \(wanted): the curve in \(folder) has a point every \(earlier.every) lane-steps, and goes on so; "
                    + "leave it out"
            )
        }
        let course = earlier ?? GreedyCourse(runIdentity: identity, every: rounded)
        return GreedyEvaluations(folder, setup.configuration.scenario, run, course, logger)
    }

    private init(
        _ folder: String,
        _ scenario: any CataloguedScenario,
        _ run: TrainingRun,
        _ course: GreedyCourse,
        _ logger: Logger
    ) {
        (self.folder, self.scenario, self.run, self.logger) = (folder, scenario, run, logger)
        clock = RoundClock(
            staleness: run.parameters.staleness,
            laneCount: run.lanes * run.cohorts,
            laneSteps: run.steps
        )
        marks = RoundMarks(
            first: clock.round(applying: course.every),
            distance: course.every / clock.stepsAtOnce * (run.parameters.staleness == .fresh ? 2 : 1)
        )
        self.course = Mutex(course)
    }

    /// Takes up the table after a round; waits while another one waits.
    ///
    /// - Parameters:
    ///   - round: The round.
    ///   - table: Makes the table, on another thread; `nil` where it cannot be trusted.
    func submit(round: UInt64, _ table: @escaping @Sendable () throws -> ActionValueTable) {
        submit(laneSteps: clock.laneSteps(appliedAfter: round), table)
    }

    /// Takes up what a master has gathered.
    func take(_ capture: RunCapture) {
        submit(round: capture.point.round) {
            try capture.ledger.check()
            return capture.assembleTable()
        }
    }

    private func submit(laneSteps: UInt64, _ table: @escaping @Sendable () throws -> ActionValueTable) {
        // A run that has returned to a checkpoint comes by once more, with the same table.
        guard !course.withLock({ $0.holds(laneSteps) }) else { return }
        room.wait()
        queue.async { [self] in
            let isDone = DispatchSemaphore(value: 0)
            Task.detached { [self] in
                await evaluate(table, laneSteps)
                isDone.signal()
            }
            isDone.wait()
            room.signal()
        }
    }

    private func evaluate(_ table: () throws -> ActionValueTable, _ laneSteps: UInt64) async {
        do {
            let table = try table()
            guard !course.withLock({ $0.holds(laneSteps) }) else { return }
            let digest = TableDigest(of: table).description
            let policy = EvaluatedPolicy(
                table.acting(by: run.parameters.update),
                parameters: run.parameters,
                learning: LearningHistory([]),
                facts: .init(folder: folder, tableDigest: digest, trainingSeed: run.seed, trainingSteps: laneSteps)
            )
            guard let figure = try await scenario.figure(of: policy, seedCount: GreedyCourse.seedCount) else { return }
            let written = course.withLock { course in
                course.note(figure, laneSteps: laneSteps, tableDigest: digest)
                return course
            }
            try CourseFiles.write(written, to: folder)
        } catch {
            failures.withLock { $0.append("\(laneSteps): \(error)") }
            logger.warning("the greedy policy at step \(laneSteps) could not be evaluated: \(error)")
        }
    }

    /// Waits for everything that was handed over; blocks its thread.
    ///
    /// Not for what is handed over meanwhile: there may always be some.
    func waitUntilWritten() { queue.sync {} }

    /// Adds the finished table of a run that is complete, and waits for all.
    ///
    /// - Parameter outcome: What the run has come to.
    /// - Returns: The whole curve.
    /// - Throws: When there is no thread to wait on.
    package func finish(_ outcome: TrainingOutcome) async throws -> GreedyCourse {
        let isComplete = !outcome.wasInterrupted(of: run)
        try await DedicatedThread.run(named: "evaluations") { [self] in
            if isComplete, let table = outcome.table { submit(laneSteps: run.steps) { table } }
            waitUntilWritten()
        }
        let whole = course.withLock { $0 }
        let missing = whole.missing(
            upTo: isComplete ? run.steps : outcome.stepsTaken - min(outcome.stepsTaken, whole.every)
        )
        if !missing.isEmpty {
            let steps = missing.prefix(5).map { "\($0)" }.joined(separator: ", ") + (missing.count > 5 ? ", …" : "")
            Console.note(
                "\(CourseFiles.tableName) has no point at \(missing.count) steps (\(steps)): the curve was asked for later, a table "
                    + "was lost with a worker, or an evaluation failed"
            )
        }
        return whole
    }
}
