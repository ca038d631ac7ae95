public import MasterNode
public import Rounds
public import TabularLearning
public import TurnOrders

/// The small run that is simulated, and what it must end in.
public struct SimulatedRun: Sendable {
    /// The number of workers.
    public var workers = 2
    /// The number of shards.
    public var shards = 3
    /// The actor processes that have the cohorts; 0 where the master has them.
    public var actors = 0
    /// How states are spread.
    public var partition = PartitionRule.modulo
    /// The number of cohorts.
    public var cohorts = 2
    /// The most cohorts whose rounds share a message.
    public var cohortsPerMessage = 1
    /// Whether some actions are not allowed.
    public var hasMasks = true
    /// Whether something is added to action values, where actions are masked.
    public var hasOffsets = true
    /// How far updates lag behind.
    public var staleness = LearningParameters.Staleness.oneRound
    /// Whether queries go to the owner or to all.
    public var aggregation = Aggregation.owner
    /// Which of several greedy actions is taken.
    public var ties = Ties.lowest
    /// How values are learned.
    public var update = UpdateRule.qLearning
    /// How lanes explore.
    public var exploration = Exploration.epsilonGreedy
    /// What is learned from again.
    public var replay = Replay.none
    /// Q₀; 0 where action values are sums.
    public var initialValue: Float = 0.125
    /// Of how many grids action values are sums; `nil` where each state has a row.
    public var tilings: Int?
    /// Lanes of a cohort.
    public var lanes = 4
    /// Steps of each cohort's environment.
    public var steps: UInt64 = 24
    /// A checkpoint after so many rounds.
    public var checkpointRounds: UInt64? = 5
    /// After which rounds the table is handed out to be evaluated.
    public var evaluationRounds: RoundMarks?

    /// Whether the environments cannot be put back, so that the run is kept by a log.
    public var isIrreversible = false

    /// Where worlds are stepped.
    public var stepping = TrainingPlan.Stepping.automatic

    /// In which order the cohorts take their turns.
    public var order = TurnOrder.strict

    /// The turns of another run that are taken once more.
    public var script: TurnLog?

    /// Whether workers that come later are given shards.
    public var isElastic = false

    /// So many cells of a shard that moves travel at once.
    public var cellsAtOnce = 7

    /// The visits that every cell begins with.
    public var initialVisits: UInt32 = 0

    /// Creates the usual run.
    public init() {}

    /// The numbers of the learning rule.
    public var parameters: LearningParameters {
        var parameters = LearningParameters(
            discount: 0.9,
            stepSize: .visitCount(horizon: 10, minimum: 0.05),
            epsilon: .constant(0.2),
            initialValue: tilings == nil ? initialValue : 0,
            staleness: staleness,
            ties: ties,
            update: update,
            exploration: exploration,
            replay: replay
        )
        parameters.fit()
        return parameters
    }

    /// What actor processes are told to make their cohorts from.
    static let description = "the simulated run"

    /// The cohorts, fresh.
    public func learners() -> [CohortLearner] {
        (0..<cohorts).map { cohort in
            CohortLearner(
                index: cohort,
                of: cohorts,
                environment: environment(of: cohort),
                parameters: parameters,
                seed: 9,
                plannedSteps: steps
            )
        }
    }

    private func environment(of cohort: Int) -> any Environment {
        let warehouse = WarehouseEnvironment(
            lanes: lanes,
            replica: UInt64(cohort),
            seed: 5,
            hasMasks: hasMasks,
            hasOffsets: hasOffsets,
            tilings: tilings,
            mayTakeLong: actors > 0 && stepping == .apart
        )
        return isIrreversible ? IrreversibleEnvironment(base: warehouse) : warehouse
    }

    /// The run before its first round.
    public func beginning() -> RunState {
        let learners = learners()
        guard initialVisits > 0 else { return RunState(beginning: learners) }
        let space = learners[0].space
        let cell = ActionValueTable.Cell(value: parameters.initialValue, visitCount: initialVisits)
        var table = ActionValueTable(
            rowCount: Int(space.stateCount),
            actionCount: space.actionCount,
            planeCount: update.planeCount,
            initialValue: 0
        )
        table.replaceCells(from: 0, with: Array(repeating: cell, count: table.cells.count))
        return RunState(beginning: learners, table: table)
    }

    /// A master that begins the run, or goes on with it.
    ///
    /// - Throws: `MasterFailure` when the plan cannot be run.
    public func master(
        _ state: RunState? = nil,
        epoch: UInt32 = 1,
        behind turns: TurnLog? = nil
    ) throws(MasterFailure) -> Master {
        let state = state ?? beginning()
        var plan = TrainingPlan(
            space: state.learners[0].space,
            parameters: parameters,
            workerCount: workers,
            shardCount: shards,
            partition: partition,
            affinityFactor: 0,
            aggregation: aggregation,
            checkpointRounds: checkpointRounds
        )
        plan.durability = isIrreversible ? .log : .rollback
        plan.mostCohortsPerMessage = cohortsPerMessage
        plan.stepping = stepping
        plan.isElastic = isElastic
        plan.evaluationRounds = evaluationRounds
        plan.actorCount = actors
        plan.runDescription = Self.description
        plan.turns = TurnPlan(order, script: script)
        if !order.isStrict { plan.turns.record = turns ?? TurnLog(cohortCount: cohorts) }
        return try Master(plan: plan, state: state, epoch: epoch)
    }

    /// The table in which every layout must end.
    ///
    /// - Throws: `EnvironmentFailure` as every run; these have no cause.
    public func referenceTable() throws -> ActionValueTable {
        var reference = SerialReference(beginning(), parameters: parameters)
        try reference.run()
        return reference.table
    }

    /// The table that these turns make, one after another on one table.
    ///
    /// - Throws: `EnvironmentFailure` as every run; these have no cause.
    public func table(of turns: TurnLog) throws -> ActionValueTable {
        var reference = SerialReference(beginning(), parameters: parameters)
        var cursor = turns.cursor
        while let cohort = cursor.next {
            try reference.runTurn(of: cohort)
            cursor.advance()
        }
        return reference.table
    }
}
