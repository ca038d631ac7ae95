internal import Messaging
internal import ScenarioCatalogue
internal import TabularLearning
internal import TimeTravel
internal import TrainingRuns

/// Where a run first comes up to a goal.
///
/// Every layout makes the same table after the same steps, so the serial reference finds out for all of them.
struct GoalSearch: Sendable {
    /// The lane-steps of a run that ends where the goal was first seen reached.
    let steps: UInt64
    /// The share of the optimum then.
    let share: Double
    /// The table then.
    let table: ActionValueTable

    /// Looks at the table after each of the first 100 rounds, from then on whenever 1% has been added.
    private static let growth: UInt64 = 100

    /// Follows the reference until the goal is reached; `nil` when that does not happen within the run.
    init?(_ run: TrainingRun, goal: any LearningGoal) throws {
        var reference = SerialReference(learners: try run.makeLearners(), parameters: run.parameters)
        let lanesPerStep = UInt64(run.lanes * run.cohorts)
        let clock = RoundClock(
            staleness: run.parameters.staleness,
            laneCount: run.lanes * run.cohorts,
            laneSteps: run.steps
        )
        var nextStep: UInt64 = 1
        var isRunning = true
        while isRunning, !run.stop.isRaised {
            isRunning = try reference.runRound()
            // What a run holds that ends here: the updates of all its transitions have been applied.
            let step = clock.laneSteps(appliedAfter: reference.round) / lanesPerStep
            guard step >= nextStep else { continue }
            nextStep = step + 1 + step / Self.growth
            let share = goal.share(of: reference.table.acting(by: run.parameters.update))
            guard share >= goal.share else { continue }
            self.share = share
            steps = step * lanesPerStep
            table = reference.table
            return
        }
        return nil
    }
}
