internal import Evaluation
internal import Scenarios

extension ScenarioName {
    static let traffic = ScenarioName(of: TrafficScenario.self)
}

extension TrafficScenario: CataloguedScenario {
    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await TrafficContest(
            scenario: self,
            names: TrafficContest.trainingBaselines,
            policies: [policy],
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        "state \(state): \(SignalExplanation(state, table: policy.table, scenario: self).text)"
    }

    /// Vehicle-seconds of waiting, discounted.
    var valueUnit: ValueUnit {
        ValueUnit(factor: Double(rewardScale) * Double(decisionInterval), name: "vehicle-s")
    }
}

extension TrafficOptions: ScenarioOptionGroup {
    static var owner: ScenarioName { .traffic }
}
