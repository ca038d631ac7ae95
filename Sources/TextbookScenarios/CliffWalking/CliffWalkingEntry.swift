internal import ArgumentParser
internal import RunPages
internal import ScenarioCatalogue
internal import Scenarios

/// The cliff in the catalogue.
enum CliffWalkingEntry: ScenarioEntry {
    typealias Options = CliffWalkingOptions

    static let standard: any CataloguedScenario = CliffWalkingScenario()
    static let summary = "A walk along a cliff (Sutton & Barto, example 6.6)."
    static let example = "--steps 20000 --output runs/cliff"
    static let title = "Cliff walking"
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.CliffWalking.self }
}

extension CliffWalkingScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        CliffWalkingEvaluation(policy).outcome(withCharts: withCharts)
    }

    var floorPlan: FloorPlan? {
        let columns = Self.columnCount
        let places = (0..<UInt64(Self.rowCount * columns)).map { state -> FloorPlan.Place in
            switch state {
            case Self.start: .start
            case Self.goal: .goal
            case Self.start..<Self.goal: .hazard
            default: .open
            }
        }
        return FloorPlan(columnCount: columns, places: places, moves: FloorPlan.fourMoves)
    }
}

/// The settings of the cliff: none.
struct CliffWalkingOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(CliffWalkingScenario())
    }
}
