internal import ArgumentParser
internal import ScenarioCatalogue
internal import Scenarios

extension ScenarioName {
    static let junction = ScenarioName(of: JunctionScenario.self)
}

/// The two-movement junction in the catalogue.
enum JunctionEntry: ScenarioEntry {
    typealias Options = JunctionOptions

    static let standard: any CataloguedScenario = JunctionScenario()
    static let summary = "Signals of a junction of two movements, beside their exact optimum."
    static let example = "--flow-ratio 0.8"
    static var evaluation: (any AsyncParsableCommand.Type)? { EvaluateCommand.Junction.self }
}

extension JunctionScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try JunctionContest.outcome(self, [policy], withCharts: withCharts)
    }

    /// Vehicle-seconds of waiting, discounted; a slot has two seconds.
    var valueUnit: ValueUnit { ValueUnit(factor: Double(rewardScale * 2), name: "vehicle-s") }
}

extension JunctionOptions: ScenarioOptionGroup {
    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(scenario(discount: discount))
    }
}
