public import TabularLearning
public import TurnOrders
internal import Messaging
public import Rounds

/// What a run is, apart from its environments.
public struct TrainingPlan: Sendable {
    /// The states and actions.
    public var space: StateSpace
    /// The numbers of the learning rule.
    public var parameters: LearningParameters
    /// The number of workers to wait for.
    public var workerCount: Int
    /// The number of shards, at least `workerCount`.
    public var shardCount: Int
    /// How states are spread over shards.
    public var partition: PartitionRule
    /// The factor that `PartitionRule.scenario` keeps together.
    public var affinityFactor: Int?
    /// The shard of each of its levels; in turn when there is none.
    public var assignment: [Int]?
    /// Whether queries go to the owner or to all.
    public var aggregation: Aggregation
    /// Whether the shards' cells are brought together at the end.
    public var collectsTable: Bool
    /// A checkpoint after every so many rounds; `nil` for none but those that are asked for.
    public var checkpointRounds: UInt64?

    /// After which rounds the table is handed out to be evaluated; `nil` for none.
    public var evaluationRounds: RoundMarks?

    /// The most cohorts whose rounds wait for each other to share a message, at least 1.
    ///
    /// With half of the cohorts the one half is on its way while the other is stepped.
    public var mostCohortsPerMessage = 1

    /// In which order the cohorts take their turns, and what is written down of it.
    public var turns = TurnPlan.strict

    /// Whether workers that come later are given shards of others, until all have about as many rows.
    public var isElastic = false

    /// The actor processes to wait for, to which the cohorts are given; 0 where the master has them all.
    public var actorCount = 0

    /// What actor processes make their cohorts from: the run's description as a checkpoint has it.
    public var runDescription = ""

    /// Where worlds are stepped; it changes no bit of the result.
    public var stepping = Stepping.automatic

    /// Where worlds are stepped.
    public enum Stepping: String, Sendable, Hashable, CaseIterable {
        /// Apart where a step may take long, else inline.
        case automatic
        /// By the master itself, which serves no message meanwhile.
        case inline
        /// By threads of their own, all cohorts at the same time.
        case apart
    }

    /// How the run survives the loss of a worker or of the broker.
    public var durability = Durability.rollback

    /// How a run survives.
    public enum Durability: String, Sendable, Hashable, CaseIterable {
        /// Table and environments return to the last checkpoint together; costs nothing between checkpoints.
        case rollback
        /// Only the table does, and what was sent since is sent again from a log in the master's memory: for environments
        /// that cannot be put back. The log grows until the next checkpoint has been written.
        case log
    }

    /// Creates a plan.
    public init(
        space: StateSpace,
        parameters: LearningParameters,
        workerCount: Int,
        shardCount: Int,
        partition: PartitionRule,
        affinityFactor: Int?,
        aggregation: Aggregation = .owner,
        collectsTable: Bool = true,
        checkpointRounds: UInt64? = nil
    ) {
        precondition(checkpointRounds != 0, "a checkpoint after every round at most")
        self.space = space
        self.parameters = parameters
        self.workerCount = workerCount
        self.shardCount = shardCount
        self.partition = partition
        self.affinityFactor = affinityFactor
        self.aggregation = aggregation
        self.collectsTable = collectsTable
        self.checkpointRounds = checkpointRounds
    }

    /// How states are spread over the shards.
    ///
    /// - Throws: `MasterFailure` with code `configuration` when they cannot be.
    func makePartitioner() throws(MasterFailure) -> Partitioner {
        do throws(PartitionFailure) {
            return try Partitioner(
                rule: partition,
                space: space,
                affinityFactor: affinityFactor,
                assignment: assignment,
                shardCount: shardCount,
                planeCount: parameters.update.planeCount
            )
        } catch {
            throw MasterFailure(.configuration, error.description)
        }
    }

    /// Checks that the cohorts can be given to actor processes, where they are to be.
    func checkActors(for learners: [CohortLearner]) throws(MasterFailure) {
        guard actorCount > 0 else { return }
        let objection: String? =
            if actorCount > learners.count {
                "there are \(learners.count) cohorts, and each has one at least: use at most as many, or more --cohorts"
            } else if durability == .log {
                "--durability log keeps what the master sends, and with actor processes it sends no round: leave it out"
            } else if isElastic {
                "--elastic moves shards between rounds that the master sends: leave it out"
            } else if !turns.order.isStrict || turns.script != nil || turns.record != nil {
                "the cohorts of actor processes take their turns in the strict order, and no log of them is kept"
            } else if evaluationRounds != nil {
                "--evaluate-every takes tables between rounds that the master sends: leave it out"
            } else if learners.contains(where: { !$0.isRestorable }) {
                "the state of this world can be neither written down nor put back, so the loss of a process could not be made good"
            } else {
                nil
            }
        guard let objection else { return }
        throw MasterFailure(.configuration, "--actors \(actorCount): \(objection)")
    }

    func check(queriesPerRound: Int) throws(MasterFailure) {
        guard workerCount >= 1 else {
            throw MasterFailure(.configuration, "\(workerCount) workers: a run needs at least one")
        }
        guard workerCount <= shardCount else {
            throw MasterFailure(
                .configuration,
                "\(workerCount) workers for \(shardCount) shards: a worker owns at least one, "
                    + "so use at most \(shardCount) workers or more --shards"
            )
        }
        // When the episodes of all lanes end together, all that waits for its return has it.
        let waiting = 2 * (parameters.update.returns?.steps ?? 0)
        let replayed = parameters.replay.mostQuestions
        let rowWords = space.actionCount * parameters.update.planeCount + 6
        let words = queriesPerRound * ((1 + replayed) * rowWords + waiting) + 64
        guard words <= Message.maximumWordCount else {
            throw MasterFailure(
                .configuration,
                "\(queriesPerRound) queries of \(space.actionCount) actions a round do not fit one message of 16 MiB"
                    + (replayed == 0 ? "" : ", each with \(replayed) more for \(parameters.replay.rawValue)")
                    + ": use fewer --lanes"
            )
        }
    }
}

/// How much work a shard has been given.
public struct ShardLoad: Sendable, Hashable {
    /// The rows it holds.
    public let rowCount: Int
    /// Rounds sent to it.
    public var rounds: UInt64 = 0
    /// Updates sent to it.
    public var updates: UInt64 = 0
    /// Queries sent to it.
    public var queries: UInt64 = 0
    /// Words sent to it in rounds, headers included.
    public var words: UInt64 = 0

    init(rowCount: Int) {
        self.rowCount = rowCount
    }

    mutating func count(_ request: CohortExchange.Request) {
        rounds += 1
        updates += UInt64(request.updateCount)
        queries += UInt64(request.queryCount)
        words += UInt64(request.words.count)
    }
}
