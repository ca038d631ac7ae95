internal import Scenarios

extension ScenarioName {
    static let routing = ScenarioName(of: RoutingScenario.self)
}

extension RoutingScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await RoutingContest(
            self,
            RoutingContest.contenders(nil, policy: policy),
            policy: policy,
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    /// Ticks on the way.
    var valueUnit: ValueUnit { ValueUnit(factor: 1, name: "ticks") }
}

extension RoutingOptions: ScenarioOptionGroup {
    static var owner: ScenarioName { .routing }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
