public import TabularLearning

/// A run done once more on one table in one thread, with an eye on what is applied to it.
///
/// It takes the steps of `SerialReference` with the same learners, so that it comes through the bits of every layout, whatever
/// was lost and made good in it.
public struct RunReplay: Sendable {
    /// The whole table, one row per state.
    public private(set) var table: ActionValueTable
    /// The cohorts, in the order of their rounds.
    public private(set) var learners: [CohortLearner]
    /// The rounds that every cohort has behind it.
    public private(set) var round: UInt64
    /// Whether no further round is needed.
    public private(set) var isFinished = false
    /// The updates of watched states that the last round applied, in their order.
    public private(set) var applied: [AppliedUpdate] = []

    private let watched: WatchedStates
    private let parameters: LearningParameters
    private var held: [HeldOrigins]
    private var rows: [Float] = []

    /// Takes a run up where it is.
    ///
    /// - Parameters:
    ///   - state: The cohorts and the table, from the beginning or from a checkpoint.
    ///   - parameters: The numbers the learners were made with.
    ///   - watched: The states whose updates are looked at.
    ///   - omissions: What nothing is learned from; of what a checkpoint holds back it is not known where it came from, and it
    ///     is learned.
    public init(
        _ state: consuming RunState,
        parameters: LearningParameters,
        watching watched: WatchedStates = .none,
        omitting omissions: [Omission] = []
    ) {
        self.watched = watched
        round = state.round
        self.parameters = parameters
        let isBeginning = !state.isAnswered
        (learners, table) = state.begun(with: parameters)
        let lag = max(0, parameters.staleness.rawValue - 1)
        held = learners.map { _ in HeldOrigins(roundCount: lag, isKnown: isBeginning) }
        guard watched != .none || !omissions.isEmpty else { return }
        var omits: CohortLearner.Omission?
        if !omissions.isEmpty {
            omits = { origin, state, action in omissions.contains { $0.holds(of: origin, state, action) } }
        }
        for index in learners.indices { learners[index].watch(omitting: omits) }
    }

    /// Runs every cohort's next round, in order.
    ///
    /// - Throws: `EnvironmentFailure` when an environment cannot go on.
    public mutating func runRound() throws(EnvironmentFailure) {
        applied.removeAll(keepingCapacity: true)
        var goesOn = false
        for index in learners.indices {
            try learners[index].advance()
            if watched != .none { noteUpdates(of: index, from: held[index].exchange(learners[index].origins)) }
            table.take(learners[index], by: parameters.update, stepSize: parameters.stepSize)
            learners[index].answer(from: table, through: &rows)
            goesOn = goesOn || !learners[index].isFinished
        }
        round += 1
        isFinished = !goesOn
    }

    /// Notes what the table is about to take from a cohort: a cell that is named twice moves twice.
    private mutating func noteUpdates(of index: Int, from origins: [AppliedUpdate.Origin?]?) {
        let updates = learners[index].updates
        var rows: [UInt64: [ActionValueTable.Cell]] = [:]
        for position in 0..<updates.count where watched.contains(updates.states[position]) {
            let (state, column) = (updates.states[position], Int(updates.columns[position]))
            var row = rows[state] ?? table.row(of: state)
            let before = row[column]
            parameters.move(&row, column, toward: updates.targets[position], actionCount: table.actionCount)
            rows[state] = row
            applied.append(
                AppliedUpdate(
                    round: round + 1,
                    cohort: index,
                    state: state,
                    action: column % table.actionCount,
                    plane: column / table.actionCount,
                    target: updates.targets[position],
                    stepSize: parameters.stepSize(before.visitCount),
                    before: before,
                    after: row[column],
                    origin: origins.flatMap { $0[position] }
                )
            )
        }
    }
}

/// What is known of updates that a learner holds back: comes out as many rounds later as they do.
private struct HeldOrigins: Sendable {
    private var rounds: [[AppliedUpdate.Origin?]?]
    private var position = 0

    /// - Parameters:
    ///   - roundCount: The rounds that updates are held; 0 lets them pass.
    ///   - isKnown: Whether nothing is held yet; what a checkpoint held has no known origin.
    init(roundCount: Int, isKnown: Bool) { rounds = Array(repeating: isKnown ? [] : nil, count: roundCount) }

    mutating func exchange(_ newest: [AppliedUpdate.Origin?]) -> [AppliedUpdate.Origin?]? {
        guard !rounds.isEmpty else { return newest }
        defer { position = (position + 1) % rounds.count }
        let oldest = rounds[position]
        rounds[position] = newest
        return oldest
    }
}

extension LearningParameters {
    /// Has a row take an update.
    ///
    /// - Parameters:
    ///   - row: The cells of all planes.
    ///   - column: Which of them is meant.
    ///   - target: What it moves toward.
    ///   - actionCount: The actions there are.
    public func move(_ row: inout [ActionValueTable.Cell], _ column: Int, toward target: Float, actionCount: Int) {
        guard update.hasOwnMove else {
            row[column] = row[column].moved(toward: target, by: stepSize)
            return
        }
        var cells = row.mutableSpan
        let place = CellPlace(start: 0, column: column, actionCount: actionCount)
        update.rule.move(&cells, place, toward: target, by: stepSize)
    }
}

extension ActionValueTable.Cell {
    /// The cell after one more update, by the formula of Sutton & Barto 2018, §6.5.
    ///
    /// Written down once more, apart from the table's own kernels: what the table has become must equal it bit for bit.
    func moved(toward target: Float, by stepSize: StepSize) -> Self {
        Self(
            value: value + stepSize(visitCount) * (target - value),
            visitCount: visitCount == .max ? .max : visitCount + 1
        )
    }

    /// Whether both have the same bits.
    func isIdentical(to other: Self) -> Bool {
        value.bitPattern == other.value.bitPattern && visitCount == other.visitCount
    }
}
