internal import Scenarios

extension ScenarioName {
    static let maze = ScenarioName(of: MazeScenario.self)
}

extension MazeScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        MazeContest(self, policy).outcome(withCharts: withCharts)
    }
}

extension MazeOptions: ScenarioOptionGroup {
    static var owner: ScenarioName { .maze }

    func configuration(discount: Float?) throws -> ScenarioConfiguration {
        ScenarioConfiguration(try scenario())
    }
}
