/// The same rounds on one table in one thread, without messages: what every layout must equal bit for bit.
public struct SerialReference: Sendable {
    /// The whole table, one row per state.
    public private(set) var table: ActionValueTable

    /// The cohorts, in the order of their rounds.
    public private(set) var learners: [CohortLearner]

    /// The rounds that every cohort has behind it.
    public private(set) var round: UInt64

    private let stepSize: StepSize
    private let update: UpdateRule
    private var rows: [Float] = []

    /// Creates a run, or takes one up where it was left.
    ///
    /// - Parameters:
    ///   - state: The cohorts and the table.
    ///   - parameters: The numbers the learners were made with.
    public init(_ state: consuming RunState, parameters: LearningParameters) {
        round = state.round
        stepSize = parameters.stepSize
        update = parameters.update
        (learners, table) = state.begun(with: parameters)
    }

    /// Creates a run from its beginning.
    ///
    /// - Parameters:
    ///   - learners: One per cohort, fresh, of one space.
    ///   - parameters: The numbers the learners were made with.
    ///   - table: Where to begin; a table of initial values unless told otherwise.
    public init(learners: [CohortLearner], parameters: LearningParameters, table: ActionValueTable? = nil) {
        self.init(RunState(beginning: learners, table: table), parameters: parameters)
    }

    /// Runs every cohort's next round, in order.
    ///
    /// - Returns: Whether a further round is needed.
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    public mutating func runRound() throws(EnvironmentFailure) -> Bool {
        var unfinished = false
        for index in learners.indices {
            try runTurn(of: index)
            unfinished = unfinished || !learners[index].isFinished
        }
        round += 1
        return unfinished
    }

    /// Runs one cohort's next turn, for whoever takes turns in another order; rounds are not counted then.
    ///
    /// - Parameter cohort: Which cohort's.
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    public mutating func runTurn(of cohort: Int) throws(EnvironmentFailure) {
        try learners[cohort].advance()
        table.take(learners[cohort], by: update, stepSize: stepSize)
        learners[cohort].answer(from: table, through: &rows)
    }

    /// Runs to the end.
    ///
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    public mutating func run() throws(EnvironmentFailure) {
        while try runRound() {}
    }

    /// Ends the run after the transitions that have been issued; `run()` then finishes them.
    public mutating func stopEarly() {
        for index in learners.indices { learners[index].stopEarly() }
    }

    /// The counts of all cohorts.
    public var statistics: LearnerStatistics { learners.statistics }
}
