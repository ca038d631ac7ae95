internal import ArgumentParser
internal import PolicyServing
internal import RunPages
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
        MazeScenario(), MazeScenario(slip: 0, start: .fixed, stepLimit: 7),
    ]
}

extension MazeScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        MazeContest(self, policy).outcome(withCharts: withCharts)
    }

    var floorPlan: FloorPlan? {
        let places = layout.cells.indices.map { cell -> FloorPlan.Place in
            switch layout.cells[cell] {
            case .wall: .wall
            case .goal: .goal
            case .open: cell == layout.start ? .start : .open
            }
        }
        return FloorPlan(columnCount: layout.columnCount, places: places, moves: FloorPlan.fourMoves)
    }

    func goal(share: Double, discount: Double) -> (any LearningGoal)? {
        MazeGoal(share: share, scenario: self, discount: discount)
    }

    /// In walls and at the goal nothing is decided.
    func coder(fallingBackTo rule: String?) throws -> any ObservationCoder {
        let (cells, all) = (layout.cells, ActionMask.all(space.actionCount))
        return try FactorCoder(space) { cells[Int($0)] == .open ? all : 0 }.fallingBack(to: rule)
    }
}

extension MazeOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
