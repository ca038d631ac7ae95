internal import Foundation
internal import Scenarios
internal import TabularLearning

/// A world of the user's own: a program that is started for each cohort and steps its lanes when it is told to.
///
/// States, actions and lanes are what the program said when the run was set up; `docs/worlds.md` has what it says and hears.
struct WorldScenario: Scenario, Hashable {
    static let name = "world"

    /// What starts it, as one would write it in a shell.
    let command: String
    /// What it said of itself.
    let description: WorldDescription
    /// How many seconds an answer may take before the world counts as hung.
    let patience: Int

    /// What an answer may take.
    static let patiences = 1...86_400
    /// What it may take unless told otherwise.
    static let usualPatience = 60
    /// No world at all, for help that speaks of none.
    static let blank = WorldScenario(
        command: "",
        description: WorldDescription(
            version: WorldDescription.currentVersion,
            name: "blank",
            factors: [.init(name: "state", levels: 1)],
            actions: ["0"],
            agents: ["0"],
            isRepeatable: true,
            coder: nil,
            tilings: nil
        ),
        patience: usualPatience
    )

    /// Asks a world what it is.
    ///
    /// - Throws: `EnvironmentFailure` with what it said, where it is not one.
    init(asking command: String, patience: Int) throws(EnvironmentFailure) {
        let description = try WorldLine(command, patience: patience).open(replicas: 0..<1, seed: 0)
        self.init(command: command, description: description, patience: patience)
    }

    /// The same world, by another command.
    func started(by command: String) -> Self {
        Self(command: command, description: description, patience: patience)
    }

    private init(command: String, description: WorldDescription, patience: Int) {
        self.command = command
        self.description = description
        self.patience = patience
    }

    func check() throws(ScenarioError) {
        guard Self.patiences.contains(patience) else {
            throw ScenarioError("a world's answer may take \(Self.patiences) seconds, not \(patience)")
        }
        do throws(EnvironmentFailure) {
            try description.check()
        } catch {
            throw ScenarioError("the world '\(command)' \(error)")
        }
    }

    /// A row for each state, or for each tile of the grids over them.
    var space: StateSpace {
        description.tilings.map { TileCoding.rows(over: worldSpace, tilingCount: $0) } ?? worldSpace
    }

    /// The states that the world tells.
    var worldSpace: StateSpace { description.space }

    var tiles: TileCoding? { description.tilings.map { TileCoding(worldSpace, tilingCount: $0) } }

    /// Of each grid a row that is asked for and comes, and an update.
    var bytesPerLane: Int { 128 + (description.tilings ?? 0) * (64 + 16 * description.actions.count) }

    var lanesPerReplica: Int { description.agents.count }

    var affinityFactor: Int? { nil }

    func affinity(_ kind: Affinity.Kind, shardCount: Int) -> Affinity? { nil }

    var isRestorable: Bool { description.isRepeatable }

    /// Ties are drawn: where rewards are rare the lowest of equal actions gets nowhere.
    ///
    /// A tile is of many states, whose
    /// targets differ however often it was visited, so that its step does not fall.
    var defaults: TrainingDefaults {
        let (replicas, steps) = (64, UInt64(1_000_000))
        return TrainingDefaults(
            parameters: LearningParameters(
                discount: 0.99,
                stepSize: description.tilings == nil ? .visitCount(horizon: 100, minimum: 0.02) : .constant(0.2),
                epsilon: .linear(initial: 1, final: 0.05, steps: steps / 5 * 4),
                ties: .random
            ),
            lanes: replicas * lanesPerReplica,
            cohorts: 2,
            steps: steps
        )
    }

    func makeWorld(replicas: Range<Int>, seed: UInt64) throws(EnvironmentFailure) -> any Environment {
        let lanes = try WorldLanes(self, replicas: replicas, seed: seed)
        return isRestorable
            ? RepeatableWorld(lanes: lanes, tiles: tiles) : UnrepeatableWorld(lanes: lanes, tiles: tiles)
    }
}

/// What a world says of itself, as JSON.
struct WorldDescription: Codable, Sendable, Hashable {
    /// A factor of the state, with as many levels as it has.
    struct Factor: Codable, Sendable, Hashable {
        let name: String
        let levels: Int
    }

    /// The version of what is said and heard.
    let version: Int
    /// What it is called.
    let name: String
    /// Whose product the states are.
    let factors: [Factor]
    /// The names of the actions.
    let actions: [String]
    /// The names of the agents that act at the same time in one world: a lane each.
    let agents: [String]
    /// Whether the same seeds and actions always lead to the same states and rewards, so that a lost world is put back by
    /// going through its episode once more.
    let isRepeatable: Bool
    /// How observations become states, for whoever reads the policy; nothing here depends on it.
    let coder: String?
    /// The grids over the states, where action values are sums over their tiles; absent where each state has a row of its own.
    let tilings: Int?

    private enum CodingKeys: String, CodingKey {
        case version, name, factors, actions, agents, coder, tilings
        case isRepeatable = "repeatable"
    }

    /// The version that this program speaks.
    static let currentVersion = 1
    /// The most states that a world may have.
    private static let mostStates: UInt64 = 1 << 40
    /// The most parts of tiles, which are no rows.
    private static let mostTiledStates: UInt64 = 1 << 62

    /// Checks every value.
    ///
    /// - Throws: `EnvironmentFailure` that goes on from the world's name.
    func check() throws(EnvironmentFailure) {
        guard version == Self.currentVersion else {
            throw EnvironmentFailure(
                "speaks version \(version) of the protocol of worlds, this release \(Self.currentVersion)"
            )
        }
        guard !factors.isEmpty, factors.allSatisfy({ $0.levels >= 1 && !$0.name.isEmpty }) else {
            throw EnvironmentFailure(
                "says factors of \(factors.map(\.levels)) levels: one or more, each with a name and levels from 1 on"
            )
        }
        var count: UInt64 = 1
        for factor in factors {
            let (product, overflow) = count.multipliedReportingOverflow(by: UInt64(factor.levels))
            guard !overflow, product <= (tilings == nil ? Self.mostStates : Self.mostTiledStates) else {
                throw EnvironmentFailure(
                    "has more than 2^\(tilings == nil ? 40 : 62) states: use fewer or coarser factors"
                )
            }
            count = product
        }
        guard (1...64).contains(actions.count), Set(actions).count == actions.count else {
            throw EnvironmentFailure("says \(actions.count) actions: 1 to 64, with names that differ")
        }
        guard (1...65_536).contains(agents.count), Set(agents).count == agents.count else {
            throw EnvironmentFailure("says \(agents.count) agents: 1 to 65536, with names that differ")
        }
        if let tilings, let finding = TileCoding.finding(space, tilingCount: tilings) {
            throw EnvironmentFailure("says \(finding)")
        }
    }

    /// The states and actions.
    var space: StateSpace {
        StateSpace(factors: factors.map { .init($0.name, count: $0.levels) }, actions: actions)
    }
}
