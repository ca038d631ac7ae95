internal import ArgumentParser
internal import CommandBasics
package import MasterNode
package import Messaging
package import NodeLaunching
internal import ProcessLimits
package import Rounds
package import RunOptions
package import ScenarioCatalogue
package import Scenarios
package import TabularLearning
internal import TurnOrders

/// One training run with every setting filled in, apart from where its messages travel.
package struct TrainingRun: Sendable {
    package let scenario: any Scenario
    package let parameters: LearningParameters
    package let seed: UInt64
    package let lanes: Int
    package let cohorts: Int
    /// Lane-steps to take: the requested number rounded up to whole rounds.
    package private(set) var steps: UInt64
    package let workers: Int
    /// The actor processes that have the cohorts; 0 where the master has them.
    package let actors: Int
    /// What actor processes make their cohorts from.
    package var runDescription = ""
    /// The options by which actor processes that are started here hear what starts the world.
    package var programs: [String] {
        (scenario as? any CataloguedScenario)?.startedCommand.map { ["--command=\($0)"] } ?? []
    }
    /// Threads that share the rounds of a run without messages.
    package let threads: Int
    package let shards: Int
    /// Whether workers that join later are given shards of the others.
    let isElastic: Bool
    /// The most cohorts whose rounds share a message.
    package let cohortsPerMessage: Int
    package let partition: PartitionRule
    /// Seconds without an answer after which the run returns to its last checkpoint.
    package let answerWithin: Int
    package let exchange: ExchangeProtocol
    let aggregation: Aggregation
    package let stop: StopFlag
    /// Whether the shards' cells are brought together at the end.
    let collectsTable: Bool
    /// Times the environments' steps, if that is wanted.
    package var environmentMeter: EnvironmentMeter?
    /// A checkpoint after every so many rounds.
    var checkpointRounds: UInt64?
    /// After which rounds the table is evaluated.
    var evaluationRounds: RoundMarks?
    /// In which order the cohorts take their turns.
    package var turns = TurnChoice()
    /// How the run survives the loss of a worker or of the broker.
    package var durability = TrainingPlan.Durability.rollback

    /// Fills in what the user left to the scenario; an endless run is stopped by somebody, and collects no table.
    ///
    /// - Throws: `CommandFailure` when settings do not go together.
    package init<Help: ScenarioHelp>(
        scenario: any Scenario,
        learning: LearningOptions<Help>,
        layout: LayoutOptions<Help>,
        usesShards: Bool,
        isEndless: Bool = false,
        stop: StopFlag
    ) throws {
        let defaults = scenario.defaults
        let isStepwise = learning.exchange == .stepwise
        let cohorts = learning.cohorts ?? (isStepwise || learning.staleness == 0 ? 1 : defaults.cohorts)
        let lanes =
            try learning.lanes(of: scenario, cohorts: cohorts)
            ?? (isStepwise ? scenario.lanesPerReplica : defaults.lanes)
        guard lanes % scenario.lanesPerReplica == 0 else {
            let each = scenario.lanesPerReplica
            throw CommandFailure(
                .usage,
                "--lanes \(lanes): this scenario has \(each) lanes a replica, so use a multiple of \(each), "
                    + "such as \((lanes / each + 1) * each)"
            )
        }
        let requested = isEndless ? RunLimits.steps : learning.steps ?? defaults.steps
        let perRound = UInt64(lanes) * UInt64(cohorts)
        var rounds = (requested + perRound - 1) / perRound
        if isEndless { rounds = min(rounds, Self.mostStepsOfLane(of: scenario)) }
        let steps = rounds * perRound
        if let value = learning.initialValue, scenario.initialTable != nil {
            throw CommandFailure(
                .usage,
                "--initial-value \(value): this table begins at values of its own (see --start); leave it out"
            )
        }
        if !isEndless { try (scenario as? any CataloguedScenario)?.check(stepsOfLane: rounds) }
        var parameters = try learning.parameters(defaults, steps: steps)
        if isStepwise {
            guard lanes == scenario.lanesPerReplica, cohorts == 1, learning.staleness ?? 0 == 0 else {
                throw CommandFailure(
                    .usage,
                    "--protocol stepwise runs one replica with staleness 0: leave out --lanes, --cohorts, --staleness"
                )
            }
            parameters.staleness = .fresh
        }
        guard parameters.staleness != .fresh || cohorts == 1 else {
            throw CommandFailure(.usage, "--staleness 0 means that nothing else is in flight: use --cohorts 1")
        }
        try self.init(
            scenario: scenario,
            parameters: parameters,
            seed: learning.seed ?? 1,
            lanes: lanes,
            cohorts: cohorts,
            steps: steps,
            exchange: learning.exchange ?? .rounds,
            layout: layout,
            usesShards: usesShards,
            collectsTable: !isEndless,
            stop: stop
        )
    }

    /// Takes up a run that was written down; the layout may be another.
    ///
    /// - Throws: `CommandFailure` or `MasterFailure` when the layout cannot hold the run.
    package init(
        resuming description: PolicyDescription,
        layout: LayoutOptions<NoScenario>,
        usesShards: Bool,
        stop: StopFlag
    ) throws {
        try self.init(
            scenario: description.scenario.scenario,
            parameters: description.parameters,
            seed: description.seed,
            lanes: description.lanes,
            cohorts: description.cohorts,
            steps: description.plannedSteps,
            exchange: description.exchange,
            layout: layout,
            usesShards: usesShards,
            collectsTable: true,
            stop: stop
        )
        turns.order = description.turnOrder
    }

    /// Takes up a run of which this process has cohorts and nothing else.
    ///
    /// - Throws: `CommandFailure` when it is none.
    package init(playing description: PolicyDescription, stop: StopFlag) throws {
        try self.init(
            scenario: description.scenario.scenario,
            parameters: description.parameters,
            seed: description.seed,
            lanes: description.lanes,
            cohorts: description.cohorts,
            steps: description.plannedSteps,
            exchange: description.exchange,
            layout: LayoutOptions<NoScenario>.parse(["--workers", "1"]),
            usesShards: true,
            collectsTable: false,
            stop: stop
        )
    }

    private init(
        scenario: any Scenario,
        parameters: LearningParameters,
        seed: UInt64,
        lanes: Int,
        cohorts: Int,
        steps: UInt64,
        exchange: ExchangeProtocol,
        layout: LayoutOptions<some ScenarioHelp>,
        usesShards: Bool,
        collectsTable: Bool,
        stop: StopFlag
    ) throws {
        self.scenario = scenario
        self.parameters = parameters
        self.seed = seed
        self.lanes = lanes
        self.cohorts = cohorts
        self.steps = steps
        self.exchange = exchange
        let mostStepsOfLane = Self.mostStepsOfLane(of: scenario)
        guard steps / UInt64(lanes * cohorts) <= mostStepsOfLane else {
            throw CommandFailure(
                .usage,
                "\(steps) steps of \(lanes * cohorts) lanes are more than the \(mostStepsOfLane) of each that the scenario's "
                    + "clock has: use more --lanes, or fewer --steps"
            )
        }
        if let objection = parameters.objection ?? parameters.update.rule.objection(to: scenario.space) {
            throw CommandFailure(.usage, "--update \(parameters.update.rawValue): \(objection)")
        }
        if scenario.tiles != nil, let objection = TileCoding.objection(to: parameters) {
            throw CommandFailure(.usage, "tiles: \(objection)")
        }
        guard layout.threads == nil || !usesShards else {
            throw CommandFailure(.usage, "--threads shares the rounds of --broker none: use --workers with messages")
        }
        if !usesShards, let option = layout.givenForMessages.first {
            throw CommandFailure(
                .usage,
                "\(option) is about shards of workers, and --broker none has neither: leave it out"
            )
        }
        workers = layout.workers
        actors = layout.actors ?? 0
        guard actors <= cohorts else {
            throw CommandFailure(
                .usage,
                "--actors \(actors): there are \(cohorts) cohorts, and each has one at least: use --actors \(cohorts), or more --cohorts"
            )
        }
        if actors > 0, (scenario as? any CataloguedScenario)?.simulatorVersion != nil || !scenario.isRestorable {
            throw CommandFailure(
                .usage,
                "--actors \(actors): a world that cannot be put back, or that SUMO steps, stays with the master: leave it out"
            )
        }
        threads = layout.threads ?? Self.usualThreads(of: scenario, cohorts: cohorts)
        shards = layout.shardCount
        isElastic = layout.elastic
        cohortsPerMessage = layout.cohortsPerMessage(of: cohorts)
        partition = layout.partition ?? Self.defaultPartition(of: scenario, shards: layout.shardCount)
        answerWithin = layout.answerWithin ?? 120
        aggregation = exchange == .stepwise ? .sum : .owner
        self.stop = stop
        self.collectsTable = collectsTable
        if collectsTable || !usesShards { try checkWholeTable(isGathered: usesShards) }
        if usesShards { _ = try partitioner() }
    }

    /// How many threads share the rounds of a run without messages unless told otherwise: where worlds are processes a thread waits for
    /// each cohort's, or they would take turns.
    private static func usualThreads(of scenario: any Scenario, cohorts: Int) -> Int {
        (scenario as? any CataloguedScenario)?.startedCommand == nil ? 1 : cohorts
    }

    /// Where the scenario's clock ends.
    private static func mostStepsOfLane(of scenario: any Scenario) -> UInt64 {
        (scenario as? any CataloguedScenario)?.mostStepsOfLane ?? .max
    }

    /// What a policy folder or a checkpoint says of the run.
    ///
    /// - Parameters:
    ///   - configuration: The scenario as it can be written down.
    ///   - steps: Lane-steps taken.
    /// - Returns: The description; the layout is not in it.
    package func description(_ configuration: ScenarioConfiguration, steps: UInt64) -> PolicyDescription {
        PolicyDescription(
            scenario: configuration,
            seed: seed,
            steps: steps,
            plannedSteps: self.steps,
            lanes: lanes,
            cohorts: cohorts,
            exchange: exchange,
            parameters: parameters,
            order: turns.describedOrder,
            turns: turns.describedTurns
        )
    }

    /// The scenario's own partition where it has one with enough parts, else ranges.
    private static func defaultPartition(of scenario: any Scenario, shards: Int) -> PartitionRule {
        guard let factor = scenario.affinityFactor, scenario.space.factors[factor].levelCount >= shards else {
            return .range
        }
        return .scenario
    }

    /// The whole table is brought together in one process at the end, whatever its shards.
    private func checkWholeTable(isGathered: Bool) throws {
        let space = scenario.space
        let width = UInt64(space.actionCount * parameters.update.planeCount)
        guard space.stateCount <= ActionValueTable.maximumCellCount / width else {
            throw CommandFailure(
                .usage,
                "\(space.stateCount) states of \(width) cells are more than 2^32 cells, "
                    + "which one process does not bring together: use fewer states or actions"
            )
        }
        // What comes from the shards is there twice while the table is put together.
        let bytes = space.stateCount * width * UInt64(MemoryLayout<ActionValueTable.Cell>.size)
        try MemoryBudget.own.check(
            isGathered ? 2 * bytes : bytes,
            for: "a table of \(space.stateCount) states and \(space.actionCount) actions",
            "use fewer states"
        )
    }

    /// The cohorts, fresh.
    ///
    /// - Throws: `BeyondLimit` when there is no memory for so many lanes, `EnvironmentFailure` when an environment cannot be
    ///   made.
    package func makeLearners() throws -> [CohortLearner] { try makeLearners(0..<cohorts) }

    /// Some of the cohorts, fresh.
    ///
    /// - Throws: As `makeLearners()`.
    package func makeLearners(_ some: Range<Int>) throws -> [CohortLearner] {
        try MemoryBudget.own.check(
            UInt64(lanes * some.count * scenario.bytesPerLane),
            for: "\(some.count) cohorts of \(lanes) lanes",
            "use fewer --lanes"
        )
        try checkReplay()
        let replicas = lanes / scenario.lanesPerReplica
        return try some.map { cohort in
            let environment = try scenario.makeWorld(
                replicas: (cohort * replicas)..<((cohort + 1) * replicas),
                seed: seed
            )
            let learner = CohortLearner(
                index: cohort,
                of: cohorts,
                environment: environmentMeter?.metered(environment) ?? environment,
                parameters: parameters,
                seed: seed,
                plannedSteps: steps / UInt64(lanes * cohorts)
            )
            if let objection = learner.replayObjection {
                throw CommandFailure(.usage, "--replay \(parameters.replay.rawValue): \(objection): leave it out")
            }
            return learner
        }
    }

    /// Holds against the limits what the cohorts may come to remember, all of them, and how much a round may ask.
    private func checkReplay() throws {
        let (replay, name) = (parameters.replay, parameters.replay.rawValue)
        guard replay != .none else { return }
        let (bytes, isBeyond) = replay.bytes(for: scenario.space).multipliedReportingOverflow(by: UInt64(cohorts))
        try MemoryBudget.own.check(
            isBeyond ? .max : bytes,
            for: "--replay \(name) of \(cohorts) cohorts",
            replay.isBounded ? "remember less" : "use uniform, which remembers as many transitions as it is told"
        )
        guard lanes <= RunLimits.lanes.upperBound / (1 + replay.mostQuestions) else {
            throw CommandFailure(
                .usage,
                "--replay \(name): \(lanes) lanes ask for \(replay.mostQuestions) rows more each, which are more than 2^24 a "
                    + "round: use fewer --lanes, or replay less"
            )
        }
    }

    /// The state before the first step.
    package func beginning() throws -> RunState {
        RunState(beginning: try makeLearners(), table: initialTable)
    }

    /// Where the table begins, with as many planes as the rule has; `nil` for initial values.
    package var initialTable: ActionValueTable? {
        scenario.initialTable?.repeated(planes: parameters.update.planeCount)
    }

    /// Cuts the run short without changing what it does until then.
    ///
    /// - Parameter steps: Lane-steps; whole rounds of all cohorts.
    /// - Returns: The same run, with the schedules of all its steps, ended after some of them.
    package func ended(after steps: UInt64) -> Self {
        var run = self
        run.steps = steps
        return run
    }

    /// What the partition keeps together, and where.
    package var affinity: Affinity? {
        Affinity.Kind(rawValue: partition.rawValue).flatMap { scenario.affinity($0, shardCount: shards) }
    }

    /// The partition of the table, to find out before anything starts whether there is one.
    private func partitioner() throws -> Partitioner {
        try Partitioner(
            rule: partition,
            space: scenario.space,
            affinityFactor: affinity?.factor,
            assignment: affinity?.shards,
            shardCount: shards,
            planeCount: parameters.update.planeCount
        )
    }
}
