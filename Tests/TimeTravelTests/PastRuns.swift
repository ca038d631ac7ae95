import Scenarios
import TabularLearning
import TimeTravel

/// Small runs of three scenarios, by any rule.
struct SmallRun: Sendable, CustomStringConvertible {
    enum Kind: String, CaseIterable { case maze, grid, packets }

    var kind: Kind
    var rule: String
    var staleness: Int
    var seed: UInt64 = 5
    var steps: UInt64 = 240
    var stepSize: StepSize?
    /// Whether actions are taken by chance and what follows is worth nothing.
    var isBlind = false
    /// What is learned from again.
    var replay = "none"

    var description: String { "\(kind.rawValue), \(rule), staleness \(staleness), replay \(replay)" }

    /// What is replayed; errors that count less would make other targets.
    static let replaying: [SmallRun] = [
        SmallRun(kind: .maze, rule: "q-learning", staleness: 1, replay: "uniform:500:2"),
        SmallRun(kind: .maze, rule: "q-learning", staleness: 0, replay: "dyna-q-plus:2:0.1"),
        SmallRun(kind: .grid, rule: "double-q-learning", staleness: 3, replay: "dyna-q:2"),
        SmallRun(kind: .grid, rule: "dueling", staleness: 1, replay: "prioritized:500:2:0.6:0"),
        SmallRun(kind: .maze, rule: "hysteretic", staleness: 1, replay: "prioritized-sweeping:3"),
    ]

    /// Every scenario with every rule, and Q-learning with every kind of lag.
    static let all: [SmallRun] =
        Kind.allCases.flatMap { kind in
            UpdateRule.names.map { SmallRun(kind: kind, rule: $0, staleness: 1) }
                + [0, 2, 7].map { SmallRun(kind: kind, rule: "q-learning", staleness: $0) }
        } + [0, 4].map { SmallRun(kind: .maze, rule: "double-q-learning", staleness: $0) }

    var scenario: any Scenario {
        switch kind {
        case .maze: MazeScenario()
        case .grid:
            {
                var grid = TrafficScenario(layout: .grid)
                (grid.rows, grid.columns) = (2, 2)
                return grid
            }()
        case .packets: RoutingScenario()
        }
    }

    var cohorts: Int { staleness == 0 ? 1 : 2 }

    var parameters: LearningParameters {
        var parameters = scenario.defaults.parameters
        parameters.epsilon = .constant(0.3)
        parameters.staleness = LearningParameters.Staleness(rawValue: staleness) ?? .oneRound
        parameters.update = UpdateRule(rawValue: rule) ?? .qLearning
        parameters.replay = Replay(rawValue: replay) ?? .none
        if let stepSize { parameters.stepSize = stepSize }
        if isBlind { (parameters.epsilon, parameters.discount) = (.constant(1), 0) }
        parameters.fit()
        return parameters
    }

    /// The replicas of a cohort: enough lanes for a cell to be named twice in a round.
    private var replicas: Int { kind == .maze ? 24 : 2 }

    var learners: [CohortLearner] {
        get throws {
            try (0..<cohorts).map { cohort in
                CohortLearner(
                    index: cohort,
                    of: cohorts,
                    environment: try scenario.makeWorld(
                        replicas: (cohort * replicas)..<((cohort + 1) * replicas),
                        seed: seed
                    ),
                    parameters: parameters,
                    seed: seed,
                    plannedSteps: steps
                )
            }
        }
    }

    var beginning: RunState {
        get throws { RunState(beginning: try learners, table: scenario.initialTable) }
    }

    /// The table that it begins with.
    var fresh: ActionValueTable {
        get throws { RunReplay(try beginning, parameters: parameters).table }
    }

    /// The lanes of all cohorts.
    var lanes: Int { cohorts * replicas * scenario.lanesPerReplica }
}

extension ActionValueTable {
    /// The bits of all cells.
    var bits: [UInt64] { cells.map { UInt64($0.value.bitPattern) << 32 | UInt64($0.visitCount) } }
}
