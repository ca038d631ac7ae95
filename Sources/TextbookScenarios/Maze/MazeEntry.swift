internal import ArgumentParser
internal import CommandBasics
internal import PolicyServing
internal import RunPages
internal import ScenarioCatalogue
internal import Scenarios
internal import TabularLearning

extension ScenarioName {
    static let maze = ScenarioName(of: MazeScenario.self)
}

/// The maze in the catalogue.
enum MazeEntry: ScenarioEntry {
    typealias Options = MazeOptions

    static let standard: any CataloguedScenario = MazeScenario()
    static let summary = "A maze with slippery ground, beside its exact optimum."
    static let example = "--steps 1000000 --output runs/maze"
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.Maze.self }
    static let hasGoal = true
    static let samples: [any CataloguedScenario] = [
        MazeScenario(), MazeScenario(slip: 0, start: .fixed, stepLimit: 7), MazeScenario.lake,
    ]
}

extension MazeScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try MazeContest(self, policy).outcome(withCharts: withCharts)
    }

    var floorPlan: FloorPlan? {
        let places = layout.cells.indices.map { cell -> FloorPlan.Place in
            switch layout.cells[cell] {
            case .wall: .wall
            case .goal: .goal
            case .hole: .hazard
            case .open, .rough: cell == layout.start ? .start : .open
            }
        }
        return FloorPlan(columnCount: layout.columnCount, places: places, moves: FloorPlan.fourMoves)
    }

    func goal(share: Double, discount: Double) -> (any LearningGoal)? {
        hasValue(at: discount) ? MazeGoal(share: share, scenario: self, discount: discount) : nil
    }

    /// In walls and at the goal nothing is decided.
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        let (cells, all) = (layout.cells, ActionMask.all(space.actionCount))
        return try FactorCoder(space) { cells[Int($0)].isFloor ? all : 0 }.fallingBack(to: rule)
    }
}

extension MazeScenario {
    /// Holes, rough ground and moves that cost something: for the tests that every scenario has.
    static let lake: MazeScenario = {
        let text = "start fixed\nlimit 40\ngoal 2\nhole -1\nrough -0.25\nstep -0.0625\nS..~\n.O~.\n..#.\nO..G"
        guard let lake = try? MazeScenario(parsing: text, slip: 0.2) else {
            preconditionFailure("the lake of the tests is a maze")
        }
        return lake
    }()

    /// Whether its returns have a limit.
    func hasValue(at discount: Double) -> Bool { isPlain || discount <= Self.longestHorizon }

    /// Refuses a discount with which somebody who never comes to an end would pay without limit.
    func requireValue(at discount: Double) throws {
        guard hasValue(at: discount) else {
            throw CommandFailure(
                .usage,
                "a discount of \(discount): in a maze with holes, rough ground or rewards of its own returns are compared with a "
                    + "discount of at most \(Self.longestHorizon)"
            )
        }
    }
}

extension MazeOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        let scenario = try scenario()
        if let discount { try scenario.requireValue(at: Double(discount)) }
        return ScenarioConfiguration(scenario)
    }
}
