internal import Scenarios

extension ScenarioName {
    static let synthetic = ScenarioName(of: SyntheticScenario.self)
}

extension SyntheticScenario: CataloguedScenario {
    /// Nothing: a workload, not a problem.
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? { nil }
}

extension SyntheticOptions: ScenarioOptionGroup {
    static var owner: ScenarioName { .synthetic }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
