internal import Rounds
public import TabularLearning
internal import TurnOrders

/// A run between two rounds as the master has gathered it: what a checkpoint is written from.
public struct RunCapture: Sendable {
    /// Where the run stood.
    public let point: RunPoint
    /// What the run saved of itself besides the table.
    public let sections: SavedSections

    /// Whether the run can go on from it; else it is only a table.
    public let isCheckpoint: Bool

    private let issued: [UInt64]
    private let updatesBefore: UInt64
    private let collector: TableCollector
    private let partitioner: Partitioner
    private let stateCount: UInt64

    init(
        _ capture: CaptureInProgress,
        of learners: [CohortLearner],
        epoch: UInt32,
        _ partitioner: Partitioner,
        updatesBefore: UInt64
    ) {
        point = RunPoint(
            epoch: epoch,
            round: capture.round,
            laneSteps: capture.laneSteps,
            transitions: capture.transitions
        )
        var sections = SavedSections(of: capture.cohorts.compactMap(\.self))
        if let turns = capture.turns { sections.add(TurnLog.sectionName, turns.words) }
        self.sections = sections
        isCheckpoint = capture.isCheckpoint
        issued = capture.issued
        self.updatesBefore = updatesBefore
        collector = capture.collector
        self.partitioner = partitioner
        stateCount = learners[0].space.stateCount
    }

    /// What each shard was issued and has applied.
    public var ledger: Ledger { Ledger(issued: issued, applied: collector.updateCounts) }

    /// Puts the shards' cells in the order of the states; takes time and memory like the table's size.
    public func assembleTable() -> ActionValueTable {
        collector.assemble(stateCount: stateCount, partitioner, updatesBefore: updatesBefore)
    }
}

/// Which captures there have been, and whether one is asked for.
struct CaptureMarks {
    /// Whether a checkpoint is asked for.
    var isWanted = false
    /// The round last written down or gone back to: it is not written down again.
    var writtenRound: UInt64?
    /// The round whose table was last handed out to be evaluated.
    var evaluatedRound: UInt64?
    /// How many copies of the shards' cells have been asked for.
    var copyCount: UInt64 = 0
}

/// A capture whose cohorts or cells are not all there.
///
/// The cut lies behind the last message of a round of every cohort: a copy of the shards' cells is asked for there, and
/// each cohort is written down when it is next taken up, in whatever order, with the answers of that round and before it
/// uses them. Between the two nothing in a cohort changes, so no round waits for a capture.
struct CaptureInProgress {
    let round: UInt64
    let issued: [UInt64]
    /// Whether cohorts are written down too.
    let isCheckpoint: Bool
    /// Whether the table is to be evaluated.
    let isEvaluated: Bool
    var collector: TableCollector
    /// The turns up to the cut, where they are recorded.
    var turns: TurnLog?
    /// What each cohort has saved; `nil` for those that have not been taken up since.
    private(set) var cohorts: [SavedSections?]
    /// Cohorts whose worlds have not been written down.
    private var openWorlds: Set<Int> = []
    private(set) var laneSteps: UInt64 = 0
    private(set) var transitions: UInt64 = 0

    init(
        round: UInt64,
        issued: [UInt64],
        isCheckpoint: Bool = true,
        isEvaluated: Bool = false,
        cohortCount: Int,
        collector: TableCollector
    ) {
        cohorts = Array(repeating: nil, count: cohortCount)
        (self.round, self.issued) = (round, issued)
        (self.isCheckpoint, self.isEvaluated) = (isCheckpoint, isEvaluated)
        self.collector = collector
    }

    /// A checkpoint whose cohorts have been written down where they are.
    init(
        round: UInt64,
        issued: [UInt64],
        collector: TableCollector,
        cohorts: [SavedSections],
        laneSteps: UInt64,
        transitions: UInt64
    ) {
        self.init(round: round, issued: issued, cohortCount: cohorts.count, collector: collector)
        (self.cohorts, self.laneSteps, self.transitions) = (cohorts, laneSteps, transitions)
    }

    /// Writes a cohort down, unless it has been.
    ///
    /// - Parameters:
    ///   - learner: The cohort.
    ///   - withWorld: Whether its world is written down here and now.
    /// - Returns: Whether its world is to be written down elsewhere, for `note(world:of:)`.
    mutating func note(_ learner: CohortLearner, withWorld: Bool) -> Bool {
        guard isCheckpoint, cohorts[learner.index] == nil else { return false }
        let isWorldWanted = learner.isRestorable && !withWorld
        if isWorldWanted { openWorlds.insert(learner.index) }
        // A cohort that cannot be put back leaves nothing: only the table outlives its master.
        cohorts[learner.index] =
            !learner.isRestorable ? SavedSections() : withWorld ? learner.saved : learner.savedWithoutWorld
        laneSteps += learner.stepsTaken * UInt64(learner.laneCount)
        transitions += learner.statistics.transitions
        return isWorldWanted
    }

    /// Adds what was written down of a cohort's world.
    mutating func note(world: [UInt32], of cohort: Int) {
        guard openWorlds.remove(cohort) != nil else { return }
        cohorts[cohort]?.add(CohortLearner.worldSection, world)
    }

    var hasAllCohorts: Bool { !isCheckpoint || !cohorts.contains(nil) }

    /// Whether it is for the curve, and nothing but answers of shards is missing.
    var waitsForCellsOnly: Bool {
        isEvaluated && hasAllCohorts && openWorlds.isEmpty && collector.waitingCount > 0
    }

    /// Whether nothing is missing.
    var isComplete: Bool {
        hasAllCohorts && openWorlds.isEmpty && collector.waitingCount == 0
    }
}
