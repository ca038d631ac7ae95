/// A run between two rounds: what a checkpoint holds and every layout can go on from.
///
/// The cut lies where every cohort has sent its round and has its answers, and none has used them: the table has taken
/// all updates that were issued.
public struct RunState: Sendable {
    /// The rounds that every cohort has behind it.
    public var round: UInt64

    /// The cohorts, in order.
    public var learners: [CohortLearner]

    /// The whole table, one row per state; `nil` when every action still has its initial value.
    public var table: ActionValueTable?

    /// Whether the learners' queries have their answers; only a run that has not begun lacks them.
    public let isAnswered: Bool

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - learners: One per cohort, fresh.
    ///   - table: Where to begin; `nil` for initial values.
    public init(beginning learners: [CohortLearner], table: ActionValueTable? = nil) {
        round = 0
        self.learners = learners
        self.table = table
        isAnswered = false
    }

    /// A run under way.
    ///
    /// - Parameters:
    ///   - round: The rounds behind it.
    ///   - learners: One per cohort, their queries answered.
    ///   - table: The whole table.
    public init(round: UInt64, answered learners: [CohortLearner], table: ActionValueTable) {
        self.round = round
        self.learners = learners
        self.table = table
        isAnswered = true
    }

    /// Puts a run back.
    ///
    /// - Parameters:
    ///   - round: The rounds behind it.
    ///   - learners: Fresh, one per cohort, constructed as those that were saved.
    ///   - sections: What `saved` was then, or a run's checkpoint holds.
    ///   - table: The whole table.
    /// - Throws: `WordReader.Failure` when the words do not fit the learners.
    public init(
        round: UInt64,
        restoring learners: [CohortLearner],
        from sections: SavedSections,
        table: ActionValueTable
    ) throws(WordReader.Failure) {
        var sections = sections
        let saved = try sections.takeCohorts(learners.count)
        try sections.finish()
        self.round = round
        self.learners = learners
        self.table = table
        isAnswered = true
        for index in learners.indices {
            do throws(WordReader.Failure) {
                try self.learners[index].restore(saved[index])
            } catch {
                throw WordReader.Failure("cohort \(index): \(error)")
            }
        }
        try check()
    }

    /// Checks that round, cohorts and table are of one moment.
    private func check() throws(WordReader.Failure) {
        let steps = learners.map(\.stepsTaken)
        guard let least = steps.min(), let most = steps.max(), most - least <= 1 else {
            throw WordReader.Failure("the cohorts have taken unequal numbers of steps: \(steps)")
        }
        // A step takes a round or two, and after the last one held updates come out, one round after another.
        guard round >= most, round <= 2 * most + UInt64(LearningParameters.Staleness.limits.upperBound) + 2 else {
            throw WordReader.Failure("\(most) steps do not take \(round) rounds")
        }
        guard let applied = table?.updateCount, statistics.transitions == applied else {
            throw WordReader.Failure("\(statistics.transitions) transitions were learned, the table has other counts")
        }
    }
}

extension RunState {
    /// The counts of all cohorts.
    public var statistics: LearnerStatistics { learners.statistics }

    /// Where the run stands.
    ///
    /// - Parameter epoch: The epoch in which it came there.
    /// - Returns: The numbers.
    public func point(epoch: UInt32) -> RunPoint {
        RunPoint(epoch: epoch, round: round, laneSteps: learners.laneSteps, transitions: statistics.transitions)
    }

    /// What the run saves of itself besides the table; its learners must be restorable.
    public var saved: SavedSections { SavedSections(of: learners.map(\.saved)) }

    /// What the first round begins with: the whole table, and cohorts whose queries have their answers.
    ///
    /// - Parameter parameters: The numbers the learners were made with.
    /// - Returns: The cohorts and the table.
    public consuming func begun(
        with parameters: LearningParameters
    ) -> (learners: [CohortLearner], table: ActionValueTable) {
        precondition(!learners.isEmpty, "a run has at least one cohort")
        let space = learners[0].space
        let table =
            table
            ?? ActionValueTable(
                rowCount: Int(space.stateCount),
                actionCount: space.actionCount,
                planeCount: parameters.update.planeCount,
                initialValue: parameters.initialValue
            )
        var rows: [Float] = []
        if !isAnswered {
            for index in learners.indices { learners[index].answer(from: table, through: &rows) }
        }
        return (learners, table)
    }
}

extension [CohortLearner] {
    /// The counts of all of them, added in their order.
    public var statistics: LearnerStatistics { reduce(into: LearnerStatistics()) { $0 += $1.statistics } }

    /// The steps that their lanes took together.
    public var laneSteps: UInt64 { reduce(0) { $0 + $1.stepsTaken * UInt64($1.laneCount) } }
}
