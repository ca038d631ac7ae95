internal import Scenarios

extension ScenarioName {
    static let junction = ScenarioName(of: JunctionScenario.self)
}

extension JunctionScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try JunctionContest.outcome(self, [policy], withCharts: withCharts)
    }

    /// Vehicle-seconds of waiting, discounted; a slot has two seconds.
    var valueUnit: ValueUnit { ValueUnit(factor: Double(rewardScale * 2), name: "vehicle-s") }
}

extension JunctionOptions: ScenarioOptionGroup {
    static var owner: ScenarioName { .junction }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(scenario(discount: discount))
    }
}
