internal import Evaluation
internal import SUMOSimulation
internal import Scenarios

extension SUMOScenario: CataloguedScenario {
    static var simulator: String? { "sumo" }

    func evaluate(_ policy: EvaluatedPolicy, isQuiet: Bool, withCharts: Bool) async throws -> EvaluationOutcome? {
        try await SUMOContest(
            scenario: self,
            names: SUMOContest.trainingBaselines,
            policies: [policy],
            seedCount: 10
        )
        .outcome(isQuiet: isQuiet, withCharts: withCharts)
    }

    func explainDecision(in state: UInt64, of policy: Policy) -> String {
        let explanation = SignalExplanation(state, table: policy.table, space: space, settings: settings)
        return "state \(state): \(explanation.text)"
    }

    /// Vehicle-seconds of waiting, discounted.
    var valueUnit: ValueUnit { settings.valueUnit }
}
